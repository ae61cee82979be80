"""The keys of both directions: what Syncaroo's portal gave us, and what we give Syncaroo."""
