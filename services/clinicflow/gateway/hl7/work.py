"""The handling of one message: what is known of it, what is stored of it, what is answered."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from clinicflow.gateway.hl7.ack import Header, Verdict, codes
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.identity import Key
from clinicflow.gateway.ids import raw_hash
from clinicflow.gateway.services import Services
from clinicflow.store.ports import IntakeTransaction
from clinicflow.store.rows import DeadLetter, Message

OutcomeOfMessage = Literal["events", "duplicate", "unmatched", "no-effect", "dead-letter"]
ID_LIMIT = 200
"""Characters of a control id and of an application's name that are kept beside the raw message."""


class Receipt(msgspec.Struct, frozen=True):
    """What became of a message. ``outcome`` is None when nothing was stored."""

    verdict: Verdict
    header: Header
    message_id: str
    outcome: OutcomeOfMessage | None
    reason: str = ""
    event_ids: tuple[str, ...] = ()

    @property
    def codes(self) -> list[str]:
        """The acknowledgement codes that the sender asked for."""
        return codes(self.header, self.verdict)


class Work:
    """The handling of one message."""

    def __init__(
        self, services: Services, feed: Feed, raw: bytes, header: Header, message_id: str, received_at: int
    ) -> None:
        self.feed = feed
        self.feeds: dict[str, Feed] = {}
        self.opened: list[Key] = []
        """Identifiers that stand for a case from now on: messages may wait for them."""
        self.services = services
        self.raw = raw
        self.header = header
        self.message_id = message_id
        self.received_at = received_at
        self.kind = ""
        self.system = header.application[:ID_LIMIT] or feed.id
        self.patient_id: str | None = None
        self.was_dead = False
        self.remark = ""
        """What is told of a message beside what became of it."""

    def unavailable(self) -> Receipt:
        """Nothing was stored; sending again can help."""
        return Receipt("retry", self.header, self.message_id, None, "The store is not available; send again later")

    def forget(self) -> None:
        """Keep nothing of the message but that it came."""
        self.patient_id, self.raw = None, b""

    async def dead(self, reason: str) -> Receipt:
        """Keep a message that cannot be used."""
        async with self.services.store.intake() as transaction:
            await transaction.dead_letter(self._letter(reason))
            return await self.store(transaction, "dead-letter", reason, verdict="refused")

    async def store(
        self,
        transaction: IntakeTransaction,
        outcome: OutcomeOfMessage,
        reason: str = "",
        event_ids: Sequence[str] = (),
        verdict: Verdict = "accepted",
    ) -> Receipt:
        """Keep the message with what became of it, in the transaction of its events."""
        reason = reason or self.remark
        receipt = Receipt(verdict, self.header, self.message_id, outcome, reason, tuple(event_ids))
        message = Message(
            message_id=self.message_id,
            org_id=self.feed.org_id,
            feed=self.feed.id,
            control_id=self.header.control_id[:ID_LIMIT],
            message_type=self.kind,
            received_at=self.received_at,
            outcome=outcome,
            acknowledgement=" ".join(receipt.codes),
            reason=reason,
            event_ids=tuple(event_ids),
            patient_id=self.patient_id,
            raw=self.raw,
        )
        await transaction.save_message(message)
        if self.was_dead and outcome != "dead-letter":
            await transaction.dead_letter(self._letter(reason, resubmitted_as=self.message_id))
        return receipt

    def _letter(self, reason: str, resubmitted_as: str | None = None) -> DeadLetter:
        """The raw message is kept with the message alone, under its patient's key."""
        return DeadLetter(
            dead_letter_id=self.message_id,
            org_id=self.feed.org_id,
            kind="message",
            reason=reason,
            at=self.received_at,
            resubmitted_as=resubmitted_as,
            payload_hash=raw_hash(self.raw).hex(),
        )
