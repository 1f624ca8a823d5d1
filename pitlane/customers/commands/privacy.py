"""Commands of privacy: consent, looking at full values, giving and erasing a person's data."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from pitlane.core import panels, search
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.ids import parse_id

from .. import policies
from ..entries import PERSONAL
from ..events import ConsentGiven, ConsentWithdrawn, CustomerErased, PersonalDataRevealed, SubjectAccessGiven
from ..models import Consent, ContactLog, Customer, CustomerPhone, CustomerTag, ImportantDate, Ownership
from ..queries import data_of
from ..upkeep import refresh, refresh_vehicle

MIDDAY = time(12)
EMPTY: dict[str, Any] = {
    "gender": "",
    "wechat": "",
    "email": "",
    "address": "",
    "address_masked": "",
    "id_number": "",
    "id_index": "",
    "tax_id": "",
    "invoice_title": "",
    "contact_name": "",
    "birthday": None,
    "birthday_lunar": False,
    "preferences": {},
    "note": "",
    "completeness": 0,
    "incomplete": False,
}


def _active(customer_id: int) -> Customer:
    customer: Customer | None = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise Missing()
    return customer


@command
def give_consent(*, customer_id: int, purpose: str, granted: bool, via: str = "", by: Actor, at: datetime) -> Consent:
    """Note a yes or no for one purpose; the earlier answers stay as proof."""
    customer = _active(customer_id)
    own = by.kind == "customer" and by.id == customer_id
    require(policies.can_edit(by) or own, "customers.edit")
    if purpose not in Consent.Purpose.values:
        raise Refused(_("没有这种授权"), code="purpose", field="purpose")
    consent: Consent = Consent.objects.create(
        customer=customer, purpose=purpose, granted=granted, at=at, via=via[:30], by_name="" if own else by.name
    )
    kind = ConsentGiven if granted else ConsentWithdrawn
    record(kind(customer.pk, purpose), by=by, at=at)
    if purpose == Consent.Purpose.SERVICE:
        refresh(customer)
    return consent


@command
def note_paper_consent(*, customer_id: int, purpose: str, on: date, by: Actor, at: datetime) -> Consent:
    """Bring in a yes that was signed on paper on a day; an answer that is newer keeps counting."""
    customer = _active(customer_id)
    require(policies.can_bring_in(by), "customers.import")
    if purpose not in Consent.Purpose.values or on > timezone.localdate(at):
        raise Refused(_("没有这种授权"), code="purpose", field="purpose")
    signed = timezone.make_aware(datetime.combine(on, MIDDAY))
    known: Consent | None = Consent.objects.filter(customer=customer, purpose=purpose, at=signed).first()
    if known is not None:
        return known
    consent: Consent = Consent.objects.create(
        customer=customer, purpose=purpose, granted=True, at=signed, via=gettext("纸质签字"), by_name=by.name
    )
    record(ConsentGiven(customer.pk, purpose), by=by, at=at)
    if purpose == Consent.Purpose.SERVICE:
        refresh(customer)
    return consent


@command
def reveal(*, customer_id: int, what: str, reference: str = "", by: Actor, at: datetime) -> str:
    """Show one full value to somebody who needs it now. Who looked, when and at what stays on record."""
    customer: Customer | None = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise Missing()
    require(policies.can_reveal(by), "customers.reveal")
    text = _phone_text(customer, reference) if what == "phone" else _field_text(customer, what)
    record(PersonalDataRevealed(customer.pk, what, reference), by=by, at=at)
    return text


def _phone_text(customer: Customer, reference: str) -> str:
    phones = CustomerPhone.objects.filter(customer=customer).order_by("-primary", "pk")
    phone = phones.filter(pk=parse_id("pho", reference)).first() if reference else phones.first()
    if phone is None:
        raise Missing()
    text: str = phone.number.reveal()
    return text


def _field_text(customer: Customer, what: str) -> str:
    if what not in PERSONAL:
        raise Missing()
    sealed = getattr(customer, what)
    return sealed.reveal() if sealed else ""


@command
def subject_access(*, customer_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Everything that is kept about one person, unmasked, for that person (right of access)."""
    customer = _active(customer_id)
    own = by.kind == "customer" and by.id == customer_id
    require(policies.can_erase(by) or own, "customers.erase")
    record(SubjectAccessGiven(customer.pk), by=by, at=at)
    return data_of(customer, by=by, at=at)


@command
def erase_customer(*, customer_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Remove the person and keep the books: name, numbers, address and notes go, bills keep what the law needs."""
    customer = _active(customer_id)
    require(policies.can_erase(by), "customers.erase")
    if not reason.strip():
        raise Refused(_("请写明原因"), code="reason", field="reason")
    if customer.status == Customer.Status.ERASED:
        raise Refused(_("个人信息已经删除过"), code="erased")
    obstacles = panels.collect("erase_obstacle", by=by, at=at, customer_id=customer.pk)
    if obstacles:
        raise Refused(obstacles[0].context["text"], code="erase_obstacle")
    links = list(Ownership.objects.filter(customer=customer, until=None).select_related("vehicle"))
    Ownership.objects.filter(pk__in=[link.pk for link in links]).update(until=timezone.localdate(at))
    _forget(customer, at)
    for link in links:
        refresh_vehicle(link.vehicle)
    record(CustomerErased(customer.pk, tuple(link.vehicle_id for link in links)), by=by, at=at)


def _forget(customer: Customer, at: datetime) -> None:
    for model in (CustomerPhone, CustomerTag, ImportantDate):
        model.objects.filter(customer=customer).delete()
    ContactLog.objects.filter(customer=customer).update(text="", outcome="", next_step="", next_on=None)
    with override("zh-hans"):
        customer.name = gettext("已删除客户")
    customer.status = Customer.Status.ERASED
    customer.changed_at = at
    customer.version += 1
    for name, value in EMPTY.items():
        setattr(customer, name, value)
    customer.save()
    search.remove("customer", customer.pk)
