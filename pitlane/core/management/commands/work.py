"""``pitlane work``: one job worker. What runs on a schedule is written down first, so that lost jobs are swept up."""

from __future__ import annotations

from typing import Any

from django_q.management.commands import qcluster

from pitlane.core.jobs import install_schedules


class Command(qcluster.Command):
    help = "Run one job worker"

    def handle(self, *args: Any, **options: Any) -> None:
        install_schedules()
        super().handle(*args, **options)
