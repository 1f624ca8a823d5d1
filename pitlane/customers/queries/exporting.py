"""What leaves the system: the rows of an approved export, and everything about one person."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.accounts.queries import approval_for
from pitlane.core import panels
from pitlane.core.access import Actor
from pitlane.core.errors import Missing
from pitlane.core.models import EventRow
from pitlane.core.states import Label

from .. import policies
from ..models import Consent, ContactLog, Customer, Export, ImportantDate, Ownership, Vehicle
from ..names import source_name
from ..records import phones_by_customer
from .cards import tags_of
from .lists import CustomerFilter, cars_by_customer, matching
from .story import sentence_of
from .vehicle_list import VehicleFilter, narrowed_vehicles

CHUNK = 500


def export_for(export_id: int, by: Actor) -> Export:
    """An export that the actor asked for; others' exports do not exist for them."""
    found: Export | None = Export.objects.filter(pk=export_id).select_related("file").first()
    if found is None or not policies.can_take_file(by, found):
        raise Missing()
    return found


@dataclass(frozen=True, slots=True)
class ExportScreen:
    """One export and where it stands."""

    export: Export
    state: Label
    can_start: bool
    can_download: bool
    note: str


STATES = {
    "requested": Label("hold", gettext_lazy("等待审批")),
    "approved": Label("done", gettext_lazy("已同意，可以生成")),
    "refused": Label("bad", gettext_lazy("未同意")),
    "withdrawn": Label("idle", gettext_lazy("已撤回")),
    "running": Label("move", gettext_lazy("正在生成")),
    "ready": Label("done", gettext_lazy("可以下载")),
}


def export_screen(export_id: int, *, by: Actor) -> ExportScreen:
    """An own export with the approval it waits for."""
    export = export_for(export_id, by)
    approval = approval_for("export", export.ref) if export.started_at is None else None
    state = "ready" if export.file_id else "running" if export.started_at else approval.state if approval else "refused"
    note = approval.note if approval else ""
    return ExportScreen(export, STATES[state], state == "approved", state == "ready", note)


def my_exports(by: Actor) -> list[Export]:
    """The latest exports that the actor asked for."""
    rows = Export.objects.filter(requested_by_id=by.id).select_related("file").order_by("-requested_at", "-pk")
    return list(rows[:20])


def filter_from(stored: dict[str, Any]) -> tuple[CustomerFilter, list[int]]:
    """The filter of a stored request, and the ticked rows if only those were wanted."""
    plain = {key: value for key, value in stored.items() if key != "ids"}
    return CustomerFilter(**plain), list(stored.get("ids", []))


def export_header() -> list[str]:
    """Column heads of the file."""
    return [
        *(_("姓名"), _("类型"), _("电话"), _("联系人"), _("车牌"), _("车型"), _("车架号"), _("里程"), _("来源")),
        *(_("负责顾问"), _("标签"), _("建档日期"), _("完整度")),
    ]


def export_rows(stored: dict[str, Any], *, with_phones: bool, by: Actor, at: datetime) -> Iterator[list[Any]]:
    """One line per customer; numbers stay masked unless full ones were asked for and approved."""
    wanted, ids = filter_from(stored)
    rows = matching(wanted, by=by, at=at)
    rows = (rows.filter(pk__in=ids) if ids else rows).order_by("pk").select_related("advisor")
    last = 0
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        yield from _chunk(chunk, with_phones)


def _chunk(chunk: list[Customer], with_phones: bool) -> Iterator[list[Any]]:
    ids = [customer.pk for customer in chunk]
    phones, tags, cars = phones_by_customer(ids), tags_of(ids), cars_by_customer(ids)
    for row in chunk:
        numbers = [p.number.reveal() if with_phones else p.masked for p in phones.get(row.pk, [])]
        own = cars.get(row.pk, [])
        yield [
            row.name,
            Customer.Kind(row.kind).label,
            " ".join(numbers),
            row.contact_name,
            " ".join(car.plate for car in own),
            " / ".join(car.title for car in own if car.title),
            " ".join(car.vin for car in own if car.vin),
            own[0].odometer if own else None,
            source_name(row.source),
            row.advisor.name if row.advisor else "",
            " ".join(tags.get(row.pk, ())),
            timezone.localdate(row.created_at).isoformat(),
            row.completeness,
        ]


def count_customers(stored: dict[str, Any], by: Actor, at: datetime) -> int:
    """How many customers a stored request is about."""
    wanted, ids = filter_from(stored)
    rows = matching(wanted, by=by, at=at)
    count: int = (rows.filter(pk__in=ids) if ids else rows).count()
    return count


def _cars(stored: dict[str, Any], by: Actor, at: datetime) -> QuerySet[Vehicle]:
    rows: QuerySet[Vehicle] = Vehicle.objects.order_by("pk")
    rows = narrowed_vehicles(rows, VehicleFilter(**stored.get("list", {})), by=by, at=at)
    if (own := stored.get("own_id")) is None:
        return rows
    mine = Ownership.objects.filter(role=Ownership.Role.OWNER, until=None, customer__advisor_id=own)
    return rows.filter(pk__in=mine.values("vehicle_id"))


def count_vehicles(stored: dict[str, Any], by: Actor, at: datetime) -> int:
    """How many cars leave."""
    return _cars(stored, by, at).count()


def vehicle_header() -> list[str]:
    """Column heads of the cars' file: those by which the import knows them again."""
    return [
        *(
            _("车牌"),
            _("车架号"),
            _("车主"),
            _("电话"),
            _("品牌"),
            _("车系"),
            _("车型"),
            _("年款"),
            _("车辆级别"),
            _("燃料"),
        ),
        *(_("发动机号"), _("颜色"), _("里程"), _("购车日期"), _("保险公司"), _("保险到期"), _("年检到期")),
        *(_("质保到期"), _("质保里程"), _("备注")),
    ]


def vehicle_rows(stored: dict[str, Any], with_phones: bool, by: Actor, at: datetime) -> Iterator[list[Any]]:
    """One line per car with the owner of today."""
    last = 0
    while chunk := list(_cars(stored, by, at).filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        now = Ownership.objects.filter(vehicle__in=chunk, role=Ownership.Role.OWNER, until=None)
        owners = {link.vehicle_id: link.customer for link in now.select_related("customer")}
        phones = phones_by_customer([owner.pk for owner in owners.values()])
        for car in chunk:
            owner = owners.get(car.pk)
            yield _car_row(car, owner.name if owner else "", _numbers(phones, owner, with_phones))


def _numbers(phones: Mapping[int, Sequence[Any]], owner: Customer | None, whole: bool) -> str:
    found = phones.get(owner.pk, []) if owner else []
    return " ".join(phone.number.reveal() if whole else phone.masked for phone in found)


def _car_row(car: Vehicle, owner: str, phones: str) -> list[Any]:
    days = (car.purchased_on, car.insurance_until, car.inspection_until, car.warranty_until)
    bought, insured, inspected, warranted = (day.isoformat() if day else "" for day in days)
    return [
        *(car.plate, car.vin, owner, phones, car.make, car.series, car.model, car.model_year),
        *(str(Vehicle.VehicleClass(car.vehicle_class).label), str(Vehicle.Fuel(car.fuel).label)),
        *(car.engine_no, car.colour, car.odometer, bought, car.insurer, insured, inspected),
        *(warranted, car.warranty_km, car.note),
    ]


def named_phones(customer_ids: Collection[int], *, whole: bool) -> dict[int, tuple[str, str]]:
    """Names and phone numbers for a higher domain's export, masked unless whole ones were asked for and approved."""
    names = dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "name"))
    phones = phones_by_customer(list(customer_ids))
    shown = {
        pk: " ".join(phone.number.reveal() if whole else phone.masked for phone in phones.get(pk, [])) for pk in names
    }
    return {pk: (name, shown[pk]) for pk, name in names.items()}


def data_of(customer: Customer, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Everything kept about one person, section by section, unmasked; higher domains add theirs."""
    sections = {
        _("资料"): [_profile(customer)],
        _("电话"): [
            {_("电话"): phone.number.reveal(), _("说明"): phone.label}
            for phone in phones_by_customer([customer.pk]).get(customer.pk, [])
        ],
        _("车辆"): _own_cars(customer),
        _("授权"): _consents(customer),
        _("重要日子"): [
            {_("名称"): row.label, _("日期"): row.on, _("农历"): row.lunar}
            for row in ImportantDate.objects.filter(customer=customer).order_by("pk")
        ],
        _("联系记录"): _contacts(customer),
        _("经过"): _events(customer),
    }
    for panel in panels.collect("customer_data", by=by, at=at, customer_id=customer.pk):
        sections[str(panel.context["title"])] = panel.context["rows"]
    return sections


def _profile(customer: Customer) -> dict[str, Any]:
    sealed = {name: getattr(customer, name) for name in ("wechat", "email", "address", "id_number")}
    text = {name: value.reveal() if value else "" for name, value in sealed.items()}
    return {
        _("姓名"): customer.name,
        _("类型"): str(Customer.Kind(customer.kind).label),
        _("联系人"): customer.contact_name,
        _("微信"): text["wechat"],
        _("邮箱"): text["email"],
        _("地址"): text["address"],
        _("身份证号"): text["id_number"],
        _("税号"): customer.tax_id,
        _("发票抬头"): customer.invoice_title,
        _("生日"): customer.birthday,
        _("来源"): str(source_name(customer.source)),
        _("标签"): " ".join(tags_of([customer.pk]).get(customer.pk, ())),
        _("偏好"): " ".join(str(value) for name, value in customer.preferences.items() if name != "technician"),
        _("备注"): customer.note,
        _("建档日期"): timezone.localdate(customer.created_at),
    }


def _own_cars(customer: Customer) -> list[dict[str, Any]]:
    links = Ownership.objects.filter(customer=customer).select_related("vehicle").order_by("since", "pk")
    return [
        {
            _("车牌"): link.vehicle.plate,
            _("车架号"): link.vehicle.vin,
            _("车型"): link.vehicle.title,
            _("身份"): str(Ownership.Role(link.role).label),
            _("起"): link.since,
            _("止"): link.until,
        }
        for link in links
    ]


def _consents(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            _("用途"): str(Consent.Purpose(row.purpose).label),
            _("同意"): row.granted,
            _("时间"): row.at,
            _("方式"): row.via,
        }
        for row in Consent.objects.filter(customer=customer).order_by("at", "pk")
    ]


def _contacts(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            _("时间"): row.at,
            _("方式"): str(ContactLog.Channel(row.channel).label),
            _("内容"): row.text,
            _("下一步"): row.next_step,
        }
        for row in ContactLog.objects.filter(customer=customer).order_by("at", "pk")
    ]


def _events(customer: Customer) -> list[dict[str, Any]]:
    rows = EventRow.objects.filter(customer_id=customer.pk).order_by("at", "pk")
    return [{_("时间"): row.at, _("事项"): sentence_of(row)} for row in rows]
