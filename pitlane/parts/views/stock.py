"""Deliveries, corrections, and the first warehouse of a store."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from pitlane.core.access import require
from pitlane.core.http import attempt, chosen_store, screen

from .. import commands, queries
from ..commands import ReceiptLine
from ..costing import plain
from ..forms import REASONS, AdjustForm, ReceiptForm, ReceiptLines
from ..models import Warehouse
from .frame import form_page, saved, who


def _own(request: HttpRequest, permission: str) -> list[Warehouse]:
    """The warehouses of the chosen store, if this person may do that there."""
    by, store_id = request.actor, chosen_store(request)  # type: ignore[attr-defined]
    require(by.may(permission, store_id), permission)
    return queries.warehouses(by, store_id)


@screen("parts.edit")
@require_POST
def open_warehouse(request: HttpRequest) -> HttpResponse:
    """Give the chosen store its first warehouse."""
    made = commands.open_warehouse(store_id=chosen_store(request), name=_("主仓"), **who(request))
    messages.success(request, _("已开设仓库「%(name)s」") % {"name": made.name})
    return redirect("parts:list")


@screen("parts.receive")
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a delivery of several lines."""
    if not queries.has_warehouse(chosen_store(request)):
        messages.error(request, _("门店还没有仓库，请先开设"))
        return redirect("parts:list")
    form = ReceiptForm(request.POST or None, warehouses=_own(request, "parts.receive"))
    lines = ReceiptLines(request.POST or None, prefix="line", initial=_wanted(request))
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        made = _receive(request, form, lines)
        if made is not None:
            text = ngettext("已入库 %(n)d 行", "已入库 %(n)d 行", len(made)) % {"n": len(made)}
            messages.success(request, text)
            return redirect("parts:list")
    bad = bool(form.errors or any(lines.errors))
    return render(request, "parts/receive.html", {"form": form, "lines": lines}, status=422 if bad else 200)


def _wanted(request: HttpRequest) -> list[dict[str, Any]]:
    """A line for the part from whose page the clerk comes."""
    card = queries.named_part(request.GET.get("part", ""))
    return [{"part": f"{card.code} {card.name}", "bin": card.bin}] if card else []


def _receive(request: HttpRequest, form: ReceiptForm, lines: Any) -> Any:
    facts = form.cleaned_data
    return attempt(
        form,
        commands.receive,
        warehouse_id=facts["warehouse"].pk,
        lines=[_line(line.cleaned_data) for line in lines if line.cleaned_data.get("part")],
        supplier=facts["supplier"],
        document=facts["document"],
        **who(request),
    )


def _line(row: dict[str, Any]) -> ReceiptLine:
    return ReceiptLine(row["part"].id, row["quantity"], row["unit_cost"], row["bin"], row["batch"])


@screen("parts.adjust")
def adjust(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what was counted and why it differs."""
    card = queries.part_by_id(pk, chosen_store(request))
    form = AdjustForm(request.POST or None, warehouses=_own(request, "parts.adjust"))
    back = reverse("parts:detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        place = {"warehouse_id": facts["warehouse"].pk, "part_id": pk}
        what = {"counted": facts["counted"], "reason": facts["reason"]}
        done = attempt(form, commands.adjust_or_request, **place, **what, **who(request))
        if done is not None:
            _tell(request, done)
            return saved(request, back)
    facts = {"on_hand": plain(card.on_hand), "reserved": plain(card.reserved), "reasons": REASONS}
    facts["waiting"] = queries.waiting_adjustments(pk, request.actor)  # type: ignore[attr-defined]
    return form_page(request, "parts/adjust.html", form, part=card, cancel_url=back, **facts)


def _tell(request: HttpRequest, done: commands.Adjusted) -> None:
    if done.approval is not None:
        messages.info(request, _("金额超过免审批上限，申请已提交；同意后库存即调整"))
    else:
        messages.success(request, _("已调整库存") if done.movement else _("库存本来就是这个数，没有变化"))
