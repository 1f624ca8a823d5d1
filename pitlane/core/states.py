"""Document states move only through literal tables. This is the only module that assigns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from .errors import Refused, Text

Family = Literal["idle", "cust", "move", "hold", "bad", "done"]
Table = dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Label:
    """How a state looks: the colour family says whose move it is, the text says it in words."""

    family: Family
    text: Text
    solid: bool = False
    open: bool = False


class Moves:
    """The allowed moves of one document: ``{state: {verb: next state}}`` and a label for every state."""

    def __init__(
        self, document: str, table: Table, labels: dict[str, Label], start: str, attribute: str = "state"
    ) -> None:
        self.document, self.table, self.labels, self.start = document, table, labels, start
        self.attribute = attribute
        named = set(table) | {target for verbs in table.values() for target in verbs.values()}
        if named != set(labels):
            raise ValueError(f"{document}: states without label or label without state: {named ^ set(labels)}")

    @property
    def states(self) -> list[str]:
        return list(self.labels)

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """For the model field, so that the database holds only known states."""
        return [(state, label.text) for state, label in self.labels.items()]

    def may(self, state: str, verb: str) -> bool:
        return verb in self.table.get(state, {})

    def sources(self, verb: str) -> list[str]:
        """The states from which a verb is legal."""
        return [state for state, verbs in self.table.items() if verb in verbs]

    def target(self, state: str, verb: str) -> str:
        """Where the verb leads, or a refusal that names the present state."""
        try:
            return self.table[state][verb]
        except KeyError:
            raise Refused(
                _("现在是「%(state)s」，不能这样操作") % {"state": self.labels[state].text},
                code="wrong_state",
                document=self.document,
                state=state,
                verb=verb,
            ) from None

    def apply(self, document: Any, verb: str) -> str:
        """Move the document (already locked by the command) and return the state it left."""
        before: str = getattr(document, self.attribute)
        setattr(document, self.attribute, self.target(before, verb))
        return before

    def label(self, state: str) -> Label:
        return self.labels[state]
