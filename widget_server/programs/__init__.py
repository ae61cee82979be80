"""Programs that read our data: the access tokens with which they come."""
