"""What other services would do to a booking: how long, what it costs, and what stands against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from pitlane.core.errors import Missing
from pitlane.core.money import Money
from pitlane.customers import queries as customers
from pitlane.scheduling import queries as slots

from ..models import Appointment
from ..states import EXPECTED
from .offers import services_for
from .work import Line, lines_of, look, needs_of, total_of


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """The drawer of a booking's services; ``reasons`` say why the new work does not fit at its time, ``others`` when
    it would."""

    services: list[tuple[str, str, int, bool]]
    before: int
    minutes: int
    price: Money
    priced: bool
    text: str
    reasons: list[str]
    others: list[slots.Slot]


def lines_for(row: Appointment, chosen: Sequence[str]) -> list[Line]:
    """Services for the car of a booking; without any, a described fault keeps its look."""
    kind = customers.vehicle_card(row.vehicle_id).vehicle_class if row.vehicle_id else ""
    lines = lines_of(chosen, store_id=row.store_id, vehicle_class=kind, on=timezone.localdate(row.starts_at))
    return lines or ([look()] if row.wish else [])


def chosen_of(row: Appointment) -> list[str]:
    """The catalogue's ids of what is booked."""
    known = [one.package or one.operation for one in row.services.select_related("package", "operation")]
    return [one.ref for one in known if one]


def service_change(
    appointment_id: int, chosen: Sequence[str] | None, text: str, *, staff: bool = True, at: datetime
) -> ServiceChange:
    """What choosing these services would mean; nothing is changed. None stands for what is booked."""
    row = Appointment.objects.filter(pk=appointment_id).first()
    if row is None:
        raise Missing()
    picked = chosen_of(row) if chosen is None else list(chosen)
    lines = lines_for(row, picked)
    needs = needs_of(lines or [look()])
    price, priced = total_of(lines)
    reasons, others = _against(row, needs, staff, at) if lines and row.state in EXPECTED else ([], [])
    return ServiceChange(
        services=services_for(row.vehicle_id, text, picked, [line for line in lines if line.ref]),
        before=row.minutes,
        minutes=needs.minutes,
        price=price,
        priced=priced and bool(lines),
        text=text,
        reasons=reasons,
        others=others,
    )


def _against(row: Appointment, needs: slots.Needs, staff: bool, at: datetime) -> tuple[list[str], list[slots.Slot]]:
    claim = slots.claim_of(row.subject)
    facts: dict[str, Any] = {"at": at, "not_before": row.parts_at, "technician_id": row.technician_id}
    facts |= {"without": claim.id if claim else None, "lane": row.lane}
    found = slots.why_not(row.store_id, needs, row.starts_at, walk_in=staff, **facts)
    others = slots.alternatives(row.store_id, needs, row.starts_at, **facts) if found else []
    return [str(reason) for reason in found], others
