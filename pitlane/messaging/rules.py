"""Pure decisions of messaging: what a template may say, which channel comes next, when nobody is disturbed, how long
to wait before the next try.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

from django.utils.translation import gettext_noop as _n

from pitlane.core.phones import mask_phone, phone_problem
from pitlane.core.sentences import Problem

NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
VARIABLE = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,29})\s*\}\}")
BRACES = re.compile(r"\{\{|\}\}")
ADDRESS = re.compile(r"[^@\s<>\"']{1,64}@[^@\s<>\"']{1,190}\.[^@\s<>\"'.]{2,}")
OPEN_ID = re.compile(r"[A-Za-z0-9_\-]{6,64}")
ONE_SMS, LONG_SMS = 70, 67
LONGEST = {"sms": 500, "wechat": 1000, "email": 20000}
STEPS = (15, 30, 60, 120, 300, 600, 900)
PATIENCE = timedelta(hours=6)
PROBE = timedelta(minutes=10)
LEASE = timedelta(minutes=5)
CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5


def variables_in(text: str) -> list[str]:
    """The variables of a text, each once, in the order in which they first stand there."""
    return list(dict.fromkeys(VARIABLE.findall(text)))


def text_problem(subject: str, body: str, known: Collection[str], required: Iterable[str], kind: str) -> Problem | None:
    """What is wrong with a version of a template: empty, broken braces, an unknown or a missing variable, too long."""
    if not body.strip():
        return Problem("body_missing", _n("请填写内容"))
    if kind == "email" and not subject.strip():
        return Problem("subject_missing", _n("邮件需要主题"))
    both = f"{subject}\n{body}"
    if BRACES.search(VARIABLE.sub("", both)):
        return Problem("braces", _n("有没写完整的变量：应写成 {{变量名}}，变量名用小写英文字母"))
    used = variables_in(both)
    if unknown := [name for name in used if name not in known]:
        return Problem("unknown_variable", _n("没有变量「%(name)s」"), {"name": unknown[0]})
    if missing := [name for name in required if name not in used]:
        return Problem("variable_not_used", _n("内容里缺少变量 {{%(name)s}}"), {"name": missing[0]})
    if len(body) > LONGEST[kind]:
        return Problem("too_long", _n("内容最长 %(most)d 个字"), {"most": LONGEST[kind]})
    return None


def lacking(text: str, values: Mapping[str, str]) -> list[str]:
    """Variables of a text for which there is no value."""
    return [name for name in variables_in(text) if not values.get(name, "").strip()]


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled in; values are put in as they are and never read as templates again."""
    return VARIABLE.sub(lambda found: values.get(found[1], ""), text)


def sms_parts(text: str, sign_name: str = "") -> int:
    """How many messages the provider bills: 70 characters in one, 67 in each of several, signature included."""
    length = len(text) + (len(sign_name) + 2 if sign_name else 0)
    return 1 if length <= ONE_SMS else math.ceil(length / LONG_SMS)


def channel_plan(
    wished: Sequence[str], house: Sequence[str], able: Collection[str], tried: Collection[str] = ()
) -> list[str]:
    """Channels to try, best first: the customer's order, then the shop's, of those that can carry this message."""
    return [kind for kind in dict.fromkeys([*wished, *house]) if kind in able and kind not in tried]


def kind_of(address: str) -> str | None:
    """Which channel a written address belongs to, None when it is neither a phone number nor a mail address."""
    if "@" in address:
        return "email" if ADDRESS.fullmatch(address) else None
    return None if phone_problem(address) else "sms"


def mask_address(kind: str, address: str) -> str:
    """Enough to recognise the recipient in the log, not enough to write to him."""
    if kind == "sms":
        return mask_phone(address)
    if kind == "email":
        name, _at, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    return f"{address[:4]}****"


def quiet_until(local: datetime, start: time | None, end: time | None) -> datetime | None:
    """The end of the quiet hours that are running at a local time, None outside. They may pass midnight."""
    if start is None or end is None or start == end:
        return None
    now, today = local.time(), local.date()
    if start < end:
        inside, day = start <= now < end, today
    else:
        inside, day = now >= start or now < end, today + timedelta(days=1) if now >= start else today
    return datetime.combine(day, end, tzinfo=local.tzinfo) if inside else None


def latest_end(local: datetime, *hours: tuple[time | None, time | None]) -> datetime | None:
    """When nobody minds any more: the customer's and the shop's quiet hours both over."""
    moment = local
    for _round in range(4):
        ends = [end for start, stop in hours if (end := quiet_until(moment, start, stop))]
        if not ends:
            break
        moment = max(ends)
    return moment if moment != local else None


def back_off(tries: int, retry_after: int | None = None) -> timedelta:
    """How long to wait after so many tries; never shorter than the provider asks for, never longer than a day."""
    step = STEPS[min(max(tries, 1), len(STEPS)) - 1]
    return timedelta(seconds=max(step, min(retry_after or 0, 86400)))


def out_of_patience(since: datetime, at: datetime) -> bool:
    """Has this channel had its hours?"""
    return at - since >= PATIENCE


def objection(
    purpose: str, *, consents: Mapping[str, bool | None], purposes_off: Collection[str], enabled: bool
) -> str | None:
    """Why a message must not be sent, as a code; None when it may.

    A code was asked for by the person who gets it. Messages about one's own visit need no consent but respect a no;
    marketing needs a yes.
    """
    if not enabled:
        return "template_off"
    if purpose == "code":
        return None
    if purpose in purposes_off or consents.get(purpose) is False:
        return "opted_out"
    if purpose == "marketing" and consents.get(purpose) is not True:
        return "no_consent"
    return None


def codes_day(local: datetime) -> str:
    """The name under which all codes of a day are counted: the health page reads what sending counts."""
    return f"all:{local:%y%m%d}"
