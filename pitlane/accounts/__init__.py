"""Accounts: organisations, stores, staff, roles, sessions, approvals, API keys.

Documents: Approval (requested → approved | refused | withdrawn). Events: StaffSignedIn, StaffChanged, RoleChanged,
RoleBroughtUpToDate, ApprovalRequested, ApprovalDecided, ApiKeyIssued, ApiKeyRevoked. Begin with ``models.py``, then
``queries.actor_for``: how a signed-in person becomes the ``Actor`` that every command asks for.
"""
