"""How a store bills and what needs a second person: tax, small change, refunds, stock, the till. Kept in the store's
settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused, Text
from pitlane.core.money import LARGEST_FEN, Money

ROUND_OFF: dict[int, Text] = {1: _("不抹零"), 10: _("抹到角"), 100: _("抹到元"), 1000: _("抹到十元")}
LABELS: dict[str, Text] = {
    "tax_rate": _("税率"),
    "prices_include_tax": _("价格含税"),
    "round_off_fen": _("抹零"),
    "refund_without_approval_fen": _("免审批退款上限"),
    "adjust_without_approval_fen": _("免审批库存调整上限"),
    "till_must_be_opened": _("收现金前必须开班"),
}


@dataclass(frozen=True, slots=True)
class StoreTerms:
    """An empty store has no tax, keeps every fen, asks for every refund and for stock corrections above 1,000 yuan,
    and opens tills by themselves."""

    tax_rate: Decimal = Decimal(0)
    prices_include_tax: bool = True
    round_off_fen: int = 1
    refund_without_approval_fen: int = 0
    adjust_without_approval_fen: int = 100_000
    till_must_be_opened: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> StoreTerms:
        """As they stand in a store's settings."""
        known = {field.name: settings[field.name] for field in fields(cls) if field.name in settings}
        return cls()._with(known)

    def changed(self, changes: Mapping[str, Any]) -> StoreTerms:
        """With these changes, each of them checked."""
        unknown = set(changes) - {field.name for field in fields(self)}
        if unknown:
            raise Refused(_("没有这项设置"), code="unknown_setting", field=min(unknown))
        return self._with(changes)._checked()

    def _with(self, values: Mapping[str, Any]) -> StoreTerms:
        given = dict(values)
        if "tax_rate" in given:
            given["tax_rate"] = _rate(given["tax_rate"])
        return replace(self, **given)

    def _checked(self) -> StoreTerms:
        if not 0 <= self.tax_rate < 1:
            raise Refused(_("税率应在 0% 到 100% 之间"), code="tax_rate", field="tax_rate")
        if self.round_off_fen not in ROUND_OFF:
            raise Refused(_("没有这种抹零方式"), code="round_off", field="round_off_fen")
        for name in ("refund_without_approval_fen", "adjust_without_approval_fen"):
            if not 0 <= getattr(self, name) <= LARGEST_FEN:
                raise Refused(_("金额不能小于 0"), code="too_small", field=name)
        return self

    def as_settings(self) -> dict[str, Any]:
        """What is stored: the rate as text, so that no fraction is lost."""
        return {**asdict(self), "tax_rate": str(self.tax_rate)}


def percent(rate: Decimal) -> str:
    """A share in percent, without useless zeros."""
    return f"{(rate * 100).normalize():f}"


def in_words(name: str, value: Any) -> str:
    """A setting as people read it."""
    if name == "tax_rate":
        return f"{percent(Decimal(str(value)))}%"
    if name == "round_off_fen":
        return str(ROUND_OFF.get(value, Money(value)))
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    return str(Money(value))


def _rate(value: Any) -> Decimal:
    try:
        rate = Decimal(str(value))
    except InvalidOperation as error:
        raise Refused(_("税率应在 0% 到 100% 之间"), code="tax_rate", field="tax_rate") from error
    return rate.normalize() if rate.is_finite() else Decimal(-1)
