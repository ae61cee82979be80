"""Listings from a file: reading it (pure) and taking it over."""
