"""Messaging: what the shop tells its customers. Templates with versions and languages, the outbox, the delivery log,
providers per channel behind one port, preferences and quiet hours, one-time codes.

Begin with ``ports.py`` (what a provider promises), then ``states.py`` and ``commands``. A message never leaves inside a
transaction: a command queues it, a job carries it to the provider and writes down what came of it.
"""
