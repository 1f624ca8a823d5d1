"""Two advisors take the same suggestion at the same moment: one line, one vote."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from pitlane.core.tenancy import scope
from pitlane.core.testing import NOON, Shop
from pitlane.reception import commands
from pitlane.reception.models import DiagnosisAnswer, DiagnosisVote
from pitlane.workshop import queries as orders

from .factories import world

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def test_a_suggestion_taken_six_times_at_once_is_one_line(shop: Shop) -> None:
    made = world(shop)
    order = made.order(concern="刹车吱吱叫")
    gate, answers = threading.Barrier(AT_ONCE), []

    def take() -> None:
        gate.wait()
        try:
            with scope(shop.org_id):
                facts = {"order_id": order.pk, "cause": "pads_front", "operation": "BR-001"}
                answers.append(commands.accept_suggestion(**facts, by=shop.boss(), at=NOON))
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _n in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(answers) == AT_ONCE and all(keys == answers[0] for keys in answers)
    assert [line.name for line in orders.lines_of(order.pk)] == ["更换前制动片"]
    assert DiagnosisAnswer.objects.count() == 1
    assert (DiagnosisVote.objects.get().accepted, DiagnosisVote.objects.get().refused) == (1, 0)
