"""API keys: issued once, shown once, kept as a hash, revocable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, expand, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record

from .. import policies
from ..events import ApiKeyIssued, ApiKeyRevoked
from ..models import ApiKey, Store
from ..queries import key_hash


@command
def issue_api_key(
    *,
    name: str,
    scopes: Sequence[str],
    store_ids: Sequence[int] = (),
    secret: str,
    expires_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> ApiKey:
    """Give a program access. ``secret`` comes from the caller, is never stored; nobody grants more than they hold."""
    require(policies.can_manage_keys(by), "accounts.keys")
    granted = expand(list(scopes))
    if not granted:
        raise Refused(_("至少选择一项权限"), code="scopes", field="scopes")
    if by.kind != "system" and granted - by.permissions:
        raise Refused(_("不能授予自己没有的权限"), code="beyond_own", field="scopes")
    if by.own_only:
        raise Refused(_("你只能看自己的单据，不能发密钥"), code="beyond_own", field="scopes")
    if by.stores is not None and not (store_ids and set(store_ids) <= by.stores):
        raise Refused(_("只能授权自己管理的门店"), code="beyond_own", field="stores")
    stores = list(Store.objects.filter(pk__in=store_ids))
    if len(stores) != len(set(store_ids)):
        raise Missing()
    key: ApiKey = ApiKey.objects.create(
        org_id=by.org_id,
        name=name,
        prefix=secret[:8],
        key_hash=key_hash(secret),
        scopes=sorted(scopes),
        created_by_id=by.id if by.kind == "staff" and by.id else None,
        created_at=at,
        expires_at=expires_at,
    )
    key.stores.set(stores)
    record(ApiKeyIssued(key_id=key.pk, scopes=tuple(sorted(scopes))), by=by, at=at)
    return key


@command
def revoke_api_key(*, key_id: int, by: Actor, at: datetime) -> ApiKey:
    """Close a key at once; revoking twice is fine."""
    key: ApiKey | None = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise Missing()
    require(policies.can_revoke(by, key), "accounts.keys")
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        record(ApiKeyRevoked(key_id=key.pk), by=by, at=at)
    return key
