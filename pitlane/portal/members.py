"""Who is signed in on the customer's own pages (“my pages”): no account, a phone number and a code by SMS.

What another page of the customer's phone needs of this:

``signed_in(request, house) -> Visitor | None``
    Call it while the organisation's scope is open. ``house`` is ``accounts.queries.house_by_code(code)``. The visitor
    has ``phone`` (sealed; ``.reveal()`` is the number), ``masked``, ``people`` (the customers who have this number now:
    none, one, or a whole family), ``customer_ids``, ``name`` (masked, empty for somebody unknown) and ``actor()``,
    who acts in commands. Somebody unknown gets in like everybody else, sees nothing, and may book.
``@house_page`` and ``@my_page``
    Views under ``…/<slug:code>/…`` get ``house`` and ``visitor`` instead of ``code``. ``house_page`` is for everybody
    (``visitor`` may be None), ``my_page`` sends strangers to the sign-in and brings them back. Both open the scope, set
    the headers, renew the cookie, and show one page for everything that does not exist or belongs to somebody else.
The form
    ``{% include "portal/_ask_code.html" with house=house next=request.get_full_path %}`` asks for a phone, sends the
    code, asks for the code and comes back to ``next``; or link to ``sign_in_url(house, next)``. Needs no JavaScript.

The cookie ``my_<code>`` belongs to one organisation and is apart from the sessions of staff. It is signed, closed to
scripts, and carries a secret and the sealed number; the table keeps only their hashes. It ends after 30 days, its
secret changes daily, and ending the row ends it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from pitlane.accounts.queries import House, house_by_code
from pitlane.core.access import Actor, customer
from pitlane.core.crypto import Sealed, seal, unseal
from pitlane.core.errors import Missing
from pitlane.core.http import public
from pitlane.core.phones import mask_name, mask_phone
from pitlane.core.tenancy import scope
from pitlane.customers.queries import CustomerCard, find_by_phone

from . import commands, rules
from .doorkeeper import nothing_here
from .models import PhoneSession
from .queries import phone_key, session_by_token

View = Callable[..., HttpResponseBase]
SALT = "pitlane.portal.my"
ASKING_SECONDS = 600
HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store, private"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who proved to hold a phone, and the customers who have this number now."""

    org_id: int
    session_id: int
    phone: Sealed
    masked: str
    people: tuple[CustomerCard, ...]
    secret: str = field(repr=False)
    session: PhoneSession = field(repr=False)

    @property
    def customer_ids(self) -> tuple[int, ...]:
        return tuple(card.id for card in self.people)

    @property
    def name(self) -> str:
        """How the page greets; empty for somebody the shop does not know yet."""
        return mask_name(self.people[0].name) if self.people else ""

    def actor(self, customer_id: int = 0) -> Actor:
        """Who acts: one of these customers, by default the first; nobody in particular when there is none."""
        known = customer_id if customer_id in self.customer_ids else next(iter(self.customer_ids), 0)
        return customer(self.org_id, known, _("车主"))

    def guest(self) -> Actor:
        """Who acts on a booking that was made before the shop had a card of this person."""
        return customer(self.org_id, 0, _("车主"))


def signed_in(request: HttpRequest, organisation: House) -> Visitor | None:
    """Whoever is signed in at this organisation in this browser; the number is looked up afresh every time."""
    said = request.get_signed_cookie(_cookie(organisation), default="", salt=SALT) or ""
    secret, _dot, sealed = said.partition(".")
    session = session_by_token(secret, at=request.now) if sealed else None  # type: ignore[attr-defined]
    if session is None:
        return None
    try:
        phone = unseal(sealed)
    except InvalidToken:
        return None
    if phone_key(phone) != session.phone_index:
        return None
    return Visitor(
        org_id=organisation.id,
        session_id=session.pk,
        phone=Sealed(sealed),
        masked=mask_phone(phone),
        people=tuple(find_by_phone(phone)),
        secret=secret,
        session=session,
    )


def _cookie(house: House) -> str:
    return f"my_{house.code}"


def keep_signed_in(
    response: HttpResponseBase, house: House, session: PhoneSession, secret: str, phone: Sealed, request: HttpRequest
) -> None:
    """Put the session into the browser."""
    left = session.expires_at - request.now  # type: ignore[attr-defined]
    response.set_signed_cookie(
        _cookie(house),
        f"{secret}.{phone.token}",
        salt=SALT,
        max_age=int(left.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget_browser(response: HttpResponseBase, house: House) -> None:
    """Take the session out of the browser."""
    response.delete_cookie(_cookie(house), samesite="Lax")


def house_page(view: View) -> View:
    """A page of an organisation for everybody: the view gets ``house`` and ``visitor`` (None before signing in)."""

    @wraps(view)
    def run(request: HttpRequest, code: str, **kwargs: Any) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]
        try:
            house = house_by_code(code)
        except Missing:
            return nothing_here(request)
        with scope(house.id):
            response = _inside(view, request, house, kwargs)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return public(run)


def _inside(view: View, request: HttpRequest, house: House, kwargs: dict[str, Any]) -> HttpResponseBase:
    visitor = signed_in(request, house)
    try:
        response = view(request, house=house, visitor=visitor, **kwargs)
    except Missing:
        response = nothing_here(request)
    if visitor is not None and request.method == "GET" and _cookie(house) not in response.cookies:
        _renew(request, response, house, visitor)
    return response


def _renew(request: HttpRequest, response: HttpResponseBase, house: House, visitor: Visitor) -> None:
    now, session = request.now, visitor.session  # type: ignore[attr-defined]
    if not rules.due_for_renewal(session.renewed_at, now):
        return
    fresh = secrets.token_urlsafe(32)
    facts: dict[str, Any] = {"session_id": session.pk, "former": visitor.secret, "token": fresh}
    if commands.renew_session(**facts, by=visitor.actor(), at=now):
        keep_signed_in(response, house, session, fresh, visitor.phone, request)


def my_page(view: View) -> View:
    """A page for whoever is signed in; others sign in first and come back."""

    @wraps(view)
    def run(request: HttpRequest, *, house: House, visitor: Visitor | None, **kwargs: Any) -> HttpResponseBase:
        if visitor is None:
            back = request.get_full_path() if request.method in ("GET", "HEAD") else ""
            return HttpResponseRedirect(sign_in_url(house, back))
        return view(request, house=house, visitor=visitor, **kwargs)

    return house_page(run)


def sign_in_url(house: House, back: str = "") -> str:
    """Where somebody signs in, and where they go afterwards."""
    address = reverse("portal:my_sign_in", args=[house.code])
    return f"{address}?{urlencode({'next': back})}" if back else address


def onward(request: HttpRequest, house: House) -> str:
    """Where to go after signing in: the page somebody came for, never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return reverse("portal:my_home", args=[house.code])


def note_asking(response: HttpResponseBase, house: House, phone: str) -> None:
    """Remember in the browser, sealed and for ten minutes, which phone the code went to."""
    response.set_signed_cookie(
        f"{_cookie(house)}_asking",
        seal(phone),
        salt=SALT,
        max_age=ASKING_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def asking(request: HttpRequest, house: House) -> str:
    """The phone the code went to; empty when nobody asked from this browser lately."""
    said = request.get_signed_cookie(f"{_cookie(house)}_asking", default="", salt=SALT, max_age=ASKING_SECONDS)
    try:
        return unseal(said) if said else ""
    except InvalidToken:
        return ""


def asked(response: HttpResponseBase, house: House) -> None:
    """The code was right: forget which phone asked."""
    response.delete_cookie(f"{_cookie(house)}_asking", samesite="Lax")
