"""Reads of accounts, split by what they are about."""

from ..skills import skill_name
from .actors import actor_for, actor_for_key, discount_limit, find_key, key_hash
from .approvals import (
    ApprovalScreen,
    approval_for,
    approval_screen,
    approvals_by,
    open_approval_count,
    open_approvals,
    waiting_approvals,
)
from .home import HomeScreen, home_kind, home_screen, terminal_url
from .lists import kept_views, list_frame, saved_view, view_url
from .organisation import all_stores, api_keys, region_names, role_by_id, role_facts, roles, store_by_id, stores_for
from .oversight import AuditFilter, audit_screen, audit_trail, events_after, job_screen, sentence_of
from .people import (
    StaffCard,
    expiring_certificates,
    live_sign_in,
    sign_ins,
    staff_by_id,
    staff_card,
    staff_cards,
    staff_list,
    staff_rows,
    staff_with_permission,
)

__all__ = [
    "ApprovalScreen",
    "AuditFilter",
    "HomeScreen",
    "StaffCard",
    "actor_for",
    "actor_for_key",
    "all_stores",
    "api_keys",
    "approval_for",
    "approval_screen",
    "approvals_by",
    "audit_screen",
    "audit_trail",
    "discount_limit",
    "events_after",
    "expiring_certificates",
    "find_key",
    "home_kind",
    "home_screen",
    "job_screen",
    "kept_views",
    "key_hash",
    "list_frame",
    "live_sign_in",
    "open_approval_count",
    "open_approvals",
    "region_names",
    "role_by_id",
    "role_facts",
    "roles",
    "saved_view",
    "sentence_of",
    "sign_ins",
    "skill_name",
    "staff_by_id",
    "staff_card",
    "staff_cards",
    "staff_list",
    "staff_rows",
    "staff_with_permission",
    "store_by_id",
    "stores_for",
    "terminal_url",
    "view_url",
    "waiting_approvals",
]
