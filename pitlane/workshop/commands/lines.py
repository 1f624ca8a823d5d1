"""Labour, sublet and part lines: added, changed, removed, discounted, charged to payers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.accounts import commands as approvals
from pitlane.catalog import queries as catalog
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Refused, Text
from pitlane.core.money import ZERO, Money, total
from pitlane.core.rows import save_columns

from .. import policies
from ..concessions import borne_by_house, check_concessions
from ..drafting import NewLabour, NewLine, NewPackage, NewPart, reprice
from ..linework import decide, finish_if_done, keep_lines, put_lines, release, reserve, with_parts
from ..models import OrderPart, WorkItem
from ..payers import kept_payers
from ..repeats import wanted_again
from ..sheet import LineRow, Sheet, check_editable, check_version, key_of, lock_sheet
from ..states import ITEM

LABOUR_FIELDS = ("name", "hours", "unit_price", "sublet_supplier", "sublet_cost")
PART_FIELDS = ("name", "quantity", "unit_price", "old_part", "item_id")
PRICED = frozenset({"hours", "quantity", "unit_price", "discount_rate", "discount"})
UNTOUCHED = ("pending", "dispatched", "accepted")


@command
def add_lines(
    *, order_id: int, lines: Sequence[NewLine], despite_same: bool = True, by: Actor, at: datetime
) -> list[str]:
    """Add jobs, parts and packages in one go; answers the keys of the new lines in their order.

    Where a person adds, ``despite_same`` False asks first: a package or operation twice is mostly a slip.
    """
    sheet = _editable(order_id, None, by)
    if not despite_same:
        _refuse_again(sheet, lines)
    return put_lines(sheet, lines, by=by, at=at)


def _refuse_again(sheet: Sheet, lines: Sequence[NewLine]) -> None:
    names = catalog.package_labels({line.package_id for line in lines if isinstance(line, NewPackage)})
    again = wanted_again(sheet.lines, lines, {pk: code for pk, (code, _name) in names.items()})
    if isinstance(again, NewPackage):
        name = names[again.package_id][1]
    elif isinstance(again, NewLabour) and again.operation_id:
        name = catalog.operation_by_id(again.operation_id).name
    else:
        return
    raise Refused(_("「%(name)s」已经在工单里，没有重复加入") % {"name": name}, code="same_line", field="lines")


@command
def add_labour(
    *,
    order_id: int,
    operation_id: int | None = None,
    name: str = "",
    hours: Decimal | None = None,
    unit_price: Money | None = None,
    kind: str = "labour",
    sublet_supplier: str = "",
    sublet_cost: Money = ZERO,
    by: Actor,
    at: datetime,
) -> str:
    """Add one job, from the catalogue or free."""
    line = NewLabour(operation_id, name, hours, unit_price, kind, sublet_supplier, sublet_cost)
    return add_lines(order_id=order_id, lines=[line], by=by, at=at)[0]


@command
def add_part(
    *,
    order_id: int,
    part_id: int | None,
    quantity: Decimal = Decimal(1),
    item_id: int | None = None,
    name: str = "",
    unit_price: Money | None = None,
    customer_supplied: bool = False,
    by: Actor,
    at: datetime,
) -> str:
    """Add one part, under a job where it belongs to one."""
    owner = f"item:{item_id}" if item_id else ""
    line = NewPart(part_id, name, quantity, unit_price, owner, customer_supplied)
    return add_lines(order_id=order_id, lines=[line], by=by, at=at)[0]


@command
def add_package(*, order_id: int, package_id: int, by: Actor, at: datetime) -> list[str]:
    """Add a package with its jobs and parts."""
    return add_lines(order_id=order_id, lines=[NewPackage(package_id)], by=by, at=at)


def _editable(order_id: int, version: int | None, by: Actor) -> Sheet:
    sheet = lock_sheet(order_id)
    require(policies.can_edit(by, sheet.order), "workshop.edit")
    check_version(sheet.order, version)
    check_editable(sheet.order)
    return sheet


@command
def change_line(
    *,
    order_id: int,
    key: str,
    version: int | None = None,
    changes: Mapping[str, Any],
    approval_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Correct a line. An approved line that becomes dearer needs the customer's answer again."""
    sheet = _editable(order_id, version, by)
    line = sheet.line(key)
    before, was_approved = line.amount, line.approval == "approved"
    borne = borne_by_house(sheet, line)
    _check_open_line(line, changes)
    _set_fields(sheet, line, changes)
    if PRICED & set(changes):
        _check_package(line, changes)
        _reprice(line, changes)
    grown = borne_by_house(sheet, line) > borne
    if grown or PRICED & set(changes):
        field = "payers" if grown else "discount_rate"
        check_concessions(sheet, [line], approval_id, field=field, by=by, at=at)
    if was_approved and isinstance(line, OrderPart) and "quantity" in changes:
        reserve(sheet, [line], by=by, at=at)
    if was_approved and line.amount > before and "internal" not in line.payers:
        _ask_again(line, at)
    line.save()
    keep_lines(sheet, "change", [key], by=by, at=at)


def _ask_again(line: LineRow, at: datetime) -> None:
    begun = line.state not in UNTOUCHED if isinstance(line, WorkItem) else line.fitted
    if begun:
        raise Refused(_("客户已同意原价且已开工，加价请另加一行报价"), code="approved_price", field="unit_price")
    decide(line, "withdraw", "", at)


def _check_open_line(line: LineRow, changes: Mapping[str, Any]) -> None:
    """What is fitted or finished keeps its quantity."""
    if isinstance(line, OrderPart) and line.fitted and {"quantity", "part_id"} & set(changes):
        raise Refused(_("配件已领用，先退料再改数量"), code="issued", field="quantity")


def _set_fields(sheet: Sheet, line: LineRow, changes: Mapping[str, Any]) -> None:
    allowed = LABOUR_FIELDS if isinstance(line, WorkItem) else PART_FIELDS
    for name in allowed:
        if name in changes:
            setattr(line, name, changes[name])
    if isinstance(line, OrderPart) and line.item_id:
        sheet.item(line.item_id)
    if isinstance(line, OrderPart) and line.quantity <= 0:
        raise Refused(_("数量应大于 0"), code="quantity", field="quantity")
    if "payers" in changes:
        line.payers = kept_payers(changes["payers"])
    if not line.name.strip():
        raise Refused(_("请填写名称"), code="name", field="name")


def _check_package(line: LineRow, changes: Mapping[str, Any]) -> None:
    if line.package_code:
        raise Refused(_("套餐内的项目按套餐价，不能单独改价"), code="package_price", field="unit_price")


def _reprice(line: LineRow, changes: Mapping[str, Any]) -> None:
    """A discount that is not named again stays the same share of the new amount."""
    named = {"discount_rate", "discount"} & set(changes)
    kept = Decimal(line.discount.fen) / line.list_amount.fen if line.list_amount and not named else Decimal(0)
    reprice(line, discount_rate=Decimal(changes.get("discount_rate", kept)), discount=changes.get("discount", ZERO))


@command
def discount_lines(
    *,
    order_id: int,
    keys: Sequence[str],
    rate: Decimal,
    version: int | None = None,
    approval_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Let the same share off several lines; package lines keep their price."""
    sheet = _editable(order_id, version, by)
    lines = [line for line in map(sheet.line, keys) if not line.package_code]
    if not lines:
        raise Refused(_("请选择可以打折的项目"), code="no_lines")
    for line in lines:
        reprice(line, discount_rate=rate)
    check_concessions(sheet, lines, approval_id, by=by, at=at)
    _save_lines(lines, ["discount", "list_amount", "amount", "price_note"])
    keep_lines(sheet, "change", [key_of(line) for line in lines], by=by, at=at)


def _save_lines(lines: Sequence[LineRow], fields: list[str]) -> None:
    save_columns([line for line in lines if isinstance(line, WorkItem)], fields)
    save_columns([line for line in lines if isinstance(line, OrderPart)], fields)


@command
def request_discount(*, order_id: int, keys: Sequence[str], rate: Decimal, reason: str, by: Actor, at: datetime) -> int:
    """Ask somebody with more authority for a discount above the own limit; answers the id of the request."""
    sheet = _editable(order_id, None, by)
    listed = total(line.list_amount for line in map(sheet.line, keys) if not line.package_code)
    facts = {"number": sheet.order.short_number, "rate": f"{(rate * 100).normalize():f}"}
    return _ask(sheet, _("%(number)s 优惠 %(rate)s%%") % facts, listed * rate, reason, by, at)


@command
def request_house_pays(*, order_id: int, keys: Sequence[str], reason: str, by: Actor, at: datetime) -> int:
    """Ask that the house may bear these lines (转内部承担), whole or in part; answers the id of the request."""
    sheet = _editable(order_id, None, by)
    amount = total(line.list_amount for line in map(sheet.line, keys))
    facts = {"number": sheet.order.short_number, "amount": amount}
    return _ask(sheet, _("%(number)s 由本店承担 %(amount)s") % facts, amount, reason, by, at)


def _ask(sheet: Sheet, summary: Text, amount: Money, reason: str, by: Actor, at: datetime) -> int:
    approval = approvals.request_approval(
        kind="discount",
        permission="accounts.approve_discount",
        subject=sheet.order.ref,
        summary=summary,
        reason=reason,
        amount=amount,
        store_id=sheet.order.store_id,
        order_id=sheet.order.pk,
        customer_id=sheet.order.customer_id,
        by=by,
        at=at,
    )
    return approval.pk


@command
def set_payers(
    *,
    order_id: int,
    keys: Sequence[str],
    payers: Mapping[str, str],
    version: int | None = None,
    approval_id: int | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Say who pays these lines, and which share (insurer, maker, the house, the customer).

    What the house takes over is a favour like a discount; above the role's limit it needs the approval of one.
    """
    sheet = _editable(order_id, version, by)
    kept = kept_payers(payers)
    lines = [sheet.line(key) for key in keys]
    borne = {key_of(line): borne_by_house(sheet, line) for line in lines}
    for line in lines:
        line.payers = kept
    dearer = [line for line in lines if borne_by_house(sheet, line) > borne[key_of(line)]]
    check_concessions(sheet, dearer, approval_id, field="payers", by=by, at=at)
    _save_lines(lines, ["payers"])
    keep_lines(sheet, "change", keys, by=by, at=at)


@command
def remove_line(
    *, order_id: int, key: str, version: int | None = None, reason: str = "", by: Actor, at: datetime
) -> None:
    """Take a line off the order, a job with its parts. What was begun or fitted stays."""
    sheet = _editable(order_id, version, by)
    line = sheet.line(key)
    _take_off(sheet, with_parts(sheet, line), reason, by, at)


@command
def remove_package(*, order_id: int, code: str, reason: str = "", by: Actor, at: datetime) -> None:
    """Take a whole package off the order. Unless nothing of it was begun or fitted, all of it stays."""
    sheet = _editable(order_id, None, by)
    inside = [line for line in sheet.lines if code and line.package_code == code]
    gone = list({key_of(each): each for line in inside for each in with_parts(sheet, line)}.values())
    if not gone:
        raise Refused(_("工单上没有这个套餐"), code="no_package")
    _take_off(sheet, gone, reason, by, at)


def _take_off(sheet: Sheet, gone: Sequence[LineRow], reason: str, by: Actor, at: datetime) -> None:
    for each in gone:
        _check_removable(each)
    release([each for each in gone if each.approval == "approved"], by=by, at=at)
    for each in gone:
        _remove(sheet, each)
    finish_if_done(sheet, at)
    keep_lines(sheet, "remove", [key_of(each) for each in gone], reason=reason[:80], by=by, at=at)


def _check_removable(line: LineRow) -> None:
    if isinstance(line, WorkItem) and line.state not in UNTOUCHED:
        raise Refused(_("「%(name)s」已经开工，不能删除") % {"name": line.name}, code="begun")
    if isinstance(line, OrderPart) and line.fitted:
        raise Refused(_("「%(name)s」已领用，先退料") % {"name": line.name}, code="issued")


def _remove(sheet: Sheet, line: LineRow) -> None:
    if isinstance(line, WorkItem):
        ITEM.apply(line, "remove")
        sheet.items.remove(line)
    else:
        line.removed = True
        sheet.parts.remove(line)
    line.save()
