"""The operator's account and pages. Pure and storing parts here; what speaks HTTP in `routes.py`."""
