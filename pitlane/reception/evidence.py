"""What is hashed into the event chain, so that nobody can say later that the customer saw or signed something else."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from .rules import digest_of, estimate_digest


def version_digest(estimate: Any, order_number: str) -> str:
    """The hash of a version of the quote as it was sent."""
    promised = estimate.promised_at.astimezone(UTC).isoformat() if estimate.promised_at else ""
    return estimate_digest(order_number, estimate.number, estimate.lines, promised)


def answer_digest(estimate: Any) -> str:
    """The hash of the version together with its answer and signature."""
    return digest_of(
        {
            "version": estimate.digest,
            "decisions": estimate.decisions,
            "reasons": estimate.reasons,
            "via": estimate.decided_via,
            "signature": estimate.signature.sha256 if estimate.signature else "",
        }
    )


def walkaround_digest(walkaround: Any) -> str:
    """The hash of what was signed, with the hash of the signature's picture."""
    return digest_of(
        {
            "order": walkaround.order_id,
            "marks": walkaround.marks,
            "checks": walkaround.checks,
            "belongings": walkaround.belongings,
            "note": walkaround.note,
            "signature": walkaround.signature.sha256 if walkaround.signature else "",
        }
    )
