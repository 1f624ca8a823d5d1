"""The gallery: every part of the UI kit with invented data, so that page authors see what they can use (debug only)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from .http import public
from .money import Money
from .states import Label

PAGES = ("parts", "home", "list", "detail", "customer", "form", "portal", "terminal", "login", "print", "drawer")
DATA = Path(__file__).parent / "data" / "gallery.yaml"
AT = datetime(2026, 11, 23, 14, 20)
WRONG = {"plate": "A8K32", "vin": "LSVAA49J0K2017731", "odometer": "abc", "kind": "b"}


class SampleForm(forms.Form):
    """One field of each kind; the words come from the gallery's data."""

    plate = forms.CharField(widget=forms.TextInput(attrs={"data-plate": True}))
    vin = forms.CharField(widget=forms.TextInput(attrs={"data-vin": True}), required=False)
    odometer = forms.IntegerField(widget=forms.TextInput)
    name = forms.CharField(max_length=30)
    phone = forms.CharField(max_length=20)
    deposit = forms.DecimalField(required=False, widget=forms.TextInput(attrs={"data-money": True}))
    promised = forms.DateTimeField(required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    advisor = forms.ChoiceField()
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    concern = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    notify = forms.BooleanField(required=False, initial=True)


def thing(value: Any, at: datetime) -> Any:
    """Data as pages get it: amounts as money, states as labels, moments as moments."""
    if value == "at":
        return at
    if isinstance(value, list):
        return [thing(part, at) for part in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"fen"}:
        return Money(value["fen"])
    if "word" in value:
        return Label(value["family"], value["word"], value.get("solid", False), value.get("open", False))
    return {key: thing(part, at) for key, part in value.items()}


def sample_form(words: dict[str, Any], wrong: bool) -> SampleForm:
    """The sample form with its words, filled wrongly on request."""
    form = SampleForm(WRONG if wrong else None)
    for name, field in form.fields.items():
        field.label, field.help_text = words["labels"][name], words["help"].get(name, "")
    for name, choices in words["choices"].items():
        form.fields[name].choices = [("", words["choose"]), *choices] if name == "advisor" else choices  # type: ignore[attr-defined]
    return form


def sample_context(request: HttpRequest) -> dict[str, Any]:
    """Everything the sample pages show."""
    at = timezone.make_aware(AT)
    data = thing(yaml.safe_load(DATA.read_text(encoding="utf-8")), at)
    ago = {"yesterday": 1, "earlier": 40, "last_year": 400}
    moments = {name: at - timedelta(days=days) for name, days in ago.items()}
    form = sample_form(data["form_words"], "errors" in request.GET)
    return {**data, **moments, "at": at, "now": at, "pages": PAGES, "sample": form}


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """One sample page; ``?page=`` chooses which."""
    page = request.GET.get("page", "parts")
    if page not in PAGES:
        raise Http404
    template = "core/gallery.html" if page == "parts" else f"core/gallery_{page}.html"
    return render(request, template, sample_context(request))
