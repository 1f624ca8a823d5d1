"""Who really calls: the address behind the proxies that the operator trusts, decided here and nowhere else.

Lock-outs, limits and the list of sign-ins read ``REMOTE_ADDR``. Behind a proxy that is the proxy; what its
``X-Forwarded-For`` says counts only when the caller is one of ``PITLANE_PROXIES``: anybody can send that header.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Network = IPv4Network | IPv6Network
MOST_HOPS = 20


def read_networks(text: str) -> list[Network]:
    """``127.0.0.1,10.0.0.0/8`` as networks; a typing mistake must stop the start, not open the door."""
    return [ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()]


def client_address(peer: str, forwarded: str, trusted: Iterable[Network]) -> str:
    """The first address from the right that is no proxy of ours; everything left of it may be invented."""
    here, networks = _address(peer), list(trusted)
    for said in reversed(forwarded.split(",")[-MOST_HOPS:] if forwarded else []):
        if here is None or not any(here in network for network in networks):
            break
        before = _address(said)
        if before is None:
            break
        here = before
    return str(here) if here is not None else peer


def network_of(address: str) -> str:
    """What one caller has to themselves, for limits: an IPv4 address, of IPv6 the whole /64 that every line gets."""
    found = _address(address)
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: with a port, in brackets, or IPv4 inside IPv6."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


class ClientAddressMiddleware:
    """Puts the caller's address into ``REMOTE_ADDR`` before anything counts or writes it down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop("HTTP_X_FORWARDED_FOR", "")
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""), forwarded, settings.TRUSTED_PROXIES
        )
        return self.get_response(request)
