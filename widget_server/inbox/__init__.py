"""Webhooks in: signature and parsing (pure), receiving (one transaction), and the route."""
