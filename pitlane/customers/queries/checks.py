"""What a clerk should know while typing: wrong entries, and who or what is known already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pitlane.core.access import Actor
from pitlane.core.chinese import pinyin_keys
from pitlane.core.errors import Missing, Text
from pitlane.core.ids import parse_id
from pitlane.core.models import EventRow, SearchKey
from pitlane.core.phones import normalise_phone, phone_problem
from pitlane.core.reach import reaches
from pitlane.core.search import normal

from ..completeness import clean_name, name_problem
from ..duplicates import alike, company_core
from ..entries import phone_index
from ..models import Customer, CustomerPhone, Vehicle
from ..plates import PlateError, PlateKind, parse_plate, plate_problem
from ..vins import decode, display_vin, normalise_vin, suggest_vin, vin_problem, vin_warning
from .cards import masked_phones, people_now

CANDIDATES = 40
MOST_SHOWN = 3
CARD_CHANGES = (
    *("customers.CustomerChanged", "customers.PhoneAdded", "customers.PhoneRemoved", "customers.CustomerCreated"),
    "customers.CustomerErased",
)
CAR_CHANGES = ("customers.VehicleChanged", "customers.VehicleCreated")


@dataclass(frozen=True, slots=True)
class Finding:
    """A remark beside a field. ``blocks`` asks for a correction or an override; ``url`` leads to the known one."""

    field: str
    code: str
    text: Text
    blocks: bool = False
    url: str = ""
    ref: str = ""


def last_change(*, customer_id: int | None = None, vehicle_id: int | None = None) -> EventRow | None:
    """The latest change of a card, to name who made it."""
    rows = EventRow.objects.filter(kind__in=CARD_CHANGES if customer_id else CAR_CHANGES)
    rows = rows.filter(customer_id=customer_id) if customer_id else rows.filter(vehicle_id=vehicle_id)
    found: EventRow | None = rows.order_by("-at", "-pk").first()
    return found


def vehicles_like(plate: str, kind: str, vin: str) -> list[Vehicle]:
    """Cars that already wear this plate or this VIN; foreign plates are not unique."""
    condition = Q()
    if plate and kind != PlateKind.FOREIGN:
        condition |= Q(plate=plate, plate_kind=kind)
    if vin:
        condition |= Q(vin=vin)
    return list(Vehicle.objects.filter(condition).order_by("pk")[:4]) if condition else []


def customer_findings(
    name: str, phones: Sequence[str], *, company: bool = False, exclude: int | None = None
) -> list[Finding]:
    """Who might be this customer already: the same number, the same company, a name that sounds the same."""
    same_phone = _same_phone(phones, exclude)
    found = [_phone_finding(row) for row in same_phone]
    if name:
        known = {row.customer_id for row in same_phone} | {exclude}
        found += _same_name(clean_name(name), company, known)
    return found


def _same_phone(phones: Sequence[str], exclude: int | None) -> list[CustomerPhone]:
    hashes = [phone_index(number) for number in phones if number]
    if not hashes:
        return []
    rows = CustomerPhone.objects.filter(number_index__in=hashes).exclude(customer_id=exclude).select_related("customer")
    return list(rows[:MOST_SHOWN])


def _phone_finding(row: CustomerPhone) -> Finding:
    text = _("%(phone)s 已是客户「%(name)s」的电话") % {"phone": row.masked, "name": row.customer.name}
    return Finding(
        "phone", "same_phone", text, True, reverse("customers:detail", args=[row.customer.ref]), row.customer.ref
    )


def _same_name(name: str, company: bool, known: set[int | None]) -> list[Finding]:
    ids = set(_candidates(name, company)) - known
    if not ids:
        return []
    people = [
        person
        for person in Customer.objects.filter(pk__in=ids, kind="company" if company else "person")
        if alike(name, person.name, company=company)
    ][:MOST_SHOWN]
    phones = masked_phones(person.pk for person in people)
    return [_name_finding(person, phones.get(person.pk, ""), company and person.name == name) for person in people]


def _candidates(name: str, company: bool) -> Iterable[int]:
    """Ids from the search keys: same sound, and for companies the same own part of the name."""
    keys = SearchKey.objects.filter(kind="customer")
    if company:
        core = normal(company_core(name))
        keys = keys.filter(key__gte=core, key__lt=core + "\U0010ffff")
    else:
        keys = keys.filter(key__in=[normal(sound) for sound in pinyin_keys(name).full])
    ids: Iterable[int] = keys.values_list("doc__object_id", flat=True)[:CANDIDATES]
    return ids


def _name_finding(person: Customer, phone: str, blocks: bool) -> Finding:
    who = f"{person.name} {phone}".strip()
    text = _("已有同名或相近的客户：%(who)s") % {"who": who}
    return Finding("name", "similar_name", text, blocks, reverse("customers:detail", args=[person.ref]), person.ref)


def plate_findings(plate: str, kind: str, exclude: int | None = None) -> list[Finding]:
    """What is wrong with a plate, what was corrected in it, and which car wears it."""
    if not plate.strip():
        return []
    if problem := plate_problem(plate, kind=kind):
        return [Finding("plate", problem.code, str(problem), True)]
    read = parse_plate(plate, kind=kind)
    found = [Finding("plate", warning.code, str(warning)) for warning in read.warnings]
    return found + [
        _car_finding(car, "plate") for car in vehicles_like(read.text, read.kind.value, "") if car.pk != exclude
    ]


def vin_findings(vin: str, exclude: int | None = None) -> list[Finding]:
    """What is wrong with a VIN, what it tells, and which car has it."""
    if not vin.strip():
        return []
    if problem := vin_problem(vin):
        meant = suggest_vin(vin)
        hint = " " + _("是不是 %(vin)s？") % {"vin": display_vin(meant)} if meant else ""
        return [Finding("vin", problem.code, f"{problem}{hint}", True)]
    known = [_car_finding(car, "vin") for car in vehicles_like("", "", normalise_vin(vin)) if car.pk != exclude]
    warning = vin_warning(vin)
    return known + ([Finding("vin", warning.code, str(warning))] if warning else [_decoded(vin)])


def _decoded(vin: str) -> Finding:
    facts = decode(vin, today_year=timezone.localdate().year)
    words = [facts.maker_zh or facts.maker_en, _("%(year)d 款") % {"year": facts.year} if facts.year else ""]
    return Finding("vin", "vin_decoded", " · ".join(filter(None, [_("校验位正确"), *words])))


def _car_finding(car: Vehicle, field: str) -> Finding:
    owner = people_now([car.pk]).get(car.pk, {}).get("owner")
    who = " ".join(filter(None, [car.plate or display_vin(car.vin), car.title, owner.name if owner else ""]))
    text = _("已登记：%(car)s") % {"car": who}
    return Finding(field, f"same_{field}", text, True, reverse("customers:vehicle", args=[car.ref]), car.ref)


def entry_checks(
    *,
    name: str = "",
    phones: Sequence[str] = (),
    plate: str = "",
    plate_kind: str = "",
    vin: str = "",
    company: bool = False,
    exclude_customer: int | None = None,
    exclude_vehicle: int | None = None,
    by: Actor,
) -> list[Finding]:
    """Everything to remark on a half-filled form. Nothing is stored."""
    found: list[Finding] = []
    if name.strip() and (problem := name_problem(name)):
        found.append(Finding("name", problem.code, str(problem), True))
    given = [number for number in phones if number.strip()]
    found += [Finding("phone", p.code, str(p), True) for number in given if (p := phone_problem(number))]
    sound = [normalise_phone(number) for number in given if not phone_problem(number)]
    found += customer_findings(name, sound, company=company, exclude=exclude_customer)
    found += plate_findings(plate, plate_kind, exclude_vehicle)
    return discreet(found + vin_findings(vin, exclude_vehicle), by)


def discreet(found: list[Finding], by: Actor) -> list[Finding]:
    """An own-only role learns that a colleague has this customer or car, and not who that is."""
    return [
        f if not f.ref or _reached(f.ref, by) else replace(f, text=_("已由其他同事登记"), url="", ref="") for f in found
    ]


def _reached(ref: str, by: Actor) -> bool:
    try:
        kind = ref.partition("_")[0]
        return reaches(by, kind, parse_id(kind, ref))
    except Missing:
        return False


def readable_plate(text: str) -> str:
    """The plate in its stored form, or empty when it cannot be read."""
    try:
        return parse_plate(text).text
    except PlateError:
        return ""
