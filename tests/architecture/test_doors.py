"""Another domain is entered through its commands, queries and events only."""

from __future__ import annotations

from .source import COMPOSERS, EVERYWHERE, PACKAGE, domain_of, domains, files, imports, place

DOORS = {"commands", "queries", "events"}
ADAPTERS = {"integrations"}  # clients of outside systems keep the promises that a domain wrote down in its ``ports``


def trespasses() -> list[str]:
    found = []
    for path in files():
        if path.parent == PACKAGE or domain_of(path) in COMPOSERS:
            continue
        for node, name in imports(path):
            parts = name.split(".")
            if parts[0] != "pitlane" or len(parts) < 2 or parts[1] not in domains():
                continue
            other, door = parts[1], parts[2] if len(parts) > 2 else ""
            doors = DOORS | {"ports"} if domain_of(path) in ADAPTERS else DOORS
            if other not in {domain_of(path), *EVERYWHERE} and door not in doors:
                found.append(f"{place(path, node)} enters {name}")
    return found


def test_other_domains_are_entered_through_their_doors() -> None:
    found = trespasses()
    assert not found, "\n".join(found)


def test_core_knows_no_domain() -> None:
    names = [(path, node, name) for path in files("core") for node, name in imports(path)]
    upward = [
        place(path, node)
        for path, node, name in names
        if name.split(".")[:1] == ["pitlane"] and name.split(".")[1:2] not in ([], ["core"], ["__version__"])
    ]
    assert not upward, "\n".join(upward)
