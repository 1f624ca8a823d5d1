"""The list of providers, and the one that ships with the domain."""

from __future__ import annotations

import pytest

from ..ports import KINDS, Accepted, Misconfigured, Outgoing, open_channel, providers_of


@pytest.mark.parametrize("kind", KINDS)
def test_the_notebook_takes_everything_on_every_channel(kind: str) -> None:
    channel = open_channel(f"notebook_{kind}", {})
    channel.check()
    assert channel.send(Outgoing("key-1", "13800138000", "您好")) == Accepted("key-1")
    assert (channel.kind, channel.idempotent) == (kind, True)
    assert f"notebook_{kind}" in {provider.name for provider in providers_of(kind)}


def test_a_provider_that_is_gone_stops_the_channel() -> None:
    with pytest.raises(Misconfigured):
        open_channel("gone", {})
