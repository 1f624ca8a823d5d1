"""The doctor compares quotes, answers and walk-arounds with the hashes in the event chain."""

from __future__ import annotations

from collections.abc import Iterator

from pitlane.core import doctor
from pitlane.core.doctor import Trouble
from pitlane.core.events import Event
from pitlane.core.models import EventRow

from .events import EstimateDecided, EstimateSent, WalkaroundSigned
from .evidence import answer_digest, version_digest, walkaround_digest
from .models import Estimate, Walkaround


def _hashes(event: type[Event], key: str) -> dict[int, str]:
    """What the chain says about each document, the newest event last."""
    rows = EventRow.objects.filter(kind=event.kind).order_by("seq").values_list("payload", flat=True)
    return {payload[key]: payload["digest"] for payload in rows.iterator(chunk_size=2000)}


@doctor.check("estimates")
def estimates() -> Iterator[Trouble]:
    """Every version of a quote and every answer still has the content that was hashed when it happened."""
    sent, decided = _hashes(EstimateSent, "estimate_id"), _hashes(EstimateDecided, "estimate_id")
    for row in Estimate.objects.select_related("order", "signature").order_by("pk").iterator(chunk_size=500):
        if not version_digest(row, row.order.number) == row.digest == sent.get(row.pk):
            yield Trouble(
                "estimates", row.ref, f"version {row.number} of {row.order.number} differs from what was sent"
            )
        elif row.decided_at and not answer_digest(row) == row.decision_digest == decided.get(row.pk):
            yield Trouble("estimates", row.ref, f"the answer to version {row.number} of {row.order.number} was changed")


@doctor.check("walkarounds")
def walkarounds() -> Iterator[Trouble]:
    """What was signed is what was noted."""
    signed = _hashes(WalkaroundSigned, "order_id")
    rows = Walkaround.objects.exclude(signed_at=None).select_related("signature").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        if not walkaround_digest(row) == row.digest == signed.get(row.order_id):
            yield Trouble("walkarounds", row.ref, f"the signed walk-around of order {row.order_id} was changed")
