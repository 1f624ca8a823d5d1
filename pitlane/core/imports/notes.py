"""The issues of an import: counted in full, kept up to a limit, values encrypted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from ..models import ImportBatch, ImportIssue
from .profiles import Issue

KEPT_ISSUES = 20_000


def fresh_counts() -> dict[str, Any]:
    """Where counting begins. ``rejected`` counts all rows that stay out, ``refused`` those that may follow later."""
    numbers = ("rows", "units", "known", "rejected", "refused", "doubtful", "kept", "steps")
    return {**dict.fromkeys(numbers, 0), "codes": {}}


def keep_issues(batch: ImportBatch, issues: Sequence[Issue]) -> None:
    """Count issues on the batch, which the caller saves, and keep as many rows as there is room for."""
    if not issues:
        return
    counts: dict[str, Any] = {**fresh_counts(), **batch.counts}
    levels = Counter(issue.level for issue in issues)
    for level, number in levels.items():
        counts[level] += number
    counts["rejected"] += levels["refused"]
    codes = Counter(f"{issue.level}:{issue.code}" for issue in issues)
    counts["codes"] = dict(Counter(counts["codes"]) + codes)
    some = issues[: max(0, KEPT_ISSUES - counts["kept"])]
    counts["kept"] += len(some)
    ImportIssue.objects.bulk_create([_row(batch, issue) for issue in some], batch_size=2000)
    batch.counts = counts


def forget_refused(batch: ImportBatch) -> None:
    """Before writing: what the shop's data refuses is found again, as it is then."""
    gone, _kinds = batch.issues.filter(level="refused").delete()
    counts = {**fresh_counts(), **batch.counts}
    counts["kept"] -= gone
    counts["rejected"] -= counts["refused"]
    counts["refused"] = 0
    counts["codes"] = {code: number for code, number in counts["codes"].items() if not code.startswith("refused:")}
    batch.counts = counts


def _row(batch: ImportBatch, issue: Issue) -> ImportIssue:
    return ImportIssue(
        org_id=batch.org_id,
        batch=batch,
        row=issue.row.number,
        level=issue.level,
        code=issue.code,
        message=str(issue.message)[:200],
        values=json.dumps(issue.row.values, ensure_ascii=False),
    )
