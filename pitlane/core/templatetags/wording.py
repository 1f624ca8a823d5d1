"""How figures, times and plates are written in a Chinese shop. Pure functions: no HTML, no clock, no database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

Part = tuple[str, bool]
MINUS = "−"
NOTHING = "—"


def parts(value: Any) -> list[Part]:
    """Search results arrive cut into hit and other pieces; plain text is one piece."""
    if value is None or value == "":
        return []
    if isinstance(value, list | tuple):
        return [(str(text), bool(hit)) for text, hit in value]
    return [(str(value), False)]


def fen(value: Any) -> int:
    """Money carries its fen, a Decimal is yuan, a bare int is fen as in the database."""
    if isinstance(value, Decimal):
        return int((value * 100).quantize(Decimal(1), ROUND_HALF_UP))
    return int(getattr(value, "fen", value))


def figure(value: Any) -> str:
    """Amount without sign or currency, always two decimals: documents are compared digit by digit."""
    cents = abs(fen(value))
    return f"{cents // 100:,}.{cents % 100:02d}"


def yuan(value: Any) -> str:
    """Amount as text for titles, messages and exports, where no style sheet draws the currency."""
    if value is None or value == "":
        return NOTHING
    return f"{MINUS if fen(value) < 0 else ''}¥{figure(value)}"


def short_figure(value: Any) -> tuple[str, str]:
    """Figure and unit for dashboards: people compare 113.2 万 faster than 1,132,000.00."""
    amount = Decimal(abs(fen(value))) / 100
    chinese = (get_language() or "zh").startswith("zh")
    steps = [(10**8, "亿"), (10**4, "万")] if chinese else [(10**6, "M"), (10**3, "k")]  # zh-data
    for size, unit in steps:
        if amount >= size:
            return f"{(amount / size).quantize(Decimal('0.1'), ROUND_HALF_UP):,}", unit
    return f"{amount.quantize(Decimal(1), ROUND_HALF_UP):,}", ""


def weekday(day: date) -> str:
    names = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))
    return names[day.weekday()]


def day_text(day: date, today: date) -> str:
    """Near days by name, this year without the year: the shop thinks in days, not in dates."""
    near = {0: _("今天"), -1: _("昨天"), 1: _("明天")}.get((day - today).days)
    if near:
        return near
    return f"{day:%m-%d} {weekday(day)}" if day.year == today.year else f"{day:%Y-%m-%d}"


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def when_text(moment: datetime, now: datetime, seconds: bool = False) -> str:
    """Day and clock in one breath, e.g. 今天 16:30."""
    here = local(moment)
    clock = f"{here:%H:%M:%S}" if seconds else f"{here:%H:%M}"
    return f"{day_text(here.date(), local(now).date())} {clock}"


def duration_text(value: timedelta | int | float) -> str:
    """Waiting and lateness in hours and minutes, as one says it across the counter."""
    minutes = round(value.total_seconds() / 60) if isinstance(value, timedelta) else round(value)
    sign, (hours, rest) = (MINUS if minutes < 0 else ""), divmod(abs(minutes), 60)
    if not hours:
        return sign + _("%(minutes)d 分钟") % {"minutes": rest}
    if not rest:
        return sign + _("%(hours)d 小时") % {"hours": hours}
    return sign + _("%(hours)d 小时 %(minutes)d 分") % {"hours": hours, "minutes": rest}


def hours_text(value: Any) -> str:
    """Labour is sold in hours with at most two decimals."""
    amount = Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = f"{amount:,}".rstrip("0")
    return f"{text}0 h" if text.endswith(".") else f"{text} h"


def phone_text(value: str) -> str:
    """A full mobile number is read out in groups; a masked one stays as it is."""
    digits = value.replace(" ", "").replace("-", "")
    if len(digits) == 11 and digits.isdigit() and digits.startswith("1"):
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    return value


SPECIAL_TAILS = {
    **dict.fromkeys("警", "white"),  # zh-data
    **dict.fromkeys("挂学", "yellow"),  # zh-data
    **dict.fromkeys("港澳使领", "black"),  # zh-data
}
PLAIN_PLATES = frozenset({"temp", "foreign"})
PLATE_KINDS = frozenset({"blue", "green", "yellow", "dual", "black", "white", "none"})


def plate_kind(text: str) -> str:
    """The plate colour when nobody stored it: special last characters first, then length."""
    if not text:
        return "none"
    if text[-1] in SPECIAL_TAILS:
        return SPECIAL_TAILS[text[-1]]
    if len(text) == 8:
        return "dual" if text[-1] in "DF" and text[2].isdigit() else "green"
    return "blue"


def clean_plate(pieces: Iterable[Part]) -> list[Part]:
    """Plates are stored and copied without the dot and in capitals."""
    return [(text.replace("·", "").replace(" ", "").upper(), hit) for text, hit in pieces]


def split_parts(pieces: list[Part], size: int) -> tuple[list[Part], list[Part]]:
    """Cut the pieces after ``size`` characters: the plate shows province and city letter apart."""
    head: list[Part] = []
    tail: list[Part] = []
    for text, hit in pieces:
        cut = max(0, size - sum(len(done) for done, _hit in head))
        head += [(text[:cut], hit)] if text[:cut] else []
        tail += [(text[cut:], hit)] if text[cut:] else []
    return head, tail
