"""claim → fetch → apply → publish, and the sweep that finds what no webhook told us of."""
