"""One form field as the guide's section 6 wants it: label above, help or error below, tied together for readers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

CHOICE_LISTS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
COMBO_FROM = 8
INPUT_MODES = (
    (forms.DecimalField, "decimal"),
    (forms.FloatField, "decimal"),
    (forms.IntegerField, "numeric"),  # last of the three: Django derives the others from it
    (forms.EmailField, "email"),
    (forms.URLField, "url"),
)
NAMED_MODES = {"phone": "tel", "mobile": "tel", "tel": "tel", "odometer": "numeric", "code": "numeric"}
ICON_ALERT = "alert-circle"


def input_mode(bound: BoundField) -> str:
    """The phone keyboard that fits: nobody should hunt for digits with cold hands."""
    for kind, mode in INPUT_MODES:
        if isinstance(bound.field, kind):
            return mode
    return NAMED_MODES.get(bound.name, "")


def described_by(bound: BoundField, help_text: str) -> str:
    """The id of what stands under the field: the error replaces the help."""
    if bound.errors:
        return f"{bound.auto_id}-error"
    return f"{bound.auto_id}-help" if help_text else ""


def is_combo(bound: BoundField) -> bool:
    widget = bound.field.widget
    return (
        isinstance(widget, forms.Select)
        and not isinstance(widget, CHOICE_LISTS)
        and len(getattr(bound.field, "choices", ())) >= COMBO_FROM
    )


def spoken(own: dict[str, Any]) -> dict[str, str]:
    """What the input helpers say; scripts carry no words of their own."""
    if "data-plate" in own:
        return {
            "data-short": _("少 {n} 位：小型汽车应为 7 位"),
            "data-keys": _("车牌字符"),
            "autocapitalize": "characters",
        }
    if "data-vin" in own:
        return {
            "data-short": _("还差 {n} 位"),
            "data-right": _("校验位正确"),
            "data-wrong": _("校验位不符，请对照行驶证核对"),
        }
    return {}


def base_attrs(bound: BoundField, help_text: str) -> dict[str, Any]:
    """Attributes every control gets unless its widget says otherwise."""
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if mode := input_mode(bound):
        attrs["inputmode"] = mode
    if described := described_by(bound, help_text):
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if is_combo(bound):
        attrs["data-combo"] = True
    return attrs


def control(bound: BoundField, help_text: str, extra: dict[str, Any]) -> SafeString:
    """The input itself, with our class beside the widget's own attributes."""
    widget = bound.field.widget
    own = widget.attrs
    attrs = {
        **base_attrs(bound, help_text),
        **spoken(own),
        **{name: value for name, value in own.items() if name != "class"},
        **extra,
    }
    kind = "pl-check" if isinstance(widget, (forms.CheckboxInput, *CHOICE_LISTS)) else "pl-input"
    attrs["class"] = f"{kind} {own.get('class', '')}".strip()
    return bound.as_widget(attrs=attrs)


def below(bound: BoundField, help_text: str, icon: SafeString) -> SafeString:
    """The error when there is one, else the help."""
    if bound.errors:
        return format_html(
            '<div class="pl-err" id="{}-error">{}<span>{}</span></div>', bound.auto_id, icon, bound.errors[0]
        )
    if help_text:
        return format_html('<div class="pl-help" id="{}-help">{}</div>', bound.auto_id, help_text)
    return SafeString("")


def required_mark(bound: BoundField) -> SafeString:
    """必填 in words; drawn by the style sheet from this attribute so that it is not part of the name.

    A form that may be kept half done says in ``needed`` which fields a later step asks for, and how to say so.
    """
    mark = _("必填") if bound.field.required else getattr(bound.form, "needed", {}).get(bound.name, "")
    return format_html(' data-req="{}"', mark) if mark else SafeString("")


def checkbox(bound: BoundField, label: str, help_text: str, icon: SafeString, extra: dict[str, Any]) -> SafeString:
    row = format_html(
        '<label class="pl-row pl-sm pl-checkrow" for="{}">{}<span>{}</span></label>',
        bound.auto_id,
        control(bound, help_text, extra),
        label,
    )
    return format_html("{}{}", row, below(bound, help_text, icon))


def choice_list(bound: BoundField, label: str, help_text: str, icon: SafeString, full: bool) -> SafeString:
    """Radio buttons and tick lists: a fieldset, so that readers hear the question with each answer."""
    rows = format_html_join(
        "",
        '<label class="pl-choice" for="{}">{}<span>{}</span></label>',
        ((sub.id_for_label, sub.tag(), sub.choice_label) for sub in bound.subwidgets),
    )
    described = described_by(bound, help_text)
    return format_html(
        '<fieldset class="pl-field{}" id="{}"{}><legend class="pl-label"{}>{}</legend>'
        '<div class="pl-choices">{}</div>{}</fieldset>',
        " pl-field--full" if full else "",
        bound.auto_id,
        format_html(' aria-describedby="{}"', described) if described else "",
        required_mark(bound),
        label,
        rows,
        below(bound, help_text, icon),
    )


def single(
    bound: BoundField, label: str, help_text: str, icon: SafeString, extra: dict[str, Any], addon: str
) -> SafeString:
    """The usual case: one control under its label, perhaps with a unit at its end."""
    box = control(bound, help_text, extra)
    if addon:
        box = format_html('<div class="pl-addon">{}<span aria-hidden="true">{}</span></div>', box, addon)
    head = format_html('<label for="{}"{}>{}</label>', bound.id_for_label, required_mark(bound), label)
    return format_html("{}{}{}", head, box, below(bound, help_text, icon))


def render_field(
    bound: BoundField,
    icon: SafeString,
    label: str = "",
    help_text: str = "",
    full: bool = False,
    addon: str = "",
    key: str = "",
) -> SafeString:
    """A whole field; the tag ``{% field %}`` is a thin wrapper around this."""
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget()
    label, help_text = label or str(bound.label or ""), help_text or str(bound.help_text or "")
    if isinstance(widget, CHOICE_LISTS):
        widget.attrs["class"] = "pl-check"
        return choice_list(bound, label, help_text, icon, full)
    extra = {"data-key": key, "data-key-label": label} if key else {}
    wide = full or isinstance(widget, forms.Textarea)
    inner = (
        checkbox(bound, label, help_text, icon, extra)
        if isinstance(widget, forms.CheckboxInput)
        else single(bound, label, help_text, icon, extra, addon)
    )
    return format_html('<div class="pl-field{}">{}</div>', " pl-field--full" if wide else "", inner)


def error_links(form: forms.BaseForm) -> SafeString:
    """Every wrong field as a link to it."""
    wrong = [(field.id_for_label or field.auto_id, field.label, field.errors[0]) for field in form if field.errors]
    return format_html_join("", '<li><a class="pl-link" href="#{}">{}</a> {}</li>', wrong)


def render_form_errors(form: forms.BaseForm, icon: SafeString) -> SafeString:
    """What concerns the whole form, and the list of links when more than three fields are wrong."""
    wrong = sum(1 for field in form if field.errors)
    general = format_html_join(mark_safe("<br>"), "{}", ((error,) for error in form.non_field_errors()))
    if wrong <= 3 and not general:
        return SafeString("")
    links = format_html('<ul class="pl-errlist">{}</ul>', error_links(form)) if wrong > 3 else ""
    head = format_html("<b>{}</b>", _("有 %(count)d 处需要修改") % {"count": wrong}) if wrong > 3 else ""
    return format_html(
        '<div class="pl-note is-bad" role="alert" tabindex="-1" data-form-errors>{}<div>{}{}{}</div></div>',
        icon,
        head,
        general,
        links,
    )
