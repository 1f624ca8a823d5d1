"""What an order costs the database, call by call: these figures may fall, and rise only for a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

from pitlane.simulation.bench.figures import Counting
from pitlane.simulation.bench.ground import api_key, fill, ground_of
from pitlane.simulation.bench.lifecycle import cast, in_process, steps

NOW = timezone.make_aware(datetime(2026, 11, 23, 15))
MOST = {
    "check-in": 16,
    "lines": 19,
    "approve": 23,
    "dispatch": 21,
    "issue": 20,
    "finish": 16,
    "inspect": 17,
    "settle": 24,
    "pay": 22,
}


def test_no_call_asks_the_database_more_often_than_it_did(transactional_db: None) -> None:
    ground = ground_of(fill(4, 2, 1, NOW, lambda what, number: None))
    who, call = cast(ground, 4, NOW), in_process(api_key(ground), "run")
    for _step in steps(call, who, 0):
        pass
    asked, counting = {}, Counting()
    with connection.execute_wrapper(counting):
        for step in steps(call, who, 1):
            asked[step], counting.queries = counting.queries, 0
    assert {step: (asked[step], most) for step, most in MOST.items() if asked[step] > most} == {}
