"""The catalogue of parts: numbers, names, prices, which cars they fit, what may stand in for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pitlane.catalog.queries import name_keys
from pitlane.core import search
from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import Money
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import PartChanged, SubstituteChanged
from ..indexing import entry_for
from ..models import Part, Substitute


@command
def save_part(
    *,
    part_id: int | None = None,
    version: int | None = None,
    code: str,
    name: str,
    price: Money,
    oem_no: str = "",
    brand: str = "",
    grade: str = Part.Grade.BRANDED,
    category: str = "",
    unit: str = "个",  # zh-data
    barcode: str = "",
    fits: Sequence[str] = (),
    min_stock: Decimal = Decimal(0),
    active: bool = True,
    by: Actor,
    at: datetime,
) -> Part:
    """Add or correct a part; orders keep the name, grade and price they were written with."""
    part = _locked(part_id, version) if part_id else Part(version=0)
    require(policies.can_edit(by), "parts.edit")
    former = part.price.fen if part_id else None
    part.code, part.name, part.price = code.strip().upper(), name.strip(), price
    _refuse_nonsense(part, grade, min_stock)
    part.oem_no, part.barcode, part.brand = oem_no.strip(), barcode.strip(), brand.strip()
    part.grade, part.category, part.unit = grade, category.strip(), unit.strip() or "个"  # zh-data
    part.fits, part.min_stock, part.active = [fit.strip() for fit in fits if fit.strip()], min_stock, active
    part.name_keys = name_keys(part.name, part.brand, part.code, part.oem_no, part.barcode, longest=700)
    part.version += 1
    part.save()
    search.index([entry_for(part)])
    record(PartChanged(part.pk, part.code, part.name, part_id is None, price.fen, former), by=by, at=at)
    return part


def _locked(part_id: int, version: int | None) -> Part:
    part: Part | None = Part.objects.select_for_update().filter(pk=part_id).first()
    if part is None:
        raise Missing()
    if version is not None and part.version != version:
        raise Conflict(_("别人刚刚改过这个配件，请刷新后再改"), code="stale")
    return part


def _refuse_nonsense(part: Part, grade: str, min_stock: Decimal) -> None:
    if not part.code:
        raise Refused(_("请填写编码"), code="code_missing", field="code")
    if not part.name:
        raise Refused(_("请填写名称"), code="name_missing", field="name")
    if part.price.fen < 0:
        raise Refused(_("价格不能小于 0"), code="price", field="price")
    if grade not in Part.Grade.values:
        raise Refused(_("没有这个品质等级"), code="grade", field="grade")
    if min_stock < 0:
        raise Refused(_("安全库存不能小于 0"), code="quantity", field="min_stock")
    if Part.objects.filter(code=part.code).exclude(pk=part.pk).exists():
        raise Refused(_("编码已被使用"), code="code_taken", field="code")


@command
def set_substitute(*, part_id: int, other_id: int, supersedes: bool = False, by: Actor, at: datetime) -> Substitute:
    """Say that another part does the same, or replaces this number for good."""
    require(policies.can_edit(by), "parts.edit")
    if part_id == other_id:
        raise Refused(_("配件不能替代自己"), code="substitute_self", field="other")
    if Part.objects.filter(pk__in=[part_id, other_id]).count() != 2:
        raise Missing()
    row, _created = Substitute.objects.update_or_create(
        org_id=current_org(), part_id=part_id, other_id=other_id, defaults={"supersedes": supersedes}
    )
    record(SubstituteChanged(part_id, other_id, removed=False), by=by, at=at)
    saved: Substitute = row
    return saved


@command
def remove_substitute(*, part_id: int, other_id: int, by: Actor, at: datetime) -> None:
    """The two parts are not interchangeable after all."""
    require(policies.can_edit(by), "parts.edit")
    removed, _rows = Substitute.objects.filter(part_id=part_id, other_id=other_id).delete()
    if not removed:
        raise Missing()
    record(SubstituteChanged(part_id, other_id, removed=True), by=by, at=at)
