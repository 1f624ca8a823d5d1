"""The tag library of the UI kit: plates, states, money, times and fields, drawn the same on every page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from . import form_html, wording

register = template.Library()
DASH = SafeString(wording.NOTHING)
EMPTY = SafeString("")


def now_of(context: Context) -> datetime:
    """Pages may say what "now" is (tests, printed copies); otherwise it is now."""
    return context.get("now") or timezone.now()


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", cls: str = "") -> SafeString:
    """A sprite icon; silent for screen readers unless it stands alone with a label."""
    classes = " ".join(filter(None, ["pl-i", f"pl-i--{size}" if size else "", cls]))
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#i-{}"/></svg>', classes, voice, static("vendor/icons.svg"), name
    )


@register.simple_tag(name="parts")
def parts_tag(value: Any) -> SafeString:
    """Text with the searched letters marked."""
    return marked(wording.parts(value))


def marked(pieces: list[wording.Part]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in pieces)
    )


def fact(thing: Any, name: str, default: Any = "") -> Any:
    """A fact of a read object, whether a query gave an object or a dict."""
    return thing.get(name, default) if isinstance(thing, dict) else getattr(thing, name, default)


@register.simple_tag
def plate(thing: Any, kind: str = "", size: str = "") -> SafeString:
    """A number plate drawn as a plate; copied text is the plate without its dot."""
    text_of = fact(thing, "plate", thing)
    pieces = wording.clean_plate(wording.parts(text_of))
    text = "".join(piece for piece, _hit in pieces)
    colour = kind or fact(thing, "plate_kind") or wording.plate_kind(text)
    looks = "none" if colour in wording.PLAIN_PLATES else colour if colour in wording.PLATE_KINDS else "blue"
    classes = f"pl-plate pl-plate--{looks}" + (f" pl-plate--{size}" if size else "")
    if colour in wording.PLAIN_PLATES and text:
        return format_html('<span class="{}">{}</span>', classes, marked(pieces))
    if colour == "none" or not text:
        rest = text or fact(thing, "vin_tail")
        return format_html('<span class="{}"><b>{}</b>{}</span>', classes, _("未上牌"), rest)
    head, tail = wording.split_parts(pieces, 2)
    return format_html('<span class="{}"><b>{}</b>{}</span>', classes, marked(head), marked(tail))


@register.simple_tag
def pill(state: Any, text: str = "", solid: bool = False, open: bool = False, icon: str = "") -> SafeString:
    """A state: the colour says whose move it is, the word says which state."""
    if not state:
        return DASH
    family = getattr(state, "family", state)
    flags = (" pl-pill--solid" if getattr(state, "solid", solid) else "") + (
        " pl-pill--open" if getattr(state, "open", open) else ""
    )
    return format_html(
        '<span class="pl-pill is-{}{}">{}{}</span>', family, flags, small_icon(icon), getattr(state, "text", text)
    )


def small_icon(name: str, size: str = "sm") -> SafeString:
    return icon(name, size) if name else EMPTY


@register.simple_tag
def flag(family: str, text: str, icon: str = "") -> SafeString:
    """Words beside a state: late, parts missing, done. Lateness is never a state itself."""
    return format_html('<span class="pl-flag is-{}">{}{}</span>', family, small_icon(icon, "md"), text)


@register.simple_tag
def tag(text: str, family: str = "", icon: str = "", line: bool = False, auto: bool = False) -> SafeString:
    """A label on a thing; ``auto`` marks the ones the system found by itself."""
    classes = (
        "pl-tag"
        + (f" is-{family}" if family else "")
        + (" pl-tag--line" if line else "")
        + (" pl-tag--auto" if auto else "")
    )
    mark = format_html(' data-auto="{}"', _("自动")) if auto else EMPTY
    return format_html('<span class="{}"{}>{}{}</span>', classes, mark, small_icon(icon), text)


@register.simple_tag
def money(value: Any, size: str = "", short: bool = False, plain: bool = False) -> SafeString:
    """An amount; the style sheet draws the currency, so that columns of figures copy as figures."""
    if value is None or value == "":
        return DASH
    negative = wording.fen(value) < 0
    if plain:
        return format_html("{}{}", wording.MINUS if negative else "", wording.figure(value))
    classes = "pl-money" + (" pl-money--neg" if negative else "") + (f" pl-money--{size}" if size else "")
    if short:
        amount, unit = wording.short_figure(value)
        return format_html(
            '<span class="{}">{}</span>{}', classes, amount, format_html(" <small>{}</small>", unit) if unit else ""
        )
    return format_html('<span class="{}">{}</span>', classes, wording.figure(value))


@register.filter
def yuan(value: Any) -> str:
    """¥3,035.60 as text."""
    return wording.yuan(value)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None, seconds: bool = False) -> SafeString:
    """A moment as one says it, with the full time for machines and on hover."""
    if not moment:
        return DASH
    here = wording.local(moment)
    text = wording.when_text(moment, now_of(context), seconds)
    return format_html('<time datetime="{}" title="{}">{}</time>', here.isoformat(), f"{here:%Y-%m-%d %H:%M}", text)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | None) -> SafeString:
    """A day as one says it: 今天, 11-23 周一, 2025-11-23."""
    if not value:
        return DASH
    plain = wording.local(value).date() if isinstance(value, datetime) else value
    return format_html(
        '<time datetime="{}">{}</time>',
        plain.isoformat(),
        wording.day_text(plain, wording.local(now_of(context)).date()),
    )


@register.simple_tag
def clock(moment: datetime | None) -> SafeString:
    """Only the time of day, where the day is clear."""
    if not moment:
        return DASH
    here = wording.local(moment)
    return format_html('<time datetime="{}">{}</time>', here.isoformat(), f"{here:%H:%M}")


@register.simple_tag
def duration(value: Any) -> str:
    """Minutes or a timedelta in words."""
    return wording.NOTHING if value is None else wording.duration_text(value)


@register.simple_tag
def hours(value: Any) -> str:
    """Labour hours: 1.5 h."""
    return wording.NOTHING if value is None else wording.hours_text(value)


@register.simple_tag
def km(value: int | None) -> str:
    """Odometer: 62,418 km."""
    return wording.NOTHING if value is None else f"{value:,} km"


@register.simple_tag
def number(value: Any) -> str:
    """A count with separators; nothing is a dash, zero is zero."""
    return wording.NOTHING if value is None else f"{value:,}"


@register.simple_tag
def dash(value: Any) -> str:
    """Empty cells are a dash, so that nobody wonders whether they failed to load."""
    return wording.NOTHING if value is None or value == "" else value


@register.simple_tag
def phone(value: str, reveal: str = "") -> SafeString:
    """A phone number, masked as it comes; ``reveal`` offers 显示, which the server logs."""
    if not value:
        return DASH
    shown = format_html('<span class="pl-num pl-phone">{}</span>', wording.phone_text(value))
    if not reveal:
        return shown
    button = format_html(
        '<button type="button" class="pl-link pl-xs pl-textbtn" hx-post="{}" hx-target="closest .pl-reveal"'
        ' hx-swap="innerHTML" title="{}">{}</button>',
        reveal,
        _("查看会留下记录"),
        _("显示"),
    )
    return format_html('<span class="pl-reveal">{} {}</span>', shown, button)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """The first character in a circle: enough to find a person in a column."""
    return format_html(
        '<span class="pl-avatar{}" aria-hidden="true">{}</span>',
        f" pl-avatar--{size}" if size else "",
        (name or "·")[:1],
    )


@register.simple_tag
def delta(value: Any, unit: str = "%", good: str = "up") -> SafeString:
    """A change: the arrow says the direction, the colour whether that is good."""
    if value is None:
        return EMPTY
    amount = f"{abs(float(value)):,.1f}"
    verdict = (
        "flat" if float(amount.replace(",", "")) == 0 else "good" if (float(value) > 0) == (good == "up") else "bad"
    )
    arrow, word = (
        ("arrow-right", _("持平"))
        if verdict == "flat"
        else ("arrow-up-right", _("上升"))
        if float(value) > 0
        else ("arrow-down", _("下降"))
    )
    gap = "" if unit == "%" else " "
    return format_html(
        '<span class="pl-delta pl-delta--{}">{}{}{}{}</span>', verdict, icon(arrow, "sm", word), amount, gap, unit
    )


@register.simple_tag
def key(name: str) -> SafeString:
    """A keyboard cap; phones have none."""
    caps = format_html_join("", '<kbd class="pl-kbd">{}</kbd>', ((cap,) for cap in name.split()))
    return format_html('<span class="pl-hide-sm pl-keys" aria-hidden="true">{}</span>', caps)


@register.simple_tag
def field(
    bound: BoundField, label: str = "", help: str = "", full: bool = False, addon: str = "", desk_key: str = ""
) -> SafeString:
    """One form field with label, 必填, help or error."""
    return form_html.render_field(bound, icon(form_html.ICON_ALERT, "sm"), label, help, full, addon, desk_key)


@register.simple_tag
def fields(form: forms.BaseForm, *names: str) -> SafeString:
    """Several fields in the form grid; all of them when none is named."""
    chosen = [form[name] for name in names] if names else list(form)
    mark = icon(form_html.ICON_ALERT, "sm")
    hidden = format_html_join("", "{}", ((bound,) for bound in chosen if bound.is_hidden))
    shown = format_html_join(
        "", "{}", ((form_html.render_field(bound, mark),) for bound in chosen if not bound.is_hidden)
    )
    return format_html('{}<div class="pl-form">{}</div>', hidden, shown)


@register.simple_tag
def form_errors(form: forms.BaseForm) -> SafeString:
    """Why the form was not taken, at its top."""
    return form_html.render_form_errors(form, icon(form_html.ICON_ALERT))


@register.simple_tag(takes_context=True)
def theme_attrs(context: Context, density: str = "", theme: str = "") -> SafeString:
    """Theme and density on <html> as the person chose them, so that no page flashes in the wrong colours."""
    cookies = getattr(context.get("request"), "COOKIES", {})
    chosen = theme or context.get("theme") or cookies.get("pl_theme", "")
    close = density or context.get("density") or cookies.get("pl_density", "")
    return format_html(
        'data-bs-theme="{}" data-density="{}"{}',
        "dark" if chosen == "dark" else "light",
        close if close in {"comfortable", "compact", "touch"} else "comfortable",
        EMPTY if chosen in {"dark", "light"} else mark_safe(" data-theme-auto"),
    )
