"""The hash of published words: what a customer was told can be proved years later."""

from __future__ import annotations

import json
from hashlib import sha256

from .models import TemplateVersion


def digest_of(version: TemplateVersion) -> str:
    """SHA-256 over everything that a published version says."""
    facts = [version.channel, version.language, version.number, version.subject, version.body]
    text = json.dumps([*facts, version.provider_template_id], ensure_ascii=False)
    return sha256(text.encode()).hexdigest()
