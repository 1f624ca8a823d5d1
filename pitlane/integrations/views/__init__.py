"""Pages and hooks of integrations."""
