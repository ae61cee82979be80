"""Telling the operator, wherever they are, when something needs them and when it is over. Flask-free."""
