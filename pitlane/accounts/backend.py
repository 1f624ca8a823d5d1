"""Sign-in of staff by login or phone number. Runs before any organisation is open, hence ``unscoped``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pitlane.core.crypto import blind
from pitlane.core.phones import normalise_phone

from .models import Staff


def find_staff(login: str) -> Staff | None:
    """By login, else by phone number if exactly one active person has it."""
    person: Staff | None = Staff.unscoped.filter(login=login.strip().lower()).first()
    if person or not login.strip():
        return person
    same_phone = list(Staff.unscoped.filter(phone_index=blind("phone", normalise_phone(login)), is_active=True)[:2])
    return same_phone[0] if len(same_phone) == 1 else None


class StaffBackend(BaseBackend):
    """Checks the password; lock-out after failures is django-axes' work, the second factor the sign-in view's."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Staff | None:
        login, password = credentials.get("username") or "", credentials.get("password") or ""
        person = find_staff(login)
        if person is None:
            Staff().set_password(password)
            return None
        return person if person.is_active and person.check_password(password) else None

    def get_user(self, user_id: int) -> Staff | None:
        person: Staff | None = Staff.unscoped.filter(pk=user_id, is_active=True).first()
        return person


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """The answer while a login is locked."""
    return render(request, "accounts/locked.html", status=429)
