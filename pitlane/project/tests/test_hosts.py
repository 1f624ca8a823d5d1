"""The names that a shop answers to without being told any: its own, and no stranger's."""

import socket

import pytest
from django.http.request import validate_host
from django.test import Client

from pitlane.core.testing import Shop
from pitlane.project import hosts


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", socket.gethostname(), "pitlane.localhost"])
def test_the_machines_own_names_are_known(name: str) -> None:
    assert validate_host(name.lower(), hosts.own_hosts())


def test_the_address_that_a_phone_types_is_known() -> None:
    assert "*" not in hosts.own_hosts()
    for address in hosts.own_addresses() - {"::1"}:
        assert validate_host(f"[{address}]" if ":" in address else address, hosts.own_hosts())
    phone = hosts.for_a_phone()
    assert not phone or validate_host(phone, hosts.own_hosts())


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.9.8.7:1"])
def test_a_strangers_name_is_refused_with_what_to_do(name: str, shop: Shop, settings) -> None:
    settings.ALLOWED_HOSTS = hosts.own_hosts()
    refused = Client().get("/sign-in", HTTP_HOST=name)
    assert refused.status_code == 400 and "PITLANE_HOSTS" in refused.content.decode()
    assert Client().get("/sign-in", HTTP_HOST="localhost:8000").status_code == 200


@pytest.mark.django_db
def test_the_refusal_escapes_the_name(settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    assert b"<script>" not in Client().get("/sign-in", HTTP_HOST="<script>alert(1)</script>").content
