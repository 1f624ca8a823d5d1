"""Lines of an order: the add-line box, the line drawer, answers, discounts, findings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitlane.accounts import queries as accounts
from pitlane.core.errors import Missing, PitlaneError, Refused
from pitlane.core.http import attempt, is_htmx, screen
from pitlane.core.ids import parse_id
from pitlane.core.money import ZERO

from .. import commands, queries
from ..commands import NewLabour, NewLine, NewPackage, NewPart
from ..drafting import plain
from ..forms import DiscountForm, FreeLineForm, LabourForm, PartForm, ReasonForm, SubletForm
from .frame import drawer, page, payers_text, posted, read_payers, to_order, who


def key_of(ref: str) -> str:
    """``itm_…`` or ``opt_…`` as the key of the line."""
    return f"item:{parse_id('itm', ref)}" if ref.startswith("itm_") else f"part:{parse_id('opt', ref)}"


@screen("workshop.edit")
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """What the add-line box finds while typing."""
    text = request.GET.get("q", "").strip()[:40]
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    if not is_htmx(request):
        return redirect(f"{reverse('workshop:order', args=[card.ref])}?add={text}")
    return page(request, "workshop/_offers.html", {"offers": queries.find_offers(pk, text), "card": card, "text": text})


@require_POST
@screen("workshop.edit")
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what was chosen, or the first thing that the typed words find."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    ref, text = request.POST.get("add", ""), request.POST.get("q", "").strip()
    if not ref and text:
        ref = next((offer.ref for offer in queries.find_offers(pk, text)), "")
    if not ref:
        raise Refused(_("没有找到「%(text)s」，可以加自由项目") % {"text": text}, code="not_found")
    line = _chosen(ref, request.POST.get("item", ""), request.POST.get("quantity", ""))
    page_url = reverse("workshop:order", args=[card.ref])
    try:
        commands.add_lines(order_id=pk, lines=[line], despite_same=bool(request.POST.get("twice")), **who(request))
    except Refused as refusal:
        if refusal.code != "same_line":
            raise
        return redirect(f"{page_url}?again={ref}#add")
    messages.success(request, _("已添加"))
    return redirect(f"{page_url}?focus=add")


def _chosen(ref: str, item: str, quantity: str) -> NewLine:
    prefix = ref.partition("_")[0]
    amount = Decimal(quantity) if quantity.replace(".", "", 1).isdigit() else Decimal(1)
    if prefix == "pkg":
        return NewPackage(parse_id("pkg", ref))
    if prefix == "opn":
        return NewLabour(parse_id("opn", ref))
    if prefix == "prt":
        return NewPart(parse_id("prt", ref), quantity=amount, item=key_of(item) if item else "")
    raise Missing()


@screen("workshop.edit")
def free(request: HttpRequest, pk: int) -> HttpResponse:
    """A line that is in no catalogue."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = FreeLineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        line = _free_line(form.cleaned_data)
        if attempt(form, commands.add_lines, order_id=pk, lines=[line], **who(request)):
            messages.success(request, _("已添加"))
            return to_order(card.ref)
    return drawer(request, "workshop/line_form.html", {"form": form, "card": card, "title": _("加自由项目")})


def _free_line(data: dict[str, Any]) -> NewLine:
    if data["kind"] in ("part", "own"):
        return NewPart(
            name=data["name"],
            quantity=data["quantity"],
            unit_price=data["unit_price"],
            customer_supplied=data["kind"] == "own",
        )
    return NewLabour(
        name=data["name"],
        hours=data["quantity"],
        unit_price=data["unit_price"],
        kind=data["kind"],
        sublet_supplier=data["sublet_supplier"],
        sublet_cost=data["sublet_cost"] or ZERO,
    )


@screen("workshop.edit")
def line(request: HttpRequest, pk: int, ref: str) -> HttpResponse:
    """The drawer of one line."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    lines = queries.lines_of(pk)
    shown = next((one for one in lines if one.ref == ref), None)
    if shown is None:
        raise Missing()
    form = _line_form(shown, lines, card, request)
    said = _saved(form, shown, card, request) if request.method == "POST" and form.is_valid() else ""
    if said:
        messages.success(request, said)
        return to_order(card.ref)
    return drawer(request, "workshop/line_form.html", {"form": form, "card": card, "line": shown, "title": shown.name})


def _line_form(
    shown: queries.LineCard, lines: list[queries.LineCard], card: queries.OrderCard, request: HttpRequest
) -> Any:
    percent = Decimal(100 * shown.discount.fen) / shown.list_amount.fen if shown.list_amount else Decimal(0)
    initial = {
        "version": card.version,
        "name": shown.name,
        "hours": plain(shown.hours),
        "quantity": plain(shown.quantity),
        "unit_price": shown.unit_price,
        "discount_percent": percent.quantize(Decimal("0.01")).normalize() if percent else Decimal(0),
        "old_part": shown.old_part or "waive",
        "item_id": int(shown.item_key[5:]) if shown.item_key else None,
        "payers": payers_text(shown.payers),
    }
    if shown.is_part:
        items = [(one.id, one.name) for one in lines if not one.is_part]
        return PartForm(posted(request), initial=initial, items=items)
    kind = SubletForm if shown.kind == "sublet" else LabourForm
    return kind(posted(request), initial=initial)


def _saved(form: Any, shown: queries.LineCard, card: queries.OrderCard, request: HttpRequest) -> str:
    """What to tell after saving; nothing when the form has something to correct."""
    changed = {name: form.cleaned_data[name] for name in form.changed_data if name not in ("version", "reason")}
    percent = changed.pop("discount_percent", None)
    if percent is not None:
        changed["discount_rate"] = percent / 100
    try:
        if "payers" in changed:
            changed["payers"] = read_payers(changed["payers"])
    except Refused as refused:
        form.add_error("payers", str(refused))
        return ""
    if not changed:
        return _("已保存")
    granted = accounts.approval_for("discount", card.ref)
    usable = granted.pk if granted is not None and granted.state == "approved" else None
    version = form.cleaned_data.get("version")
    change = {"order_id": card.id, "key": shown.key, "version": version, "changes": changed, **who(request)}
    if _changed(form, change, None) or (form.needs_approval and usable and _changed(form, change, usable)):
        return _("已保存")
    return _asked(form, shown, card, changed, request) if form.needs_approval else ""


def _changed(form: Any, change: dict[str, Any], approval_id: int | None) -> bool:
    """One try; what is above the own limit is no error yet, because an approval or a request may follow."""
    form.needs_approval = None
    try:
        commands.change_line(**change, approval_id=approval_id)
    except PitlaneError as error:
        if error.status in (403, 404):
            raise
        if error.code in ("discount_needs_approval", "approval_mismatch"):
            form.needs_approval = error
        else:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True


def _asked(
    form: Any, shown: queries.LineCard, card: queries.OrderCard, changed: dict[str, Any], request: HttpRequest
) -> str:
    """A reason asks for the approval that the next try spends; without one the field says what is missing."""
    asked = {"order_id": card.id, "keys": [shown.key], "reason": form.cleaned_data["reason"].strip(), **who(request)}
    if asked["reason"] and "payers" in changed:
        commands.request_house_pays(**asked)
    elif asked["reason"] and "discount_rate" in changed:
        commands.request_discount(**asked, rate=changed["discount_rate"])
    else:
        form.add_error("payers" if "payers" in changed else "discount_percent", str(form.needs_approval))
        return ""
    return _("已提交审批，同意后再保存一次")


@require_POST
@screen("workshop.edit")
def remove(request: HttpRequest, pk: int, ref: str) -> HttpResponse:
    """Take a line off the order."""
    commands.remove_line(order_id=pk, key=key_of(ref), reason=request.POST.get("reason", ""), **who(request))
    messages.success(request, _("已删除"))
    return to_order(queries.order_for(pk).ref)


@screen("workshop.edit")
def revise(request: HttpRequest, pk: int, ref: str) -> HttpResponse:
    """Take an approved line back into the quote, with its parts: the customer is asked anew."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        attempt(form, commands.revise_quote, order_id=pk, keys=[key_of(ref)], **form.cleaned_data, **who(request))
        if not form.errors:
            messages.success(request, _("已收回，等客户重新确认"))
            return to_order(card.ref)
    titles = {"title": _("重新报价"), "verb": _("收回同意，重新报价")}
    return drawer(request, "workshop/reason_form.html", {"form": form, "card": card, **titles})


@require_POST
@screen("workshop.edit")
def propose(request: HttpRequest, pk: int, ref: str) -> HttpResponse:
    """Offer a line again that the customer had put off or refused."""
    commands.propose_again(order_id=pk, keys=[key_of(ref)], **who(request))
    messages.success(request, _("已重新报价给客户"))
    return to_order(queries.order_for(pk).ref)


@screen("workshop.view")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk writes down what the customer said to each line."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    lines = queries.proposed_lines(pk)
    if request.method == "POST":
        answers = {one.key: request.POST[one.ref] for one in lines if request.POST.get(one.ref)}
        reasons = {one.key: request.POST.get(f"{one.ref}-reason", "") for one in lines}
        via = request.POST.get("via", "desk")
        commands.decide_lines(order_id=pk, decisions=answers, reasons=reasons, via=via, **who(request))
        messages.success(request, _("已记录客户答复"))
        return to_order(card.ref)
    return drawer(request, "workshop/decide.html", {"card": card, "lines": lines})


@screen("workshop.edit")
def discount(request: HttpRequest, pk: int) -> HttpResponse:
    """The same discount on all open lines; above the limit it asks for approval."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    lines = [one for one in queries.lines_of(pk) if one.approval in ("proposed", "approved") and not one.package_code]
    form = DiscountForm(posted(request))
    granted = accounts.approval_for("discount", card.ref)
    if request.method == "POST" and form.is_valid():
        said = _discounted(form, pk, [one.key for one in lines], granted, request)
        if said:
            messages.success(request, said)
            return to_order(card.ref)
    limit = accounts.discount_limit(request.actor)  # type: ignore[attr-defined]
    context = {"form": form, "card": card, "limit": limit, "granted": granted, "lines": lines}
    return drawer(request, "workshop/discount.html", context)


def _discounted(form: DiscountForm, pk: int, keys: list[str], granted: Any, request: HttpRequest) -> str:
    rate = form.cleaned_data["percent"] / 100
    usable = granted.pk if granted is not None and granted.state == "approved" else None
    try:
        commands.discount_lines(order_id=pk, keys=keys, rate=rate, approval_id=usable, **who(request))
        return _("已优惠")
    except Refused as refused:
        if refused.code != "discount_needs_approval" or not form.cleaned_data["reason"].strip():
            form.add_error("percent" if refused.code != "discount_needs_approval" else "reason", str(refused))
            return ""
    reason = form.cleaned_data["reason"]
    commands.request_discount(order_id=pk, keys=keys, rate=rate, reason=reason, **who(request))
    return _("已提交审批，同意后再来优惠")


@screen("workshop.edit")
def finding(request: HttpRequest, pk: int, fin: int) -> HttpResponse:
    """Turn a technician's finding into lines, or put it aside."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    found = queries.finding_of(fin, pk)
    if request.method == "POST":
        refs = [ref for ref in request.POST.getlist("add") if ref]
        lines = [_chosen(ref, "", "") for ref in refs]
        resolution = request.POST.get("resolution") or ("proposed" if lines else "")
        commands.resolve_finding(finding_id=fin, resolution=resolution, lines=lines, **who(request))
        messages.success(request, _("已处理，等客户确认") if resolution == "proposed" else _("已处理"))
        return to_order(card.ref)
    text = request.GET.get("q", "").strip()[:40]
    offers = queries.find_offers(pk, text) if text else []
    return drawer(request, "workshop/finding.html", {"card": card, "finding": found, "offers": offers, "text": text})


@screen("workshop.edit")
def return_part(request: HttpRequest, pk: int, ref: str) -> HttpResponse:
    """Bring an issued part back."""
    card = queries.order_for(pk, request.actor)  # type: ignore[attr-defined]
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        attempt(form, commands.return_part_line, order_id=pk, key=key_of(ref), **form.cleaned_data, **who(request))
        if not form.errors:
            messages.success(request, _("已退料"))
            return to_order(card.ref)
    return drawer(
        request, "workshop/reason_form.html", {"form": form, "card": card, "title": _("退料"), "verb": _("退料")}
    )
