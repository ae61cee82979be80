"""Ready bytes to visitors: the WSGI layer in front of Flask, and whether the site is alive and able."""
