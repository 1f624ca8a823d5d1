"""Templates: what the shop says, in versions that are written, looked at, and then published for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db.models import Max
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from pitlane.core.access import Actor, require
from pitlane.core.commands import command
from pitlane.core.errors import Conflict, Missing, Refused
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .. import policies, rules
from ..events import TemplateChanged
from ..evidence import digest_of
from ..loading import load_missing, tell_published
from ..models import Kind, Purpose, Template, TemplateVersion

LANGUAGES = {code for code, _name in settings.LANGUAGES}


@command
def load_starting_templates(*, by: Actor, at: datetime) -> int:
    """Give a shop words to correct instead of to invent, for every message that the system can send."""
    require(policies.can_edit_templates(by), "messaging.templates")
    return load_missing(by, at)


@command
def save_template(
    *,
    name: str,
    purpose: str,
    variables: Sequence[str],
    required: Sequence[str] = (),
    code: str = "",
    template_id: int | None = None,
    by: Actor,
    at: datetime,
) -> Template:
    """Make a message of the shop's own, or say what a known one is for; the words come as versions."""
    template = _locked(template_id) if template_id else Template(org_id=current_org(), code=code.strip())
    require(policies.can_edit_templates(by), "messaging.templates")
    _refuse_bad_facts(template, name, purpose, variables, required)
    template.purpose, template.variables, template.required = purpose, list(variables), list(required)
    template.name, template.changed_at = name.strip(), at
    template.save()
    record(TemplateChanged(template.pk, template.code, template.enabled), by=by, at=at)
    return template


def _refuse_bad_facts(
    template: Template, name: str, purpose: str, variables: Sequence[str], required: Sequence[str]
) -> None:
    if not name.strip():
        raise Refused(_("请填写名称"), code="name_missing", field="name")
    if not template.pk and not template.code:
        raise Refused(_("请填写代码"), code="code_missing", field="code")
    if not template.pk and Template.objects.filter(code=template.code).exists():
        raise Conflict(_("已有同样代码的模板"), code="code_taken", field="code")
    if purpose not in Purpose.values:
        raise Refused(_("没有这种用途"), code="purpose", field="purpose")
    for variable in variables:
        if not rules.NAME.fullmatch(variable):
            text = _("变量名「%(name)s」无效：用小写英文字母、数字和下划线") % {"name": variable}
            raise Refused(text, code="variable_name", field="variables")
    if unknown := [variable for variable in required if variable not in variables]:
        text = _("必用变量「%(name)s」不在变量表里") % {"name": unknown[0]}
        raise Refused(text, code="unknown_variable", field="required")


@command
def switch_template(*, template_id: int, enabled: bool, by: Actor, at: datetime) -> Template:
    """Turn one kind of message off or on for the whole shop; what is queued is looked at again before it goes."""
    template = _locked(template_id)
    require(policies.can_edit_templates(by), "messaging.templates")
    if template.enabled != enabled:
        template.enabled, template.changed_at = enabled, at
        template.save(update_fields=["enabled", "changed_at"])
        record(TemplateChanged(template.pk, template.code, enabled), by=by, at=at)
    return template


@command
def write_version(
    *,
    template_id: int,
    channel: str,
    language: str,
    body: str,
    subject: str = "",
    provider_template_id: str = "",
    by: Actor,
    at: datetime,
) -> TemplateVersion:
    """Keep a draft of the words for one channel and language; what customers get changes when it is published."""
    template = _locked(template_id)
    require(policies.can_edit_templates(by), "messaging.templates")
    if channel not in Kind.values or language not in LANGUAGES:
        raise Missing()
    problem = rules.text_problem(subject, body, template.variables, template.required, channel)
    if problem:
        field = "subject" if problem.code == "subject_missing" else "body"
        raise Refused(lazystr(problem), code=problem.code, field=field)
    drafts = TemplateVersion.objects.filter(template=template, channel=channel, language=language, published_at=None)
    draft = drafts.first() or TemplateVersion(
        org_id=current_org(),
        template=template,
        channel=channel,
        language=language,
        number=_next_number(template, channel, language),
    )
    draft.subject = subject.strip() if channel == Kind.EMAIL else ""
    draft.body, draft.provider_template_id = body.replace("\r\n", "\n").strip(), provider_template_id.strip()
    draft.written_at, draft.written_by = at, by.name
    draft.save()
    return draft


def _next_number(template: Template, channel: str, language: str) -> int:
    versions = TemplateVersion.objects.filter(template=template, channel=channel, language=language)
    return int(versions.aggregate(last=Max("number"))["last"] or 0) + 1


@command
def publish_version(*, version_id: int, by: Actor, at: datetime) -> TemplateVersion:
    """From now on customers get these words; they are frozen, a later change is a new version."""
    known = TemplateVersion.objects.filter(pk=version_id).values_list("template_id", flat=True).first()
    template = _locked(known)
    require(policies.can_edit_templates(by), "messaging.templates")
    version: TemplateVersion = TemplateVersion.objects.select_for_update().get(pk=version_id)
    if version.published_at is not None:
        raise Conflict(_("这一版已经发布过了"), code="published")
    problem = rules.text_problem(version.subject, version.body, template.variables, template.required, version.channel)
    if problem:
        raise Refused(lazystr(problem), code=problem.code)
    version.published_at, version.published_by, version.digest = at, by.name, digest_of(version)
    version.save(update_fields=["published_at", "published_by", "digest"])
    tell_published(version, template.code, by, at)
    return version


def _locked(template_id: int | None) -> Template:
    template: Template | None = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise Missing()
    return template
