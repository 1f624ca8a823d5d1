"""The carrier takes queued messages to providers, outside any transaction, and writes down what came of it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from pitlane.core.access import Actor

from . import commands, queries
from .parcels import Parcel
from .ports import Accepted, Channel, Misconfigured, Rejected, Temporary, Traceable, Unsent, open_channel

log = logging.getLogger("pitlane.messaging")


@dataclass(frozen=True, slots=True)
class Carrier:
    """One worker's round. The clock is read again after every answer, because a provider may take its time."""

    by: Actor
    clock: Callable[[], datetime] = timezone.now

    def carry(self, message_id: int) -> None:
        """One message to its provider, if it is due and nobody else has it."""
        claim = secrets.token_hex(12)
        parcel = commands.claim_message(message_id=message_id, claim=claim, by=self.by, at=self.clock())
        if parcel is not None:
            self._hand_over(parcel)

    def take_over(self, message_id: int) -> None:
        """One message that a killed worker left: ask before sending, where the provider can be asked."""
        claim = secrets.token_hex(12)
        parcel = commands.take_over(message_id=message_id, claim=claim, by=self.by, at=self.clock())
        if parcel is not None:
            self._hand_over(parcel)

    def carry_lane(self, message_id: int) -> None:
        """This message, then whatever waited behind it for the same person."""
        seen: set[int] = set()
        waiting: int | None = message_id
        while waiting is not None and waiting not in seen:
            seen.add(waiting)
            self.carry(waiting)
            waiting = queries.next_in_lane(message_id, self.clock())

    def round(self) -> int:
        """What a killed worker left, what is due, and receipts that came before their message was known."""
        for message_id in queries.left_behind(self.clock()):
            self.take_over(message_id)
        waiting = queries.due(self.clock())
        for message_id in waiting:
            self.carry_lane(message_id)
        commands.settle_strays(by=self.by, at=self.clock())
        return len(waiting)

    def _hand_over(self, parcel: Parcel) -> None:
        try:
            channel = open_channel(parcel.provider, parcel.settings)
            if parcel.again and not channel.idempotent:
                self._ask(channel, parcel, "")
            else:
                self._accept(parcel, _send(channel, parcel))
        except Temporary as error:
            if error.uncertain and not channel.idempotent:
                self._ask(channel, parcel, error.reason)
            else:
                self._wait(parcel, error)
        except Rejected as error:
            commands.note_rejected(
                message_id=parcel.message_id,
                claim=parcel.claim,
                reason=error.reason,
                code=error.code,
                by=self.by,
                at=self.clock(),
            )
        except Misconfigured as error:
            commands.note_misconfigured(
                message_id=parcel.message_id, claim=parcel.claim, reason=error.reason, by=self.by, at=self.clock()
            )

    def _ask(self, channel: Channel, parcel: Parcel, reason: str) -> None:
        """After a lost answer: the provider says whether it took the message; if nobody can say, a person decides."""
        if not isinstance(channel, Traceable):
            self._doubt(parcel, reason)
            return
        try:
            found = channel.look_up(parcel.outgoing, parcel.since)
        except Unsent as error:
            self._doubt(parcel, error.reason)
            return
        if found is not None:
            self._accept(parcel, found)
        else:
            self._wait(parcel, Temporary(reason))

    def _doubt(self, parcel: Parcel, reason: str) -> None:
        commands.note_uncertain(
            message_id=parcel.message_id, claim=parcel.claim, reason=reason, by=self.by, at=self.clock()
        )

    def _accept(self, parcel: Parcel, accepted: Accepted) -> None:
        commands.note_accepted(
            message_id=parcel.message_id,
            provider=parcel.provider,
            channel=parcel.channel,
            provider_id=accepted.provider_id,
            by=self.by,
            at=self.clock(),
        )

    def _wait(self, parcel: Parcel, error: Temporary) -> None:
        commands.note_temporary(
            message_id=parcel.message_id,
            claim=parcel.claim,
            reason=error.reason,
            code=error.code,
            retry_after=error.retry_after,
            of_address=error.of_address,
            by=self.by,
            at=self.clock(),
        )


def _send(channel: Channel, parcel: Parcel) -> Accepted:
    """A fault inside a client must not lose a message: nobody knows then whether it went."""
    try:
        return channel.send(parcel.outgoing)
    except Unsent:
        raise
    except Exception as error:
        log.exception("client of %s failed", parcel.provider)
        raise Temporary(type(error).__name__, code="client", uncertain=True) from error
