"""Commands on customers: create, change, phones, important dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pitlane.accounts.queries import staff_card, store_by_id
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.ids import parse_id

from .. import policies
from ..entries import NewCustomer, checked, person_facts, phone_index, phone_numbers, tag_names
from ..events import CustomerChanged, PhoneAdded, PhoneRemoved
from ..models import Customer, CustomerPhone, CustomerTag, ImportantDate
from ..queries import customer_findings, discreet, last_change
from ..records import insert_customers, new_phone, take_over_calls
from ..upkeep import refresh

MOST_PHONES = 10


def _locked(customer_id: int) -> Customer:
    customer: Customer | None = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise Missing()
    if customer.status == Customer.Status.ERASED:
        raise Refused(_("这位客户的个人信息已删除，不能再修改"), code="erased")
    return customer


def _touch(customer: Customer, at: datetime, *fields: str) -> None:
    customer.version += 1
    customer.changed_at = at
    customer.save(update_fields=["version", "changed_at", *fields])


def _refuse_known(row: NewCustomer, by: Actor) -> None:
    """A second card for the same phone or company is refused until the clerk says that it is another one."""
    found = customer_findings(row.name, list(row.phones), company=row.kind == "company")
    known = [f for f in discreet(found, by) if f.blocks]
    if known:
        raise Refused(known[0].text, code="customer_duplicate", field=known[0].field, duplicates=[f.ref for f in known])


@command
def create_customer(
    *,
    kind: str = "person",
    name: str,
    phones: Sequence[str] = (),
    tags: Sequence[str] = (),
    consents: Mapping[str, bool] | None = None,
    gender: str = "",
    contact_name: str = "",
    wechat: str = "",
    email: str = "",
    address: str = "",
    id_number: str = "",
    tax_id: str = "",
    invoice_title: str = "",
    source: str = "",
    advisor_id: int | None = None,
    home_store_id: int | None = None,
    birthday: date | None = None,
    birthday_lunar: bool = False,
    preferences: Mapping[str, Any] | None = None,
    note: str = "",
    despite_duplicates: bool = False,
    by: Actor,
    at: datetime,
) -> Customer:
    """Open a card for a person or company who is new to the group."""
    require(policies.can_edit(by), "customers.edit")
    facts = {
        "gender": gender,
        "contact_name": contact_name,
        "wechat": wechat,
        "email": email,
        "address": address,
        "id_number": id_number,
        "tax_id": tax_id,
        "invoice_title": invoice_title,
        "source": source,
        "advisor_id": by.id if by.own_only else advisor_id,
        "home_store_id": home_store_id,
        "birthday": birthday,
        "birthday_lunar": birthday_lunar,
        "preferences": _wishes_of(preferences or {}),
        "note": note,
    }
    _check_house(facts)
    row = NewCustomer(name, tuple(phones), kind, facts, tuple(tags), dict(consents or {}))
    if not despite_duplicates:
        _refuse_known(checked(row, timezone.localdate(at)), by)
    return insert_customers([row], by=by, at=at)[0]


def _check_house(facts: Mapping[str, Any]) -> None:
    """Advisor and home store are of this organisation."""
    if facts.get("advisor_id"):
        staff_card(facts["advisor_id"])
    if facts.get("home_store_id"):
        store_by_id(facts["home_store_id"])


def _wishes_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Preferences as they are kept: the technician is one of ours, and is kept with the name."""
    wishes = {name: value for name, value in given.items() if name != "technician_name"}
    if ref := wishes.get("technician"):
        try:
            wishes["technician_name"] = staff_card(parse_id("stf", str(ref))).name
        except Missing:
            raise Refused(_("没有这位技师"), code="technician", field="technician") from None
    return wishes


def _stale(customer: Customer) -> Conflict:
    change = last_change(customer_id=customer.pk)
    who = change.actor_name if change else ""
    message = _("%(who)s 刚修改过这位客户，请核对后再保存") % {"who": who or _("别人")}
    return Conflict(message, code="changed_meanwhile", who=who, version=customer.version)


@command
def change_customer(*, customer_id: int, version: int, changes: Mapping[str, Any], by: Actor, at: datetime) -> Customer:
    """Correct or complete a card. Personal fields that are not named stay as they are."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    if customer.version != version:
        raise _stale(customer)
    _check_house(changes)
    if changes.get("preferences"):
        changes = {**changes, "preferences": _wishes_of(changes["preferences"])}
    tags = changes.get("tags")
    facts = person_facts({key: value for key, value in changes.items() if key != "tags"}, timezone.localdate(at))
    fields = [key for key, value in facts.items() if _differs(getattr(customer, key), value)]
    for key in fields:
        setattr(customer, key, facts[key])
    retagged = tags is not None and _set_tags(customer, tag_names(tags))
    named = tuple(sorted(set(fields) & set(changes))) + (("tags",) if retagged else ())
    if not named:
        return customer
    _touch(customer, at, *fields)
    record(CustomerChanged(customer.pk, named), by=by, at=at)
    refresh(customer, cars_too="name" in fields)
    return customer


def _differs(former: Any, value: Any) -> bool:
    return bool((former.reveal() if hasattr(former, "reveal") else former) != value)


def _set_tags(customer: Customer, names: list[str]) -> bool:
    known = set(CustomerTag.objects.filter(customer=customer).values_list("name", flat=True))
    CustomerTag.objects.filter(customer=customer, name__in=known - set(names)).delete()
    fresh = [name for name in names if name not in known]
    CustomerTag.objects.bulk_create([CustomerTag(customer=customer, name=name) for name in fresh])
    return known != set(names)


@command
def set_tags(*, customer_id: int, tags: Sequence[str], by: Actor, at: datetime) -> None:
    """Put the shop's own words on a customer; does not disturb somebody who edits the card."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    if _set_tags(customer, tag_names(tags)):
        record(CustomerChanged(customer.pk, ("tags",)), by=by, at=at)


@command
def add_phone(
    *, customer_id: int, number: str, label: str = "", primary: bool = False, by: Actor, at: datetime
) -> CustomerPhone:
    """Note a further number (driver, spouse, office)."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    numbers = phone_numbers([number])
    if not numbers:
        raise Refused(_("请填写电话"), code="phone_empty", field="number")
    known = list(customer.phones.values_list("number_index", flat=True))
    if phone_index(numbers[0]) in known:
        raise Refused(_("这个号码已经登记过"), code="phone_known", field="number")
    if len(known) >= MOST_PHONES:
        raise Refused(_("最多登记 %(most)d 个号码") % {"most": MOST_PHONES}, code="phone_many", field="number")
    first = primary or not known
    if first:
        customer.phones.filter(primary=True).update(primary=False)
    phone = new_phone(customer, numbers[0], primary=first, label=label.strip()[:20])
    phone.save(force_insert=True)
    _touch(customer, at)
    record(PhoneAdded(customer.pk, phone.pk), by=by, at=at)
    take_over_calls({phone.number_index: customer}, by=by, at=at)
    refresh(customer, cars_too=first)
    return phone


def _phone(customer: Customer, phone_id: int) -> CustomerPhone:
    phone: CustomerPhone | None = customer.phones.filter(pk=phone_id).first()
    if phone is None:
        raise Missing()
    return phone


@command
def remove_phone(*, customer_id: int, phone_id: int, by: Actor, at: datetime) -> None:
    """Delete a number that is wrong or given up; the next one becomes primary."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    phone = _phone(customer, phone_id)
    was_primary = phone.primary
    phone.delete()
    heir = customer.phones.order_by("pk").first() if was_primary else None
    if heir is not None:
        customer.phones.filter(pk=heir.pk).update(primary=True)
    _touch(customer, at)
    record(PhoneRemoved(customer.pk, phone_id), by=by, at=at)
    refresh(customer, cars_too=was_primary)


@command
def set_primary_phone(*, customer_id: int, phone_id: int, by: Actor, at: datetime) -> None:
    """Choose the number that is called first."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    phone = _phone(customer, phone_id)
    if phone.primary:
        return
    customer.phones.filter(primary=True).update(primary=False)
    customer.phones.filter(pk=phone.pk).update(primary=True)
    _touch(customer, at)
    record(CustomerChanged(customer.pk, ("phones",)), by=by, at=at)
    refresh(customer, cars_too=True)


@command
def add_date(
    *, customer_id: int, label: str, on: date, lunar: bool = False, yearly: bool = True, by: Actor, at: datetime
) -> ImportantDate:
    """Remember a day that matters to the customer, for care on the right day."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    if not label.strip():
        raise Refused(_("请填写日子的名称"), code="date_label", field="label")
    made: ImportantDate = ImportantDate.objects.create(
        customer=customer, label=label.strip()[:30], on=on, lunar=lunar, yearly=yearly
    )
    record(CustomerChanged(customer.pk, ("dates",)), by=by, at=at)
    return made


@command
def remove_date(*, customer_id: int, date_id: int, by: Actor, at: datetime) -> None:
    """Forget an important day."""
    customer = _locked(customer_id)
    require(policies.can_edit(by), "customers.edit")
    found = ImportantDate.objects.filter(customer=customer, pk=date_id).first()
    if found is None:
        raise Missing()
    found.delete()
    record(CustomerChanged(customer.pk, ("dates",)), by=by, at=at)
