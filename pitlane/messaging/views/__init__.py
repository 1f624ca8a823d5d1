"""Pages of messaging: the delivery log, templates, channels and rules, a customer's preferences."""
