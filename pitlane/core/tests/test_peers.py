"""Whose address is counted: the proxies that the operator named are believed, nobody else is."""

import pytest
from django.core.cache import cache
from django.test import Client

from pitlane.accounts.models import SignIn
from pitlane.accounts.tests.factories import PASSWORD, make_role, person
from pitlane.core.peers import client_address, network_of, read_networks
from pitlane.core.testing import Shop
from pitlane.portal import doorkeeper

TRUSTED = "10.0.0.0/8, 192.0.2.7, fd00::/8"
CASES = [
    ("203.0.113.5", "", "203.0.113.5"),
    ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
    ("10.0.0.1", "", "10.0.0.1"),
    ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),
    ("10.0.0.1", "6.6.6.6, 198.51.100.1, 192.0.2.7", "198.51.100.1"),
    ("10.0.0.1", "10.0.0.9, 10.0.0.2", "10.0.0.9"),
    ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
    ("10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"),
    ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
    ("fd00::1", "2001:db8::5", "2001:db8::5"),
    ("10.0.0.1", "unknown", "10.0.0.1"),
    ("10.0.0.1", "6.6.6.6, <script>", "10.0.0.1"),
    ("10.0.0.1", ",".join(["10.0.0.2"] * 5000), "10.0.0.2"),
    ("", "198.51.100.1", ""),
]


@pytest.mark.parametrize(("peer", "forwarded", "caller"), CASES)
def test_the_caller_behind_the_proxies(peer: str, forwarded: str, caller: str) -> None:
    assert client_address(peer, forwarded, read_networks(TRUSTED)) == caller


def test_without_proxies_the_header_says_nothing() -> None:
    assert client_address("127.0.0.1", "198.51.100.1", read_networks("")) == "127.0.0.1"


def test_a_mistyped_proxy_stops_the_start() -> None:
    with pytest.raises(ValueError, match="300"):
        read_networks("10.0.0.300")


def wrong_password(peer: str, forwarded: str) -> str:
    sent = {"login": "lin", "password": "wrong-horse-1"}
    return Client().post("/sign-in", sent, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded).content.decode()


def test_a_forged_header_does_not_help_to_guess_passwords(shop: Shop) -> None:
    person(shop, make_role(shop, "desk", "accounts.view"), login="lin")
    for n in range(5):
        wrong_password("203.0.113.5", f"198.51.100.{n}")
    assert "已锁定" in wrong_password("203.0.113.5", "198.51.100.99")


def test_behind_a_proxy_one_caller_does_not_lock_the_others(shop: Shop, settings) -> None:
    settings.TRUSTED_PROXIES = read_networks("203.0.113.5")
    who = person(shop, make_role(shop, "desk", "accounts.view"), login="lin")
    for n in range(6):
        last = wrong_password("203.0.113.5", f"6.6.6.{n}, 198.51.100.1")
    assert "已锁定" in last
    sent = {"login": "lin", "password": PASSWORD}
    inside = Client().post("/sign-in", sent, REMOTE_ADDR="203.0.113.5", HTTP_X_FORWARDED_FOR="198.51.100.2")
    assert inside.status_code == 302
    assert SignIn.unscoped.get(staff=who).address == "198.51.100.2"


def test_guessing_links_is_counted_by_the_real_caller(db: None, settings) -> None:
    cache.clear()
    settings.TRUSTED_PROXIES = read_networks("203.0.113.5")
    for n in range(doorkeeper.MOST_MISSES):
        Client().get(f"/p/guess-{n}/", REMOTE_ADDR="203.0.113.6", HTTP_X_FORWARDED_FOR=f"198.51.100.{n}")
    assert Client().get("/p/guess/", REMOTE_ADDR="203.0.113.6").status_code == 429
    through = {"REMOTE_ADDR": "203.0.113.5", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}
    assert Client().get("/p/guess/", **through).status_code == 404


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8::5", "2001:db8::/64"),
        ("2001:db8:0:1::5", "2001:db8:0:1::/64"),
        ("", ""),
    ],
)
def test_a_line_counts_as_one_caller(address: str, network: str) -> None:
    assert network_of(address) == network


def test_guesses_from_all_over_a_network_are_counted_together(shop: Shop) -> None:
    cache.clear()
    answers = [Client(REMOTE_ADDR=f"2001:db8::{n:x}").get("/p/guess/").status_code for n in range(21)]
    assert answers == [404] * 20 + [429]
