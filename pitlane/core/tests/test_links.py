"""Private links: a secret address opens one thing of one organisation, for a time."""

from datetime import datetime, timedelta

import pytest

from pitlane.core import links
from pitlane.core.errors import Missing
from pitlane.core.models import PrivateLink
from pitlane.core.tenancy import no_scope
from pitlane.core.testing import Shop

TOKEN = "k" * 43


def make(at: datetime, token: str = TOKEN, days: int = 7) -> PrivateLink:
    return links.make_link(purpose="quote", subject_id=5, customer_id=9, token=token, at=at, days=days)


def test_a_link_is_found_from_outside_and_says_what_it_opens(shop: Shop, at: datetime) -> None:
    made = make(at)
    with no_scope():
        found = links.find_link(TOKEN, at=at + timedelta(days=6))
    assert found == made
    assert (found.org_id, found.purpose, found.subject_id, found.customer_id) == (shop.org_id, "quote", 5, 9)


def test_the_token_itself_is_kept_nowhere(shop: Shop, at: datetime) -> None:
    make(at)
    assert TOKEN not in str(PrivateLink.objects.values().get())


@pytest.mark.parametrize("token", ["", "k" * 42, "K" * 43, TOKEN + " ", links.token_hash(TOKEN), "'; DROP TABLE --"])
def test_a_guessed_link_looks_like_any_unknown_address(shop: Shop, at: datetime, token: str) -> None:
    make(at)
    with pytest.raises(Missing):
        links.find_link(token, at=at)


def test_expired_and_revoked_links_are_closed(shop: Shop, at: datetime) -> None:
    make(at, days=1)
    for late in (timedelta(days=1), timedelta(days=2)):
        with pytest.raises(Missing):
            links.find_link(TOKEN, at=at + late)
    assert links.revoke_links(purpose="other", subject_id=5, at=at) == 0
    assert links.revoke_links(purpose="quote", subject_id=5, at=at) == 1
    with pytest.raises(Missing):
        links.find_link(TOKEN, at=at)
