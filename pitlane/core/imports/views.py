"""The import pages: upload, map columns, dry run with report, run, follow."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from .. import files
from ..http import attempt, signed_in
from . import queries, run, trial
from .forms import MappingForm, UploadForm
from .profiles import allowed
from .reading import look
from .report import csv_lines, report_rows


@signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """Upload a file, or go on with a former import."""
    by = request.actor  # type: ignore[attr-defined]
    form = UploadForm(request.POST or None, request.FILES or None, profiles=allowed(by))
    if request.method == "POST" and form.is_valid():
        batch = attempt(form, _start, data=form.cleaned_data, request=request)
        if batch is not None:
            return redirect("core:import_mapping", batch.pk)
    status = 422 if form.errors else 200
    return render(request, "core/imports/overview.html", {"form": form, "batches": queries.batches(by)}, status=status)


def _start(*, data: dict[str, Any], request: HttpRequest) -> run.ImportBatch:
    by, upload = request.actor, data["file"]  # type: ignore[attr-defined]
    kept = files.receive(upload.chunks(), upload.name, "import")
    return run.start_import(
        profile_key=data["profile"],
        upload=kept,
        store_id=by.store_id,
        by=by,
        at=request.now,  # type: ignore[attr-defined]
    )


@signed_in
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is what; known heads are recognised. Saving has the worker try the whole file."""
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    batch, chosen = queries.batch_for(pk, by)
    table = look(run.path_of(batch))
    form = MappingForm(request.POST or None, profile=chosen, heads=table.heads, mapping=batch.mapping)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, run.set_mapping, batch_id=pk, mapping=form.mapping(), by=by, at=now)
        if saved and attempt(form, trial.begin_dry_run, batch_id=pk, by=by, at=now):
            return redirect("core:import", pk)
    context = {"form": form, "batch": batch, "profile": chosen, "table": table}
    return render(request, "core/imports/mapping.html", context, status=422 if form.errors else 200)


@signed_in
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run's outcome, the progress, the result."""
    screen = queries.import_screen(pk, request.actor)  # type: ignore[attr-defined]
    part = bool(request.GET.get("part"))
    template = "core/imports/_state.html" if part else "core/imports/detail.html"
    return render(request, template, {"screen": screen, "part": part})


@require_POST
@signed_in
def go(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the import in the worker."""
    run.begin(batch_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    return redirect("core:import", pk)


@require_POST
@signed_in
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the same file again: what was missing in the shop may be there now."""
    trial.begin_dry_run(batch_id=pk, by=request.actor, at=request.now)  # type: ignore[attr-defined]
    return redirect("core:import", pk)


@signed_in
def report(request: HttpRequest, pk: int) -> Any:
    """Every rejected or doubtful row with its reason, as CSV."""
    batch, _chosen = queries.batch_for(pk, request.actor)  # type: ignore[attr-defined]
    response = StreamingHttpResponse(csv_lines(report_rows(batch)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{batch.ref}.csv"'
    return response
