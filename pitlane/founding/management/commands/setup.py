"""``pitlane setup``: open an organisation with its first store and administrator; again for another organisation."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone, translation

from pitlane.accounts import queries
from pitlane.accounts.generated import one_time_password
from pitlane.core.errors import PitlaneError
from pitlane.founding.forms import FIRST, PlanForm
from pitlane.founding.opening import found, setup_code

QUESTIONS = (  # option, field of the form, what is asked, whether it may stay empty
    ("org", "code", "Code of the organisation (letters, digits, dashes)", False),
    ("name", "name", "Name of the organisation", False),
    ("store", "store_code", "Code of the first store (capitals and digits, in every document number)", False),
    ("store-name", "store_name", "Name of the first store", False),
    ("company", "company", "Company as printed on bills (empty: name of the organisation)", True),
    ("address", "address", "Address of the store", True),
    ("phone", "phone", "Telephone of the store", True),
    ("login", "login", "Login of the administrator", False),
    ("person", "person", "Name of the administrator", False),
)


class Command(BaseCommand):
    help = "Open an organisation: starting roles, first store, warehouse, catalogue and administrator"

    def add_arguments(self, parser: ArgumentParser) -> None:
        for option, _field, what, optional in QUESTIONS:
            parser.add_argument(f"--{option}", help=what + (" (optional)" if optional else ""))
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
        parser.add_argument("--no-catalogue", action="store_true", help="begin without operations, packages and parts")
        parser.add_argument("--no-input", action="store_true", help="ask nothing; what is missing is an error")
        parser.add_argument(
            "--link", metavar="ADDRESS", help="only tell how the first organisation is opened at this address"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if "accounts_organisation" not in connection.introspection.table_names():
            raise CommandError("the database has no tables yet; run this first: pitlane migrate")
        if options["link"] is not None:
            self._tell_how(options["link"].rstrip("/"))
            return
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else ""
        asks = not (options["no_input"] or options["password_stdin"]) and sys.stdin.isatty()
        data = self._answers(options, asks)
        given = password or one_time_password()
        form = PlanForm({**data, "password": given, "catalogue": not options["no_catalogue"]})
        with translation.override("en"):
            self._open(form, first_password=not options["password_stdin"])
        self.stdout.write(f"{data['name']} is open. Sign in as {form.cleaned_data['login']}.")
        if not options["password_stdin"]:
            self.stdout.write(f"One-time password, to be changed at the first sign-in: {given}")

    def _tell_how(self, address: str) -> None:
        if queries.anybody_here():
            return
        self.stdout.write("  No organisation yet. Open one in a browser:")
        self.stdout.write(f"    {address}/setup?code={setup_code()}")
        self.stdout.write("  or on this console:  pitlane setup")

    def _answers(self, options: dict[str, Any], asks: bool) -> dict[str, str]:
        data, missing = {}, []
        for option, field, what, optional in QUESTIONS:
            value = options[option.replace("-", "_")]
            if value is None and asks:
                value = input(f"{what}: ").strip()
            if value is None and field == "code" and not queries.anybody_here():
                value = FIRST
            if not value and not optional:
                missing.append(f"--{option}")
            data[field] = value or ""
        if missing:
            raise CommandError(f"still needed: {', '.join(missing)}")
        return data

    def _open(self, form: PlanForm, *, first_password: bool) -> None:
        if not form.is_valid():
            raise CommandError("\n".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in form.errors.items()))
        try:
            found(plan=form.plan(first_password=first_password), at=timezone.now())
        except PitlaneError as error:
            raise CommandError(f"{error.field}: {error}" if error.field else str(error)) from error
