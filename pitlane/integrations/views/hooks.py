"""Where services report: a secret address per shop and channel, and whatever proof the service itself gives."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pitlane.core.access import system
from pitlane.core.http import public
from pitlane.core.tenancy import scope
from pitlane.messaging import commands, queries

from ..aliyun_sms import receipts as aliyun
from ..receipts import Call, Forged, Reader, Receipt, Unreadable
from ..sandbox.store import TOKEN
from ..tencent_sms import receipts as tencent
from ..wechat_account import receipts as wechat

READERS: dict[str, Reader] = {
    "tencent_sms": tencent.read,
    "aliyun_sms": aliyun.read,
    "wechat_account": wechat.read,
    "sandbox_tencent_sms": tencent.read,
    "sandbox_aliyun_sms": aliyun.read,
    "sandbox_wechat_account": wechat.read,
}
LARGEST = 1_000_000
OLDEST = timedelta(days=14)


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, token: str, provider: str) -> HttpResponse:
    """Take what a service reports. It calls again until it reads the words that it expects."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    hook = queries.hook(token, provider)
    at = request.now  # type: ignore[attr-defined]
    settings = {"token": TOKEN, **hook.settings} if provider.startswith("sandbox_") else hook.settings
    call = Call(request.method or "", request.GET.dict(), request.body, settings, at)
    try:
        heard = READERS[provider](call)
    except Forged:
        return HttpResponse("forged", status=403, content_type="text/plain")
    except Unreadable:
        return HttpResponse("unreadable", status=400, content_type="text/plain")
    with scope(hook.org_id):
        for receipt in heard.receipts:
            _take(receipt, provider, request, hook.org_id)
    return HttpResponse(heard.reply, content_type=heard.content_type)


def _take(receipt: Receipt, provider: str, request: HttpRequest, org_id: int) -> None:
    at = request.now  # type: ignore[attr-defined]
    known_time = at - OLDEST <= receipt.reported_at <= at
    commands.take_receipt(
        provider=provider,
        provider_id=_plain(receipt.provider_id),
        status=receipt.status,
        reported_at=receipt.reported_at if known_time else at,
        code=_plain(receipt.code),
        detail=_plain(receipt.detail),
        message_key=_plain(receipt.message_key),
        by=system(org_id),
        at=at,
    )


def _plain(text: str) -> str:
    """Without what no column takes."""
    return "".join(letter for letter in text[:200] if letter.isprintable())
