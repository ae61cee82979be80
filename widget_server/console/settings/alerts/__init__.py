"""Whom alerts reach, and what they were about."""
