"""The production server: web processes and the background worker, supervised as one. Flask-free."""
