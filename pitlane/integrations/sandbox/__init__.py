"""The other side of the wires, on this machine: a server that takes messages as the real services do, checks their
signatures, says no as they do, reports later, and fails when told to. Nothing it takes ever leaves the machine.

``store.py`` keeps what came, ``tencent.py``, ``aliyun.py``, ``wechat.py`` and ``mail.py`` speak, ``postman.py`` brings
receipts back, ``server.py`` runs them, ``providers.py`` offers the sandbox on the settings page.
"""
