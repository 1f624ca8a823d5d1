"""The names under which this machine answers when nobody set any: its own, never whatever a request claims.

So a phone in the same network reaches ``./start``, and a page of a stranger that points its name at this machine
(DNS rebinding) does not.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address
from pathlib import Path

LOCAL = re.compile(r"\|-- (\S+)\s+/32 host LOCAL")
TABLES = Path("/proc/net/fib_trie"), Path("/proc/net/if_inet6")


def own_hosts() -> list[str]:
    """Every name and address of this machine, as browsers write them in the Host header."""
    name = socket.gethostname().lower()
    names = {"localhost", ".localhost", name, f"{name.partition('.')[0]}.local"}
    return sorted(names | {_written(address) for address in own_addresses()})


def own_addresses() -> set[str]:
    """The addresses of all network cards, without asking anybody outside."""
    found = {"127.0.0.1", "::1", *_on_the_way_out()}
    try:
        found |= set(LOCAL.findall(TABLES[0].read_text()))
        raw = [line.split()[0] for line in TABLES[1].read_text().splitlines()]
        found |= {str(ip_address(bytes.fromhex(digits))) for digits in raw}
    except OSError:
        found |= _of_the_name()
    return found


def _on_the_way_out() -> set[str]:
    """The address that others in the network see; a UDP socket that is only aimed sends nothing."""
    found = set()
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                found.add(str(probe.getsockname()[0]).partition("%")[0])
        except OSError:
            continue
    return found


def _of_the_name() -> set[str]:
    try:
        return {str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        return set()


def _written(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def for_a_phone() -> str:
    """The address to type on another device of the same network; empty when there is none."""
    seen = [address for address in sorted(_on_the_way_out()) if ":" not in address]
    return next((address for address in seen if not ip_address(address).is_loopback), "")
