"""Pages of reception, one module for each step at the counter."""
