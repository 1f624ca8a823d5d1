"""Writing the starting templates into a shop that lacks them. Runs inside a command."""

from __future__ import annotations

from datetime import datetime

from pitlane.core.access import Actor
from pitlane.core.events import record
from pitlane.core.tenancy import current_org

from .events import TemplatePublished, TemplatesLoaded
from .evidence import digest_of
from .models import Template, TemplateVersion
from .starting import StartingTemplate, starting_templates


def load_missing(by: Actor, at: datetime) -> int:
    """Write the starting templates that this shop does not have; what it has stays as it is."""
    known = set(Template.objects.values_list("code", flat=True))
    fresh = [start for code, start in starting_templates().items() if code not in known]
    for start in fresh:
        _write_starting(start, by, at)
    if fresh:
        record(TemplatesLoaded(len(fresh)), by=by, at=at)
    return len(fresh)


def _write_starting(start: StartingTemplate, by: Actor, at: datetime) -> None:
    template = Template.objects.create(
        org_id=current_org(),
        code=start.code,
        name=start.code,
        purpose=start.purpose,
        variables=list(start.variables),
        required=list(start.required),
        changed_at=at,
    )
    rows = [
        TemplateVersion(
            org_id=current_org(),
            template=template,
            channel=words.channel,
            language=words.language,
            number=1,
            subject=words.subject,
            body=words.body,
            written_at=at,
            written_by=by.name,
            published_at=at,
            published_by=by.name,
        )
        for words in start.words
    ]
    for row in rows:
        row.digest = digest_of(row)
    TemplateVersion.objects.bulk_create(rows)


def tell_published(version: TemplateVersion, code: str, by: Actor, at: datetime) -> None:
    """State that words were published."""
    event = TemplatePublished(version.pk, code, version.channel, version.language, version.number, version.digest)
    record(event, by=by, at=at)
