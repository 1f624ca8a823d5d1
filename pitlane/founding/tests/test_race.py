"""Two people who open the first shop at the same moment: one of them does, the other is told."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from django.db import connection

from pitlane.accounts.models import Organisation, Staff
from pitlane.core.errors import Conflict
from pitlane.core.tenancy import no_scope
from pitlane.founding.opening import found

from .test_setup import plan


@pytest.mark.django_db(transaction=True)
def test_only_one_of_two_opens_the_first_shop(at: datetime) -> None:
    gate, outcomes = threading.Barrier(2), []

    def run(code: str) -> None:
        gate.wait()
        try:
            outcomes.append(found(plan=plan(code=code, login=code), at=at, only_as_first=True).login)
        except Conflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(code,)) for code in ("north", "south")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    winner = Organisation.objects.get()
    assert sorted(outcomes) == sorted(["founded", winner.code]) and winner.first is True
    with no_scope():
        assert [one.login for one in Staff.unscoped.all()] == [winner.code]
