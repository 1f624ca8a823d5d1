"""From what the desk asks for to priced lines: labour by catalogue and rate, parts by price list, packages.

Used by the commands that add lines; writes nothing itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pitlane.catalog import queries as catalog
from pitlane.core.errors import Missing, Refused
from pitlane.core.money import ZERO, Money
from pitlane.parts import queries as parts

from .models import OrderPart, RepairOrder, WorkItem
from .payers import default_payers, kept_payers
from .sheet import LineRow, Sheet
from .steps import catalogue_steps
from .totals import package_discounts

LATE = ("dispatch_pending", "in_progress", "on_hold", "qc_pending", "completed", "reopened")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class NewLabour:
    """A job to add: from the catalogue, or free text with hours and price; ``fee`` and ``sublet`` have a flat price."""

    operation_id: int | None = None
    name: str = ""
    hours: Decimal | None = None
    unit_price: Money | None = None
    kind: str = "labour"
    sublet_supplier: str = ""
    sublet_cost: Money = ZERO
    discount_rate: Decimal = Decimal(0)
    payers: Mapping[str, str] | None = None
    extra: bool | None = None
    package_code: str = ""


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part to add. ``item`` is the job it belongs to: ``item:5``, or ``#0`` for the first job of the same call."""

    part_id: int | None = None
    name: str = ""
    quantity: Decimal = ONE
    unit_price: Money | None = None
    item: str = ""
    customer_supplied: bool = False
    old_part: str = "waive"
    discount_rate: Decimal = Decimal(0)
    payers: Mapping[str, str] | None = None
    extra: bool | None = None
    package_code: str = ""


@dataclass(frozen=True, slots=True)
class NewPackage:
    """A package to add with all its lines; a fixed price is spread over them without losing a fen."""

    package_id: int


NewLine = NewLabour | NewPart | NewPackage


@dataclass(slots=True)
class Drafts:
    """Unsaved rows in the order of the request; ``owner`` says to which new job a new part belongs."""

    rows: list[LineRow] = field(default_factory=list)
    owner: dict[int, WorkItem | int] = field(default_factory=dict)

    @property
    def items(self) -> list[WorkItem]:
        return [row for row in self.rows if isinstance(row, WorkItem)]

    @property
    def parts(self) -> list[OrderPart]:
        return [row for row in self.rows if isinstance(row, OrderPart)]


@dataclass(slots=True)
class Drafter:
    """Prices the lines of one request; catalogue, parts and rates are read once."""

    sheet: Sheet
    at: datetime
    operations: dict[int, catalog.OperationCard] = field(default_factory=dict)
    goods: dict[int, parts.PartCard] = field(default_factory=dict)
    rates: dict[str, Money] = field(default_factory=dict)

    @property
    def order(self) -> RepairOrder:
        return self.sheet.order

    def rate(self, trade: str) -> Money:
        """Yuan per hour for this car and trade on this day."""
        if trade not in self.rates:
            day = timezone.localdate(self.at)
            self.rates[trade] = catalog.rate_for(self.order.store_id, self.order.vehicle.vehicle_class, trade, day)
        return self.rates[trade]

    def read(self, lines: Sequence[NewLabour | NewPart]) -> None:
        """Fetch everything the lines name, in one query per kind."""
        wanted = {line.operation_id for line in lines if isinstance(line, NewLabour) and line.operation_id}
        self.operations |= catalog.operations_by_id(wanted) if wanted else {}
        goods = {line.part_id for line in lines if isinstance(line, NewPart) and line.part_id}
        self.goods |= parts.parts_by_id(goods, self.order.store_id) if goods else {}
        if wanted - set(self.operations) or goods - set(self.goods):
            raise Missing(gettext_lazy("项目或配件不存在，可能已停用"))


def draft(sheet: Sheet, lines: Sequence[NewLine], at: datetime) -> Drafts:
    """Priced, unsaved rows for the lines."""
    drafter = Drafter(sheet, at)
    plain: list[NewLabour | NewPart] = []
    packages: list[tuple[int, int, catalog.PackageCard]] = []
    for line in lines:
        if isinstance(line, NewPackage):
            package = catalog.package_by_id(line.package_id)
            start, inside = len(plain), _package_lines(package, _count_jobs(plain))
            plain += inside
            packages.append((start, start + len(inside), package))
        else:
            plain.append(line)
    drafter.read(plain)
    drafts = Drafts()
    for line in plain:
        drafts.rows.append(_labour(drafter, line) if isinstance(line, NewLabour) else _part(drafter, line, drafts))
    for start, end, package in packages:
        _fix_price(drafts.rows[start:end], package.price, package.name)
    _place(sheet, drafts)
    return drafts


def _count_jobs(lines: Sequence[NewLabour | NewPart]) -> int:
    return sum(isinstance(line, NewLabour) for line in lines)


def _package_lines(package: catalog.PackageCard, jobs_before: int) -> list[NewLabour | NewPart]:
    """The package as lines; its parts hang on the job before them, or on its first job when all jobs come first."""
    sorts = [line.operation is None for line in package.lines]
    jobs_first = sorts == sorted(sorts)
    codes = [line.part_code for line in package.lines if line.part_code]
    found = parts.parts_by_code(codes) if codes else {}
    lines: list[NewLabour | NewPart] = []
    for line in package.lines:
        if line.operation is not None:
            lines.append(NewLabour(line.operation.id, hours=line.hours, package_code=package.code))
            continue
        part = found.get(line.part_code)
        if part is None:
            raise Refused(
                gettext_lazy("套餐里的配件 %(code)s 不在配件目录中") % {"code": line.part_code}, code="package_part"
            )
        inside = _count_jobs(lines)
        at = jobs_before if jobs_first and inside else max(0, jobs_before + inside - 1)
        owner = f"#{at}" if jobs_before or lines else ""
        lines.append(NewPart(part.id, quantity=line.quantity, item=owner, package_code=package.code))
    return lines


def _extra(drafter: Drafter, asked: bool | None) -> bool:
    """Whatever is added after the customer approved is extra work and needs a new answer."""
    return drafter.order.state in LATE and drafter.order.approved_at is not None if asked is None else asked


def _payers(drafter: Drafter, asked: Mapping[str, str] | None) -> dict[str, str]:
    order = drafter.order
    return kept_payers(asked) if asked else default_payers(order.order_type, comes_back=bool(order.comeback_of_id))


def _labour(drafter: Drafter, line: NewLabour) -> WorkItem:
    operation = drafter.operations[line.operation_id] if line.operation_id else None
    item = WorkItem(
        org_id=drafter.order.org_id,
        order=drafter.order,
        operation_id=line.operation_id,
        kind=line.kind,
        name=line.name or (operation.name if operation else ""),
        hours=line.hours if line.hours is not None else (operation.standard_hours if operation else Decimal(0)),
        sublet_supplier=line.sublet_supplier,
        sublet_cost=line.sublet_cost,
        package_code=line.package_code,
        extra=_extra(drafter, line.extra),
        payers=_payers(drafter, line.payers),
    )
    if operation:
        _from_catalogue(item, operation)
    if not item.name.strip():
        raise Refused(gettext_lazy("请填写项目名称"), code="name", field="name")
    item.statement_part = (
        "machining" if line.kind == "sublet" else "other" if line.kind == "fee" else item.statement_part
    )
    _price_labour(drafter, item, operation, line.unit_price)
    reprice(item, discount_rate=line.discount_rate)
    return item


def _from_catalogue(item: WorkItem, operation: catalog.OperationCard) -> None:
    item.trade, item.bay_type = operation.trade, operation.bay_type
    item.skill, item.skill_level = operation.skill, operation.skill_level
    item.repair_class, item.statement_part = operation.repair_class, operation.statement_part
    item.steps = catalogue_steps(operation.steps)


def _price_labour(
    drafter: Drafter, item: WorkItem, operation: catalog.OperationCard | None, asked: Money | None
) -> None:
    """A price named at the desk goes first, then the catalogue's fixed price, then hours times the rate."""
    fixed = operation.fixed_price if operation else None
    item.flat = item.kind != WorkItem.Kind.LABOUR or (asked is None and fixed is not None)
    if item.flat and asked is None and fixed is None:
        raise Refused(gettext_lazy("请填写金额"), code="price", field="unit_price")
    if asked is not None:
        item.unit_price = asked
    elif fixed is not None:
        item.unit_price = fixed
    else:
        item.unit_price = drafter.rate(item.trade)


def _part(drafter: Drafter, line: NewPart, drafts: Drafts) -> OrderPart:
    card = drafter.goods[line.part_id] if line.part_id else None
    if line.quantity <= 0:
        raise Refused(gettext_lazy("数量应大于 0"), code="quantity", field="quantity")
    part = OrderPart(
        org_id=drafter.order.org_id,
        order=drafter.order,
        part_id=line.part_id,
        name=line.name or (card.name if card else ""),
        code=card.code if card else "",
        grade=card.grade if card else "",
        unit=card.unit if card else "个",  # zh-data
        quantity=line.quantity,
        customer_supplied=line.customer_supplied,
        old_part=line.old_part,
        package_code=line.package_code,
        extra=_extra(drafter, line.extra),
        payers=_payers(drafter, line.payers),
    )
    if not part.name.strip():
        raise Refused(gettext_lazy("请填写配件名称"), code="name", field="name")
    part.unit_price = _part_price(line, card)
    reprice(part, discount_rate=line.discount_rate)
    _hang(drafter, line.item, part, drafts)
    return part


def _part_price(line: NewPart, card: parts.PartCard | None) -> Money:
    if line.customer_supplied:
        return ZERO
    if line.unit_price is None and card is None:
        raise Refused(gettext_lazy("请填写单价"), code="price", field="unit_price")
    return line.unit_price if line.unit_price is not None else card.price  # type: ignore[union-attr]


def _hang(drafter: Drafter, item: str, part: OrderPart, drafts: Drafts) -> None:
    """Put the part under its job."""
    if item.startswith("#"):
        jobs, index = drafts.items, int(item[1:])
        if index >= len(jobs):
            raise Refused(gettext_lazy("配件所属的项目不存在"), code="item", field="item")
        drafts.owner[id(part)] = jobs[index]
        part.extra = part.extra or jobs[index].extra
    elif item:
        owner = drafter.sheet.line(item)
        if not isinstance(owner, WorkItem):
            raise Refused(gettext_lazy("配件只能放在项目下面"), code="item", field="item")
        part.item = owner


def reprice(line: LineRow, *, discount_rate: Decimal = Decimal(0), discount: Money = ZERO) -> None:
    """Set what the line costs from quantity, unit price and discount, and keep how it came about."""
    quantity = quantity_of(line)
    price = line_price(quantity, line.unit_price, discount_rate, discount)
    line.list_amount, line.discount, line.amount = price
    line.price_note = _note(line, quantity, discount_rate, discount)[:160]


def quantity_of(line: LineRow) -> Decimal:
    if isinstance(line, OrderPart):
        return Decimal(line.quantity)
    return ONE if line.flat else Decimal(line.hours)


def line_price(quantity: Decimal, unit: Money, rate: Decimal, fixed: Money) -> tuple[Money, Money, Money]:
    """List amount, discount and amount of a line; a discount can never exceed the list amount."""
    if unit.fen < 0 or quantity < 0 or fixed.fen < 0:
        raise Refused(gettext_lazy("数量、单价和优惠不能小于 0"), code="price_negative", field="unit_price")
    if not 0 <= rate <= 1:
        raise Refused(gettext_lazy("优惠比例应在 0%% 到 100%% 之间") % {}, code="discount_rate", field="discount_rate")
    listed = unit * quantity
    off = listed * rate + fixed
    if off > listed:
        raise Refused(gettext_lazy("优惠超过金额"), code="discount_too_large", field="discount")
    return listed, off, listed - off


def _note(line: LineRow, quantity: Decimal, rate: Decimal, fixed: Money) -> str:
    """Why the line costs what it costs, for the customer who asks."""
    if isinstance(line, OrderPart):
        texts = [_("%(n)s %(unit)s × %(price)s") % {"n": plain(quantity), "unit": line.unit, "price": line.unit_price}]
    elif line.flat:
        texts = [_("固定价 %(price)s") % {"price": line.unit_price}]
    else:
        texts = [_("%(n)s h × %(price)s") % {"n": plain(quantity), "price": line.unit_price}]
    if rate:
        texts.append(_("优惠 %(rate)s%%") % {"rate": plain(rate * 100)})
    if fixed:
        texts.append(_("优惠 %(amount)s") % {"amount": fixed})
    return "；".join(texts)  # zh-data


def plain(value: Decimal) -> str:
    """A quantity without useless zeros."""
    return f"{Decimal(value).normalize():f}"


def _fix_price(rows: Sequence[LineRow], price: Money | None, name: str) -> None:
    """Spread a package's fixed price over its lines; the difference to the list is each line's discount."""
    if price is None:
        return
    for row, off in zip(rows, package_discounts(price, [row.list_amount for row in rows]), strict=True):
        row.discount = off if off.fen > 0 else ZERO
        row.list_amount = row.list_amount if off.fen > 0 else row.list_amount - off
        row.amount = row.list_amount - row.discount
        row.price_note = (_("套餐价：%(name)s") % {"name": name})[:160]


def _place(sheet: Sheet, drafts: Drafts) -> None:
    """New lines come after those that are there."""
    last = max((line.position for line in sheet.lines), default=0)
    for number, row in enumerate(drafts.rows, last + 1):
        row.position = number
