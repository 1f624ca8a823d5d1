"""Pages of billing, split by document."""
