"""What every API has in common: keys and sessions as callers, problem+json, idempotency keys, keyset paging.

A domain's ``api.py`` makes a ``Router`` and reads ``request.actor`` and ``request.now``. State-changing calls are
wrapped by ``@idempotent``: a repeated ``Idempotency-Key`` gets the first answer again and changes nothing.
"""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError as BadValue
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema, Status
from ninja.decorators import decorate_view
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from .commands import one_transaction
from .errors import PitlaneError, Refused
from .models import IdempotencyRecord
from .money import Money
from .rows import insert_rows, save_row
from .tenancy import current_org

T = TypeVar("T")
PAGE = 50
MAX_PAGE = 200
LONGEST_KEY = 80


class FieldProblem(Schema):
    """What is wrong with one field of the request."""

    field: str
    message: str


class Problem(Schema):
    """RFC 9457 problem details. ``code`` is stable, ``title`` a sentence in the language of the request."""

    type: str
    title: str
    status: int
    code: str
    field: str | None = None
    facts: dict[str, str] = {}
    errors: list[FieldProblem] = []
    trace: str = ""


class Page(Schema, Generic[T]):
    """One page of a list; pass ``next`` as ``cursor`` to get the following one."""

    items: list[T]
    next: str | None = None


def problem(request: HttpRequest, status: int, code: str, title: str, **extra: Any) -> HttpResponse:
    body = {"type": f"urn:pitlane:{code}", "title": title, "status": status, "code": code, **extra}
    body["trace"] = getattr(request, "trace", "")
    return JsonResponse(body, status=status, content_type="application/problem+json")


def install_handlers(api: NinjaAPI) -> None:
    """Make every error of every endpoint a problem+json answer."""

    def refused(request: HttpRequest, error: PitlaneError) -> HttpResponse:
        facts = {key: str(value) for key, value in error.facts.items()}
        return problem(request, error.status, error.code, str(error), field=error.field, facts=facts)

    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        errors = [{"field": ".".join(map(str, e["loc"][1:])), "message": e["msg"]} for e in error.errors]
        return problem(request, 422, "invalid", str(_("内容有误，请检查标出的字段")), errors=errors)

    def anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return problem(request, 401, "not_signed_in", str(_("没有登录，或密钥无效")))

    def throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
        return problem(request, 429, "too_many", str(_("请求太频繁，请稍后再试")))

    def beyond(request: HttpRequest, error: OverflowError | DataError | UnicodeEncodeError) -> HttpResponse:
        return problem(request, 422, "out_of_range", str(_("有数字、日期或文字超出可记录的范围")))

    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return problem(request, error.status_code, "error", str(error))

    api.add_exception_handler(PitlaneError, refused)  # type: ignore[arg-type]
    api.add_exception_handler(ValidationError, invalid)  # type: ignore[arg-type]
    api.add_exception_handler(AuthenticationError, anonymous)  # type: ignore[arg-type]
    api.add_exception_handler(Throttled, throttled)  # type: ignore[arg-type]
    api.add_exception_handler(OverflowError, beyond)  # type: ignore[arg-type]
    api.add_exception_handler(DataError, beyond)  # type: ignore[arg-type]
    api.add_exception_handler(UnicodeEncodeError, beyond)  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, other)  # type: ignore[arg-type]


def idempotent(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Run the endpoint once per ``Idempotency-Key`` and actor. Key, work and answer commit together.

    The answer is kept as it was sent. A refusal is not kept: it rolls back, and the same key may try again.
    """

    @wraps(endpoint)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        result = endpoint(request, *args, **kwargs)
        return Status(*result) if isinstance(result, tuple) else result

    run.__signature__ = inspect.signature(endpoint, eval_str=True)  # type: ignore[attr-defined]
    run.__is_idempotent__ = True  # type: ignore[attr-defined]
    return decorate_view(_once)(run)


def _once(operation: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(operation)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.actor is None:  # type: ignore[attr-defined]
            return operation(request, *args, **kwargs)
        if len(key) > LONGEST_KEY:
            return problem(request, 422, "idempotency_key", str(_("幂等键最长 80 个字符")))
        try:
            with one_transaction():
                record = _claim(request, key)
                return _kept(record, operation(request, *args, **kwargs))
        except UsedKey:
            return _known(request, key)

    return run


class UsedKey(Exception):
    """Somebody claimed the key before; what they were answered can be read when their transaction is over."""


def _known(request: HttpRequest, key: str) -> HttpResponse:
    """The first answer again, or a conflict when the key was used for something else."""
    record = IdempotencyRecord.objects.get(actor=_who(request), key=key)
    if record.request_hash != _digest(request):
        return problem(request, 409, "idempotency_mismatch", str(_("同一个幂等键用在了不同的请求上")))
    body: Any = record.body
    return HttpResponse(body.reveal(), status=record.status or 200, content_type="application/json")


def _kept(record: IdempotencyRecord, answer: HttpResponse) -> HttpResponse:
    if answer.status_code >= 400:
        transaction.set_rollback(True)
        return answer
    record.body, record.status = answer.content.decode(), answer.status_code
    save_row(record, ("status", "body"))
    return answer


def _digest(request: HttpRequest) -> str:
    if request.content_type == "multipart/form-data":
        parts: list[tuple[str, Any]] = list(request.FILES.items())
        files = [(name, part.name, _file_digest(part)) for name, part in parts]
        content = json.dumps([sorted(request.POST.lists()), files]).encode()
    else:
        content = request.body
    return sha256(f"{request.method} {request.path}\n".encode() + content).hexdigest()


def _file_digest(part: UploadedFile) -> str:
    """Another photo of the same size under the same name is another request."""
    digest = sha256()
    for chunk in part.chunks():
        digest.update(chunk)
    part.seek(0)
    return digest.hexdigest()


def _claim(request: HttpRequest, key: str) -> IdempotencyRecord:
    """The first statement of the transaction, so that a lost race has nothing to undo."""
    record = IdempotencyRecord(
        org_id=current_org(),
        key=key,
        actor=_who(request),
        request_hash=_digest(request),
        created_at=request.now,  # type: ignore[attr-defined]
    )
    try:
        insert_rows([record])
    except IntegrityError as error:
        raise UsedKey from error
    return record


def _who(request: HttpRequest) -> str:
    actor = request.actor  # type: ignore[attr-defined]
    return f"{actor.kind}:{actor.id}"


def keyset(
    rows: models.QuerySet[Any], cursor: str | None, limit: int, order: tuple[str, str], ascending: bool = False
) -> tuple[list[Any], str | None]:
    """One page by key, newest first unless ``ascending``. ``order`` names a column that is never empty, and the id.

    The page's keys are found first and its rows joined then: asked for both at once, SQLite began at the small joined
    table (one store) and sorted 300,000 orders for thirty.
    """
    column, tie = order
    if cursor:
        rows = _following(rows, cursor, column, tie, "gt" if ascending else "lt")
    size, sign = max(1, min(limit, MAX_PAGE)), "" if ascending else "-"
    ordered = rows.order_by(f"{sign}{column}", f"{sign}{tie}")
    if rows.query.select_related:
        keys = list(ordered.values_list("pk", flat=True)[: size + 1])
        ordered = ordered.filter(pk__in=keys)
    page = list(ordered[: size + 1])
    more = page[size - 1] if len(page) > size else None
    return page[:size], _encode(getattr(more, column), getattr(more, tie)) if more else None


def _following(rows: models.QuerySet[Any], cursor: str, column: str, tie: str, beyond: str) -> models.QuerySet[Any]:
    value, tie_value = _decode(cursor)
    later = {column: value, f"{tie}__{beyond}": tie_value}
    try:
        return rows.filter(models.Q(**{f"{column}__{beyond}": value}) | models.Q(**later))
    except (BadValue, ValueError) as error:
        raise Refused(_("翻页参数无效"), code="cursor", field="cursor") from error


def _encode(value: Any, tie: int) -> str:
    plain = value.fen if isinstance(value, Money) else value
    text = plain.isoformat() if hasattr(plain, "isoformat") else str(plain)
    return base64.urlsafe_b64encode(json.dumps([text, tie]).encode()).decode().rstrip("=")


def _decode(cursor: str) -> tuple[str, int]:
    try:
        value, tie = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return str(value), int(tie)
    except (ValueError, TypeError) as error:
        raise Refused(_("翻页参数无效"), code="cursor", field="cursor") from error
