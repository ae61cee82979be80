"""Sync now: fetch what is known at the operator's word, and say truly how far that is."""
