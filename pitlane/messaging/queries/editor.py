"""Templates as their pages show them: the list, one template with its versions, the editor with its preview."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from pitlane.core.errors import Missing, Text

from .. import rules
from ..models import Kind, Purpose, Template, TemplateVersion
from ..words import CHANNELS, sample_values, template_name, variable_label
from .routing import house_rules

LANGUAGES = dict(settings.LANGUAGES)


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template in the list: which channels have words, and whether something is not published yet."""

    id: int
    ref: str
    url: str
    code: str
    name: Text
    purpose: str
    enabled: bool
    channels: list[Text]
    drafts: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Cell:
    """One channel in one language: what customers get now, and what is being written."""

    url: str
    language: str
    published: int | None
    draft: bool
    text: str


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One template: its facts and its words per channel and language."""

    row: TemplateRow
    variables: list[tuple[str, Text, bool]]
    channels: list[tuple[Text, list[Cell]]]


@dataclass(frozen=True, slots=True)
class Preview:
    """A text with sample values; ``problem`` says what is wrong with it."""

    subject: str
    text: str
    parts: int
    problem: str
    sign_name: str = ""
    kind: str = "sms"


@dataclass(frozen=True, slots=True)
class Editor:
    """The editor of one channel and language."""

    page: TemplatePage
    template: Template
    channel: str
    channel_label: Text
    language: str
    language_label: str
    draft: TemplateVersion | None
    published: TemplateVersion | None
    history: list[TemplateVersion] = field(default_factory=list)

    @property
    def start(self) -> dict[str, str]:
        """What stands in the form when it is opened."""
        words = self.draft or self.published
        if words is None:
            return {}
        return {
            "subject": words.subject,
            "body": words.body,
            "provider_template_id": words.provider_template_id,
        }


def template_by_id(template_id: int) -> Template:
    """One template; ``Missing`` when there is none here."""
    found: Template | None = Template.objects.filter(pk=template_id).first()
    if found is None:
        raise Missing()
    return found


def _row(template: Template, versions: list[TemplateVersion]) -> TemplateRow:
    spoken = {version.channel for version in versions if version.published_at}
    return TemplateRow(
        id=template.pk,
        ref=template.ref,
        url=reverse("messaging:template", args=[template.ref]),
        code=template.code,
        name=template_name(template.code, template.name),
        purpose=str(Purpose(template.purpose).label),
        enabled=template.enabled,
        channels=[CHANNELS[kind] for kind in Kind.values if kind in spoken],
        drafts=len([version for version in versions if version.published_at is None]),
        changed_at=template.changed_at,
    )


def template_rows() -> list[TemplateRow]:
    """All templates of the shop, in two queries."""
    versions: dict[int, list[TemplateVersion]] = {}
    for version in TemplateVersion.objects.defer("body"):
        versions.setdefault(version.template_id, []).append(version)
    return [_row(template, versions.get(template.pk, [])) for template in Template.objects.order_by("pk")]


def template_page(template_id: int) -> TemplatePage:
    """One template with what customers get on each channel in each language."""
    template = template_by_id(template_id)
    versions = list(TemplateVersion.objects.filter(template=template).order_by("number"))
    cells: dict[tuple[str, str], list[TemplateVersion]] = {}
    for version in versions:
        cells.setdefault((version.channel, version.language), []).append(version)
    channels = [
        (CHANNELS[kind], [_cell(template, kind, language, cells.get((kind, language), [])) for language in LANGUAGES])
        for kind in Kind.values
    ]
    variables = [(name, variable_label(name), name in template.required) for name in template.variables]
    return TemplatePage(_row(template, versions), variables, channels)


def _cell(template: Template, kind: str, language: str, versions: list[TemplateVersion]) -> Cell:
    published = [version for version in versions if version.published_at]
    newest = published[-1] if published else None
    return Cell(
        url=reverse("messaging:editor", args=[template.ref, kind, language]),
        language=LANGUAGES[language],
        published=newest.number if newest else None,
        draft=len(published) < len(versions),
        text=newest.body if newest else "",
    )


def editor(template_id: int, channel: str, language: str) -> Editor:
    """The editor of one channel and language with the versions before."""
    if channel not in Kind.values or language not in LANGUAGES:
        raise Missing()
    page, template = template_page(template_id), template_by_id(template_id)
    rows = TemplateVersion.objects.filter(template=template, channel=channel, language=language).order_by("-number")
    versions = list(rows[:30])
    published = [version for version in versions if version.published_at]
    return Editor(
        page=page,
        template=template,
        channel=channel,
        channel_label=CHANNELS[channel],
        language=language,
        language_label=LANGUAGES[language],
        draft=next((version for version in versions if version.published_at is None), None),
        published=published[0] if published else None,
        history=published,
    )


def preview(template_id: int, channel: str, subject: str, body: str) -> Preview:
    """The words with sample data, and what would be refused."""
    template = template_by_id(template_id)
    if channel not in Kind.values:
        raise Missing()
    values, sign = sample_values(template.variables), house_rules().sign_name
    problem = rules.text_problem(subject, body, template.variables, template.required, channel)
    text = rules.fill(body, values)
    return Preview(
        subject=rules.fill(subject, values),
        text=text,
        parts=rules.sms_parts(text, sign),
        problem=str(problem) if problem else "",
        sign_name=sign,
        kind=channel,
    )


def version_ref_template(version_id: int) -> TemplateVersion:
    """A version with its template, to go back to its editor."""
    found: TemplateVersion | None = TemplateVersion.objects.select_related("template").filter(pk=version_id).first()
    if found is None:
        raise Missing()
    return found
