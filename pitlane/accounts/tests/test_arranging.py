"""The home page and the rail as each person arranges them: order, hiding, the role's default again."""

import pytest

from pitlane.accounts import commands, queries
from pitlane.accounts.models import Staff
from pitlane.core.access import system
from pitlane.core.errors import Forbidden
from pitlane.core.navigation import entries_for
from pitlane.core.testing import NOON, Shop, nothing_changes

from .factories import actor, browser, person, starting_role


@pytest.fixture
def advisor(shop: Shop) -> Staff:
    return person(shop, starting_role(shop, "advisor"))


def keys(places: list) -> list[str]:
    return [place.key for place in places]


def test_an_action_moves_up_and_becomes_the_first(advisor: Staff) -> None:
    client = browser(advisor)
    before = [one.key for one in client.get("/").context["screen"].actions]
    second = before[1]
    moved = client.post("/me/home", {"do": f"actions:{second}:up"})
    assert moved["Location"] == f"/me/home#actions-{second}"
    after = client.get("/").context["screen"].actions
    assert [one.key for one in after][:2] == [second, before[0]] and after[0].primary
    client.post("/me/home", {"do": f"actions:{second}:hide"})
    assert second not in [one.key for one in client.get("/").context["screen"].actions]
    client.post("/me/home", {"do": f"actions:{second}:show"})
    assert second in [one.key for one in client.get("/").context["screen"].actions]


def test_cards_change_places_and_disappear(advisor: Staff) -> None:
    client = browser(advisor)
    shown = keys(client.get("/me/home").context["screen"].cards)
    first, second = shown[:2]
    client.post("/me/home", {"do": f"cards:{first}:down"})
    assert keys(client.get("/me/home").context["screen"].cards)[:2] == [second, first]
    client.post("/me/home", {"do": f"cards:{first}:hide"})
    home = client.get("/").context["screen"]
    assert first not in [panel.key for panel in (*home.panels, *home.asides)]


def test_the_rail_follows_the_person(advisor: Staff) -> None:
    client = browser(advisor)
    usual = [one.key for one in client.get("/").context["nav"]]
    last = usual[-1]
    client.post("/me/home", {"do": f"rail:{last}:up"})
    assert [one.key for one in client.get("/").context["nav"]] == [*usual[:-2], last, usual[-2]]
    assert [one.key for one in entries_for(actor(advisor), "/")] == usual


def test_back_to_what_the_role_has(advisor: Staff) -> None:
    client = browser(advisor)
    usual = [one.key for one in client.get("/").context["nav"]]
    client.post("/me/home", {"do": f"rail:{usual[2]}:up"})
    client.post("/me/home", {"do": "reset"})
    assert [one.key for one in client.get("/").context["nav"]] == usual
    assert "home" not in Staff.objects.get(pk=advisor.pk).preferences


@pytest.mark.parametrize(
    "wish", ["", "rail", "rail:nothing:up", "settings:home:up", "rail:home:up", "rail:home:sideways"]
)
def test_what_cannot_be_moved_stays(advisor: Staff, wish: str) -> None:
    client = browser(advisor)
    usual = [one.key for one in client.get("/").context["nav"]]
    assert client.post("/me/home", {"do": wish}).status_code == 302
    assert [one.key for one in client.get("/").context["nav"]] == usual


def test_only_people_arrange(shop: Shop) -> None:
    for command in (commands.arrange_home, commands.reset_home):
        with nothing_changes(), pytest.raises(Forbidden):
            command(by=system(shop.org_id), at=NOON)


def test_what_is_kept_is_bounded(advisor: Staff) -> None:
    commands.arrange_home(rail=[f"{n}" * 50 for n in range(200)] * 2, by=actor(advisor), at=NOON)
    kept = Staff.objects.get(pk=advisor.pk).preferences["home"]["rail"]
    assert len(kept) == 60 and max(map(len, kept)) == 40
    assert queries.arrange_screen(by=actor(advisor), at=NOON).own
