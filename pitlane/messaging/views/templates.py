"""Pages of templates: list, one template, the editor with its preview."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.core.http import attempt, screen

from .. import commands, queries
from ..forms import TemplateFactsForm, TemplateForm, VersionForm
from .frame import drawer, saved, who


@screen("messaging.templates")
def template_list(request: HttpRequest) -> HttpResponse:
    """All messages that the shop can send."""
    return render(request, "messaging/templates.html", {"rows": queries.template_rows(), "here": "templates"})


@screen("messaging.templates")
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Bring in the templates that ship with the program and are not there."""
    count = commands.load_starting_templates(**who(request))
    messages.success(request, _("已装入 %(count)s 个模板") % {"count": count})
    return redirect("messaging:templates")


@screen("messaging.templates")
def template_new(request: HttpRequest) -> HttpResponse:
    """A message of the shop's own."""
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.save_template, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已保存模板「%(name)s」") % {"name": made.name})
            return saved(request, reverse("messaging:template", args=[made.ref]))
    return drawer(request, form, _("新模板"), reverse("messaging:templates"))


@screen("messaging.templates")
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """One template with its words per channel and language."""
    return render(request, "messaging/template.html", {"t": queries.template_page(pk), "here": "templates"})


@screen("messaging.templates")
def template_facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, purpose and variables of a template."""
    known = queries.template_by_id(pk)
    facts = {name: getattr(known, name) for name in ("name", "purpose", "variables", "required")}
    form = TemplateFactsForm(request.POST or None, initial=facts)
    back = reverse("messaging:template", args=[known.ref])
    if request.method == "POST" and form.is_valid():
        made = attempt(form, commands.save_template, template_id=pk, **form.cleaned_data, **who(request))
        if made is not None:
            messages.success(request, _("已保存模板「%(name)s」") % {"name": made.name})
            return saved(request, back)
    return drawer(request, form, _("模板设置"), back, known.code)


@screen("messaging.templates")
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a kind of message on or off."""
    made = commands.switch_template(template_id=pk, enabled=request.POST.get("enabled") == "1", **who(request))
    messages.success(request, _("已启用") if made.enabled else _("已停用"))
    return redirect("messaging:template", made.ref)


@screen("messaging.templates")
def editor(request: HttpRequest, pk: int, channel: str, language: str) -> HttpResponse:
    """The words for one channel and language: keep a draft, publish it."""
    found = queries.editor(pk, channel, language)
    form = VersionForm(request.POST or None, channel=channel, initial=found.start)
    here = reverse("messaging:editor", args=[found.template.ref, channel, language])
    if request.method == "POST" and form.is_valid():
        where = {"template_id": pk, "channel": channel, "language": language}
        draft = attempt(form, commands.write_version, **where, **form.cleaned_data, **who(request))
        if draft is not None and request.POST.get("do") == "publish":
            commands.publish_version(version_id=draft.pk, **who(request))
            messages.success(request, _("已发布第 %(n)s 版") % {"n": draft.number})
            return redirect(here)
        if draft is not None:
            messages.success(request, _("已保存草稿"))
            return redirect(here)
    shown = {name: form[name].value() or "" for name in form.fields}
    sample = queries.preview(pk, channel, shown.get("subject", ""), shown.get("body", ""))
    context = {"e": found, "form": form, "preview": sample, "here": "templates", "cancel_url": found.page.row.url}
    return render(request, "messaging/editor.html", context, status=422 if form.errors else 200)


@screen("messaging.templates")
@require_POST
def preview(request: HttpRequest, pk: int, channel: str) -> HttpResponse:
    """The words with sample data, while they are being written."""
    sample = queries.preview(pk, channel, request.POST.get("subject", ""), request.POST.get("body", ""))
    return render(request, "messaging/_preview.html", {"preview": sample})
