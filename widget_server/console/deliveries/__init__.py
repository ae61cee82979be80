"""Deliveries: every webhook, what became of it, and trying it again."""
