"""Rules for who pays a line (rules of this domain are split by document).

``payers`` of a line maps a payer to its ratio: ``{"insurer:平安产险": "0.8", "customer": "0.2"}``. The text before the
colon is the kind of payer, the text after it the name on the bill.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused

KINDS = ("customer", "insurer", "maker", "internal", "fleet")
HOUSE_WORK = ("rework", "internal", "pdi")
MAKER_PAYS = ("claim", "recall", "first_service")


def on_the_house(order_type: str, comes_back: bool) -> bool:
    """Is it the house's own affair, so that nobody is done a favour: its own cars, its own faults?

    Goodwill (善意) is a favour by its name: the customer pays until somebody approved that the house does.
    """
    return order_type in HOUSE_WORK or (order_type == "comeback" and comes_back)


def default_payers(order_type: str, *, comes_back: bool = False) -> dict[str, str]:
    """Who pays when nobody said otherwise: the come-back of a former order is on the house, a claim on the maker."""
    if on_the_house(order_type, comes_back):
        return {"internal": "1"}
    return {"maker": "1"} if order_type in MAKER_PAYS else {"customer": "1"}


def house_share(payers: Mapping[str, object]) -> Decimal:
    """The ratio that the house bears itself."""
    return sum((ratio for payer, ratio in read_payers(payers).items() if kind_of(payer) == "internal"), Decimal(0))


def kind_of(payer: str) -> str:
    return payer.partition(":")[0]


def name_of(payer: str) -> str:
    return payer.partition(":")[2]


def read_payers(payers: Mapping[str, object]) -> dict[str, Decimal]:
    """The ratios, or a refusal: only known kinds, none negative, together exactly the whole."""
    try:
        ratios = {payer: Decimal(str(ratio)) for payer, ratio in payers.items()}
    except InvalidOperation:
        raise Refused(_("付款比例应是数字"), code="payers", field="payers") from None
    if not ratios or any(kind_of(payer) not in KINDS for payer in ratios):
        raise Refused(_("付款方不存在"), code="payers", field="payers")
    if any(not ratio.is_finite() or ratio < 0 for ratio in ratios.values()) or sum(ratios.values()) != 1:
        raise Refused(_("各付款方比例合计应为 100%%，且不能小于 0") % {}, code="payers", field="payers")
    return {payer: ratio for payer, ratio in ratios.items() if ratio}


def kept_payers(payers: Mapping[str, object]) -> dict[str, str]:
    """The ratios as the line keeps them."""
    return {payer: str(ratio) for payer, ratio in read_payers(payers).items()}
