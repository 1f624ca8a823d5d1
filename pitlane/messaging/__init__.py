"""Messaging: what the shop tells its customers. Templates with versions and languages, the outbox, the delivery log,
providers per channel behind one port, preferences and quiet hours, one-time codes.

Begin with ``ports.py`` (what a provider promises), then ``states.py`` and ``commands``. A message (``message``) never
leaves inside a transaction: ``send`` queues it, ``carrier.py`` takes it to the provider and writes down what came of
it, receipts follow. ``outbox.py``, ``arrivals.py`` and ``loading.py`` are what commands share.
Events: MessageSent, MessageSuppressed, MessageGivenUp, MessagesCancelled, MessageDecided, TemplateChanged,
TemplatePublished, TemplatesLoaded, ProviderChosen, ChannelStopped, SendingRulesChanged, PreferenceChanged.
"""
