"""Service packages: work and parts sold under one name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Missing, Refused
from pitlane.core.events import record
from pitlane.core.money import Money
from pitlane.core.tenancy import current_org

from .. import policies
from ..events import PackageChanged
from ..models import Operation, PackageLine, ServicePackage
from ..naming import name_keys
from ..stale import locked, refuse_taken_code


@dataclass(frozen=True, slots=True)
class PackageLineInput:
    """An operation (with hours that may differ from the standard) or a part by its code."""

    operation_id: int | None = None
    part_code: str = ""
    quantity: Decimal = Decimal(1)
    hours: Decimal | None = None


@command
def save_package(
    *,
    package_id: int | None = None,
    version: int | None = None,
    code: str,
    name: str,
    lines: Sequence[PackageLineInput],
    price: Money | None = None,
    name_en: str = "",
    makes: Sequence[str] = (),
    series: Sequence[str] = (),
    fuels: Sequence[str] = (),
    active: bool = True,
    online: bool = False,
    by: Actor,
    at: datetime,
) -> ServicePackage:
    """Add or correct a package; orders that took it before keep what they took."""
    package = locked(ServicePackage, package_id, version) if package_id else ServicePackage(version=0)
    require(policies.can_edit(by), "catalog.edit")
    code = code.strip().upper()
    _refuse_nonsense(code, name, price, lines)
    refuse_taken_code(ServicePackage, code, package_id)
    package.code, package.name, package.name_en = code, name.strip(), name_en.strip()
    package.name_keys = name_keys(name, name_en, code)
    package.price, package.active, package.online = price, active, online
    package.makes, package.series, package.fuels = list(makes), list(series), list(fuels)
    package.version += 1
    package.save()
    _write_lines(package, lines)
    record(PackageChanged(package.pk, code, package.name, package_id is None), by=by, at=at)
    return package


def _refuse_nonsense(code: str, name: str, price: Money | None, lines: Sequence[PackageLineInput]) -> None:
    if not code:
        raise Refused(_("请填写编码"), code="code_missing", field="code")
    if not name.strip():
        raise Refused(_("请填写名称"), code="name_missing", field="name")
    if price is not None and price.fen < 0:
        raise Refused(_("价格不能小于 0"), code="price", field="price")
    if not lines:
        raise Refused(_("套餐至少要有一个项目或配件"), code="package_empty", field="lines")
    for line in lines:
        if (line.operation_id is None) == (not line.part_code.strip()):
            raise Refused(_("套餐的每一行是一个项目或一个配件"), code="package_line", field="lines")
        if line.quantity <= 0 or (line.hours is not None and line.hours < 0):
            raise Refused(_("数量要大于 0"), code="quantity", field="lines")


def _write_lines(package: ServicePackage, lines: Sequence[PackageLineInput]) -> None:
    wanted = {line.operation_id for line in lines if line.operation_id}
    if Operation.objects.filter(pk__in=wanted).count() != len(wanted):
        raise Missing()
    package.lines.all().delete()
    PackageLine.objects.bulk_create(
        PackageLine(
            org_id=current_org(),
            package=package,
            position=position,
            operation_id=line.operation_id,
            part_code=line.part_code.strip(),
            quantity=line.quantity,
            hours=line.hours,
        )
        for position, line in enumerate(lines, start=1)
    )
