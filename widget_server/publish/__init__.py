"""From what is public to ready documents: compose (pure), words, page, variants, and the store of texts."""
