"""The operator's own account."""
