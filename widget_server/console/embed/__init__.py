"""Putting the prices on a website: what to paste, how it looks there, and whether it is there. Flask only in routes."""
