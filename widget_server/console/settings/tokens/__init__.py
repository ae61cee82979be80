"""Access tokens for programs that read our data."""
