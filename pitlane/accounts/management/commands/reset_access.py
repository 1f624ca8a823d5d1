"""``pitlane reset-access LOGIN``: a way back in for somebody whom nobody else can help: the administrator."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from pitlane.accounts import commands
from pitlane.accounts.backend import find_staff
from pitlane.accounts.generated import one_time_password
from pitlane.core.access import system
from pitlane.core.errors import PitlaneError
from pitlane.core.tenancy import scope

CONSOLE = "服务器控制台"  # zh-data: stored in the audit


class Command(BaseCommand):
    help = "Give somebody a new first password and switch their second factor off; the audit records it"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="login or phone number")
        parser.add_argument("--password-stdin", action="store_true", help="read the new password from standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        person = find_staff(options["login"])
        if person is None:
            raise CommandError("nobody signs in with that")
        stdin = options["password_stdin"]
        password = sys.stdin.readline().rstrip("\r\n") if stdin else one_time_password()
        org_id: int = person.org_id  # type: ignore[assignment]
        try:
            with translation.override("en"), scope(org_id):
                by = system(org_id, CONSOLE)
                commands.reset_access(staff_id=person.pk, password=password, by=by, at=timezone.now())
        except PitlaneError as error:
            raise CommandError(str(error)) from error
        AxesProxyHandler.reset_attempts(username=person.login)
        self.stdout.write(f"{person.login} ({person.name}) may sign in again; the second factor is off.")
        if not stdin:
            self.stdout.write(f"One-time password, to be changed at the first sign-in: {password}")
