"""Writes of accounts, split by document."""

from .approvals import decide_approval, request_approval, use_approval, withdraw_approval
from .keys import issue_api_key, revoke_api_key
from .organisation import save_role, save_store
from .sessions import end_session, end_sessions, note_sign_in, set_preferences, set_totp, use_totp_step
from .staff import add_staff, change_staff, set_password, set_skills

__all__ = [
    "add_staff",
    "change_staff",
    "decide_approval",
    "end_session",
    "end_sessions",
    "issue_api_key",
    "note_sign_in",
    "request_approval",
    "revoke_api_key",
    "save_role",
    "save_store",
    "set_password",
    "set_preferences",
    "set_skills",
    "set_totp",
    "use_approval",
    "use_totp_step",
    "withdraw_approval",
]
