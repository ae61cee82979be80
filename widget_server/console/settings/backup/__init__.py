"""Back-ups: download one, look into one, restore one, undo that."""
