"""E-mail through the shop's own mail server."""
