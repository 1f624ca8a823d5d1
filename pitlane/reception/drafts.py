"""Check-ins in the making. A draft lives sealed in the advisor's session until the order is opened, so that an
interruption at the counter, a second car or the Back button loses nothing and no half-known customer is stored."""

from __future__ import annotations

import json
from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from pitlane.core.crypto import Sealed, seal

SLOT = "check_in"
MOST = 8
Session = MutableMapping[str, Any]


def load(session: Session, key: str) -> dict[str, Any] | None:
    """The draft under a key, or None when it was finished or dropped."""
    kept = session.get(SLOT, {}).get(key)
    return json.loads(Sealed(kept["content"]).reveal()) if kept else None


def keep(session: Session, key: str, draft: dict[str, Any], *, at: datetime, label: str = "") -> None:
    """Write a draft; the oldest goes when there are too many."""
    drafts = dict(session.get(SLOT, {}))
    content = seal(json.dumps(draft, ensure_ascii=False))
    drafts[key] = {"at": at.isoformat(), "label": label or drafts.get(key, {}).get("label", ""), "content": content}
    newest = sorted(drafts, key=lambda each: drafts[each]["at"], reverse=True)[:MOST]
    session[SLOT] = {each: drafts[each] for each in newest}


def drop(session: Session, key: str) -> None:
    """Forget a draft: the order was opened, or the customer left."""
    session[SLOT] = {each: draft for each, draft in session.get(SLOT, {}).items() if each != key}


def waiting(session: Session) -> list[dict[str, Any]]:
    """Unfinished check-ins, newest first, by the plate they are about."""
    rows = [
        {"key": key, "label": d["label"], "at": datetime.fromisoformat(d["at"])}
        for key, d in session.get(SLOT, {}).items()
    ]
    return sorted(rows, key=lambda row: row["at"], reverse=True)
