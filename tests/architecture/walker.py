"""Somebody who tries every address, and how the answers are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from pitlane.accounts.models import Staff
from pitlane.accounts.tests.factories import BACKEND
from pitlane.core.tenancy import scope
from pitlane.core.testing import Shop

from .routes import Call, Ids, Page, ask, calls, pages, unknown_ids

Answers = Iterator[tuple[str, int]]
ENDS_SESSION = {"sign-out", "me/sessions/end", "me/sessions/<ses:pk>/end"}


def ids_of(shop: Shop) -> Ids:
    """The first thing of every kind in the organisation; made-up ids for kinds that have none."""
    found = unknown_ids()
    with scope(shop.org_id):
        for model in apps.get_models():
            kind = getattr(model, "id_prefix", "")
            row = model.objects.order_by("pk").first() if kind and hasattr(model, "unscoped") else None
            if row is not None:
                found[kind] = row.ref
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the request did, nobody after it sees it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Walker:
    """Somebody with a browser who tries every address."""

    def __init__(self, who: Staff | None = None) -> None:
        self.client = Client(raise_request_exception=False)
        if who is not None:
            self.client.force_login(Staff.unscoped.get(pk=who.pk), backend=BACKEND)
        self.cookies = self.client.cookies.copy()

    def _settle(self, answer: HttpResponse) -> int:
        if answer.streaming:
            b"".join(answer.streaming_content)
        self.client.cookies = self.cookies.copy()
        return answer.status_code

    def page(self, page: Page, ids: Ids, method: str = "GET") -> int:
        with undone():
            return self._settle(self.client.generic(method, page.path(ids)))

    def call(self, call: Call, ids: Ids) -> int:
        with undone():
            return self._settle(ask(self.client, call, ids))


def flaws(found: Answers, fine: Callable[[str, int], bool]) -> str:
    """The addresses whose answer is not fine, one a line."""
    return "".join(f"{what} answered {status}\n" for what, status in found if not fine(what, status))


def each_page(walker: Walker, ids: Ids, *methods: str, only: set[str] | None = None) -> Answers:
    for page in pages():
        if not page.public and page.pattern not in ENDS_SESSION and (only is None or page.kinds & only):
            yield from ((f"{method} /{page.pattern}", walker.page(page, ids, method)) for method in methods)


def each_call(walker: Walker, ids: Ids, only: set[str] | None = None) -> Answers:
    for call in calls():
        if only is None or call.kinds & only:
            yield f"{call.method} {call.pattern}", walker.call(call, ids)
