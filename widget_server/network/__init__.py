"""Connecting to what an operator names, and to nothing that this must not reach. Flask-free."""
