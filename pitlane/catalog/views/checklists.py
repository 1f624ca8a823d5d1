"""The shop's standard lists: what is asked at reception, inspected, marked on the car, given as a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from pitlane.core.errors import Missing
from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import LISTS, EntryForm
from .frame import may_edit, page, ready, saved, who


@screen("catalog.view")
def checklists(request: HttpRequest) -> HttpResponse:
    """One list at a time, those out of use last."""
    kind = request.GET.get("kind", "reception")
    if kind not in LISTS:
        raise Missing()
    views = [{"label": label, "url": f"?kind={key}", "current": key == kind} for key, label in LISTS.items()]
    facts = {"rows": queries.entry_rows(kind), "kind": kind, "title": LISTS[kind], "kinds": views}
    return render(request, "catalog/checklists.html", facts | {"may_edit": may_edit(request)})


@screen("catalog.edit")
def checklist_entry(request: HttpRequest, kind: str, entry: str = "") -> HttpResponse:
    """A new entry, or a known one changed or taken out of use."""
    if kind not in LISTS:
        raise Missing()
    known = queries.entry_row(kind, entry) if entry else None
    form = EntryForm(request.POST or None, kind=kind, entry=known)
    back = f"{reverse('catalog:checklists')}?kind={kind}"
    if ready(request, form) and _save(request, form, kind, known is None):
        messages.success(request, _("已保存「%(name)s」") % {"name": form.cleaned_data["name"]})
        return saved(request, back)
    heading = known.name if known else _("新增：%(list)s") % {"list": LISTS[kind]}
    return page(request, "catalog/short_form.html", form, heading=heading, cancel_url=back)


def _save(request: HttpRequest, form: EntryForm, kind: str, new: bool) -> bool:
    facts = form.facts() | who(request)
    return attempt(form, commands.save_checklist_entry, kind=kind, new=new, **facts) is not None
