"""Rules of reception: what a quote freezes, whether an answer is complete, what a walk-around must hold.

Pure: no tables, no clock. What the customer saw and answered is hashed here, so that the same content always has the
same hash and the event chain proves it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from pitlane.core.errors import Refused
from pitlane.core.money import ZERO, Money

VERBS = {"approve": "approved", "decline": "declined", "defer": "deferred"}
Lines = Sequence[Mapping[str, Any]]


def digest_of(content: Any) -> str:
    """SHA-256 over canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


# ---- the frozen quote -----------------------------------------------------------------------------------------------


def customer_share(amount: Money, payers: Mapping[str, str]) -> Money:
    """What of a line the customer pays, with the same split to the fen as the bill will use."""
    if not payers:
        return amount
    shares = amount.split([Decimal(rate) for rate in payers.values()])
    return sum(
        (share for payer, share in zip(payers, shares, strict=True) if payer.partition(":")[0] == "customer"), ZERO
    )


def heads_of(lines: Iterable[Any]) -> dict[str, str]:
    """Which line each line follows when a customer decides: parts their job, a package's lines its first one."""
    lines = list(lines)
    keys = {line.key for line in lines}
    packages: dict[str, str] = {}
    for line in lines:
        if line.package_code:
            packages.setdefault(line.package_code, line.key)
    own = {line.key: packages.get(line.package_code, line.key) for line in lines}
    return {
        line.key: own.get(line.item_key, own[line.key]) if line.item_key in keys else own[line.key] for line in lines
    }


def plain(number: Decimal) -> str:
    """A quantity without useless zeros."""
    text = f"{number.normalize():f}"
    return "0" if text == "-0" else text


def frozen_line(line: Any, head: str = "", package: str = "") -> dict[str, Any]:
    """A line as it is shown to the customer and never changed again; money in fen, numbers as text."""
    return {
        "key": line.key,
        "parent": "" if head == line.key else head,
        "package": package,
        "kind": line.kind,
        "name": line.name,
        "code": line.code,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price": line.unit_price.fen,
        "list_amount": line.list_amount.fen,
        "discount": line.discount.fen,
        "amount": line.amount.fen,
        "customer": customer_share(line.amount, line.payers).fen,
        "why": line.price_note,
        "extra": line.extra,
        "grade": line.grade,
        "supplied": line.customer_supplied,
    }


def estimate_digest(order_number: str, number: int, lines: Lines, promised_at: str) -> str:
    """The hash of one version of a quote."""
    return digest_of({"order": order_number, "version": number, "lines": list(lines), "promised_at": promised_at})


def total_of(lines: Lines, column: str = "amount") -> Money:
    return Money(sum(line[column] for line in lines))


def same_content(frozen: Lines, current: Iterable[Any]) -> bool:
    """Do the order's lines still say what the customer was shown? Technicians or notes may change, prices may not."""
    now = {line.key: frozen_line(line) for line in current}
    seen = ("name", "quantity", "amount", "customer")
    return all(line["key"] in now and all(now[line["key"]][f] == line[f] for f in seen) for line in frozen)


# ---- the answer -----------------------------------------------------------------------------------------------------


def complete_answer(lines: Lines, decisions: Mapping[str, str]) -> dict[str, str]:
    """One verb for every line of the version: a line without its own answer follows its job or package."""
    _refuse_strangers(lines, decisions)
    answer = {}
    for line in lines:
        verb = decisions.get(line["key"]) or decisions.get(line["parent"])
        if verb is None:
            raise Refused(_("还有没选的项目：%(name)s") % {"name": line["name"]}, code="undecided", field=line["key"])
        answer[line["key"]] = verb
    return answer


def _refuse_strangers(lines: Lines, decisions: Mapping[str, str]) -> None:
    known = {line["key"] for line in lines}
    if strange := sorted(set(decisions) - known):
        raise Refused(_("这份报价里没有这个项目"), code="unknown_line", key=strange[0])
    if wrong := sorted(set(decisions.values()) - set(VERBS)):
        raise Refused(_("只能选同意、不做或下次再做"), code="unknown_decision", value=wrong[0])


def amount_of(lines: Lines, answer: Mapping[str, str], verb: str = "approve") -> Money:
    """What the customer pays for the lines with that answer."""
    return total_of([line for line in lines if answer[line["key"]] == verb], "customer")


def count_of(answer: Mapping[str, str], verb: str) -> int:
    return sum(1 for given in answer.values() if given == verb)


@dataclass(frozen=True, slots=True)
class Job:
    """What a customer decides as one thing: a piece of work with its parts, or a whole package."""

    key: str
    lines: tuple[Mapping[str, Any], ...]

    @property
    def name(self) -> str:
        return str(self.lines[0]["package"] or self.lines[0]["name"])

    @property
    def amount(self) -> Money:
        return total_of(self.lines)

    @property
    def customer(self) -> Money:
        return total_of(self.lines, "customer")

    @property
    def extra(self) -> bool:
        return bool(self.lines[0]["extra"])


def jobs_of(lines: Lines) -> list[Job]:
    """The lines grouped as a customer thinks: each job with its parts, a package as one, other parts alone."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        groups.setdefault(line["parent"] or line["key"], []).append(line)
    return [Job(key, tuple(sorted(rows, key=lambda row: row["key"] != key))) for key, rows in groups.items()]


# ---- the walk-around ------------------------------------------------------------------------------------------------

MOST_MARKS = 60
SERIOUS = frozenset({"dent", "crack", "missing", "broken", "deformed"})


def clean_marks(
    marks: Iterable[Mapping[str, Any]], zones: Mapping[str, Any], kinds: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Numbered marks that lie on the car; a foreign zone or kind is refused."""
    clean = [_mark(n, mark, zones, kinds) for n, mark in enumerate(marks, start=1)]
    if len(clean) > MOST_MARKS:
        raise Refused(_("最多标记 %(n)s 处") % {"n": MOST_MARKS}, code="too_many_marks", field="marks")
    return clean


def _mark(n: int, mark: Mapping[str, Any], zones: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    zone, kind = str(mark.get("zone", "")), str(mark.get("kind", ""))
    if zone not in zones or (kind and kind not in kinds):
        raise Refused(_("损伤标记的部位或类型不认识"), code="unknown_mark", field="marks", mark=n)
    try:
        x, y = round(float(mark["x"])), round(float(mark["y"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise Refused(_("损伤标记没有位置"), code="mark_place", field="marks", mark=n) from error
    note = str(mark.get("note", ""))[:80]
    return {"n": n, "zone": zone, "kind": kind, "x": min(max(x, 0), 320), "y": min(max(y, 17), 133), "note": note}


NOTED_ELSEWHERE = {"RC-04": "odometer", "RC-05": "fuel_level", "RC-11": "belongings"}


def missing_checks(entries: Iterable[Any], answered: Mapping[str, str], known: Mapping[str, object]) -> list[Any]:
    """Required checks nobody answered; a fact noted in a field of its own (odometer, fuel) counts as answered."""
    return [
        entry
        for entry in entries
        if entry.data.get("required") and not answered.get(entry.code) and known.get(entry.code) in (None, "")
    ]


# ---- the promise ----------------------------------------------------------------------------------------------------

HALF_HOUR = 30
USUAL_WORK = timedelta(hours=2)
HANDOVER = timedelta(minutes=30)


Days = Iterable[tuple[date, Sequence[tuple[time, time]]]]


def promise(now: datetime, work: timedelta, days: Days) -> datetime | None:
    """When a car taken in now is ready: the work fills the opening hours one after the other, and the answer is the
    next half hour within them. ``days`` are the shop's days from today on; None when they do not suffice."""
    left = work
    for day, hours in days:
        for opens, closes in hours:
            begin = max(datetime.combine(day, opens, now.tzinfo), now)
            end = datetime.combine(day, closes, now.tzinfo)
            if begin + left <= end:
                return min(_next_half_hour(begin + left), end)
            left -= max(end - begin, timedelta(0))
    return None


def _next_half_hour(moment: datetime) -> datetime:
    over = timedelta(minutes=moment.minute % HALF_HOUR, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not over else moment - over + timedelta(minutes=HALF_HOUR)


# ---- the quote ------------------------------------------------------------------------------------------------------


def percent_off(discount: int, listed: int) -> str:
    """A discount in fen as the percentage one would type; nothing where there is none."""
    if not discount or not listed:
        return ""
    return plain((Decimal(100 * discount) / listed).quantize(Decimal("0.01")))


# ---- advice ---------------------------------------------------------------------------------------------------------

ADVICE = ("rec", "op", "pkg")


def parse_advice(key: str) -> tuple[str, int]:
    """``"op:7"`` → ``("op", 7)``: an operation, a package or what was put off before."""
    source, _colon, number = key.partition(":")
    if source not in ADVICE or not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Refused(_("这条建议不存在"), code="unknown_advice", field="advice")
    return source, int(number)
