"""Talking to Syncaroo: which URLs we may contact, the client, tokens under a lease, and raw items → model.

Nothing above this package knows Syncaroo's spelling.
"""
