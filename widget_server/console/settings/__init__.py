"""Settings: what the operator may change without a shell."""
