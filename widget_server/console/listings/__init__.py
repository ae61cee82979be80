"""Listings: what there is, what each is matched with, and what the operator does about it."""
