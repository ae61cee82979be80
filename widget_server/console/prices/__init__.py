"""Prices: what visitors see beside what the hub says, each price's history, and the operator's word over it."""
