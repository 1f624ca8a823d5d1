"""Writes of accounts, split by document."""

from .approvals import decide_approval, request_approval, use_approval, withdraw_approval
from .arranging import arrange_home, reset_home
from .jobs import retry_job
from .keys import issue_api_key, revoke_api_key
from .organisation import save_role, save_store, set_store_terms
from .recovery import reset_access, use_recovery_code
from .sessions import (
    SEEN_EVERY,
    end_session,
    end_sessions,
    note_seen,
    note_sign_in,
    reset_totp,
    set_preferences,
    set_totp,
    use_totp_step,
)
from .staff import Skill, add_staff, change_staff, set_password, set_skills
from .upgrades import bring_roles_up_to_date
from .views import change_list_view, delete_list_view, keep_list, save_list_view

__all__ = [
    "SEEN_EVERY",
    "Skill",
    "add_staff",
    "arrange_home",
    "bring_roles_up_to_date",
    "change_list_view",
    "change_staff",
    "decide_approval",
    "delete_list_view",
    "end_session",
    "end_sessions",
    "issue_api_key",
    "keep_list",
    "note_seen",
    "note_sign_in",
    "request_approval",
    "reset_access",
    "reset_home",
    "reset_totp",
    "retry_job",
    "revoke_api_key",
    "save_list_view",
    "save_role",
    "save_store",
    "set_password",
    "set_preferences",
    "set_skills",
    "set_store_terms",
    "set_totp",
    "use_approval",
    "use_recovery_code",
    "use_totp_step",
    "withdraw_approval",
]
