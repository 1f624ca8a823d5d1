"""Pages of the workshop, split by screen."""
