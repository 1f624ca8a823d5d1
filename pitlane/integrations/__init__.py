"""Integrations: clients of outside systems, one folder each. Each keeps the promises of a port of a lower domain.

``tencent_sms``, ``aliyun_sms``, ``wechat_account`` and ``smtp`` carry messages (``messaging.ports``); ``receipts.py``
says what comes back and ``views/hooks.py`` takes it in. ``sandbox`` speaks the other side of those wires on this
machine, for the demo and for the tests. Owns no tables and no states. Begin with ``plugs.py``, then ``wire.py``.
"""
