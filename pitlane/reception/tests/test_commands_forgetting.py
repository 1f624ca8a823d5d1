"""Erasing a person reaches what they signed and their private addresses; the evidence stays provable."""

from datetime import datetime

import pytest

from pitlane.core import doctor, files
from pitlane.core.access import customer, system
from pitlane.core.errors import Forbidden, Missing
from pitlane.core.links import find_link
from pitlane.core.models import StoredFile
from pitlane.core.testing import Shop, nothing_changes
from pitlane.reception import commands
from pitlane.reception.models import Estimate

from .factories import TOKEN, png, world


def answered(shop: Shop, at: datetime) -> tuple[int, Estimate]:
    made = world(shop)
    estimate = made.sent()
    heads = [line["key"] for line in estimate.lines if not line["parent"]]
    commands.decide_estimate(
        estimate_id=estimate.pk,
        decisions=dict.fromkeys(heads, "approve"),
        signature_png=png(),
        name="王建国",
        via="link",
        by=customer(shop.org_id, made.owner.pk, "王建国"),
        at=at,
    )
    return made.owner.pk, Estimate.objects.get(pk=estimate.pk)


def test_name_hand_and_addresses_go_and_the_hash_still_fits(
    shop: Shop, at: datetime, django_capture_on_commit_callbacks: object
) -> None:
    owner_id, estimate = answered(shop, at)
    assert find_link(TOKEN, at=at)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        commands.forget_person(customer_id=owner_id, by=system(shop.org_id), at=at)
    estimate.refresh_from_db()
    assert estimate.decided_name == "" and estimate.signature is not None
    signed = StoredFile.objects.get(pk=estimate.signature_id)
    assert signed.removed_at == at and not files.path_of(signed).exists()
    with pytest.raises(Missing):
        find_link(TOKEN, at=at)
    assert list(doctor.CHECKS["estimates"]()) == []
    commands.forget_person(customer_id=owner_id, by=system(shop.org_id), at=at)


def test_nobody_calls_it_by_hand(shop: Shop, at: datetime) -> None:
    owner_id, _estimate = answered(shop, at)
    with nothing_changes(), pytest.raises(Forbidden):
        commands.forget_person(customer_id=owner_id, by=shop.boss(), at=at)
