"""Files with listings, in and out."""
