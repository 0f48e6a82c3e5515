"""One message from bytes to journal: read, mapped, its cases found, its events stored, all in one transaction."""

import traceback
import uuid
from collections.abc import Sequence

from clinicflow import telemetry
from clinicflow.errors import ClinicflowError, Forgotten, InvalidEvent, MessageRefused, StoreUnavailable, UnknownBundle
from clinicflow.gateway.hl7 import charset, er7
from clinicflow.gateway.hl7.ack import header_of
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.hl7.mapping import map_message
from clinicflow.gateway.hl7.mapping.base import Source
from clinicflow.gateway.hl7.placing import Placing
from clinicflow.gateway.hl7.work import ID_LIMIT, Receipt, Work
from clinicflow.gateway.identity import Identities, Key
from clinicflow.gateway.metrics import MESSAGES
from clinicflow.gateway.services import Services
from clinicflow.store.ports import IntakeTransaction
from clinicflow.store.rows import Message

_LOG = telemetry.log("gateway.hl7")


class Receiver:
    """Takes messages of feeds."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def receive(self, feed: Feed, raw: bytes) -> Receipt:
        """Store a message and what it means. Never raises for anything in the message or the store's absence."""
        header = header_of(raw)
        work = Work(self._services, feed, raw, header, str(uuid.uuid4()), self._services.clock())
        receipt = await self._settle(work, check_duplicate=True)
        MESSAGES.labels(feed=feed.id, outcome=receipt.outcome or "unavailable").inc()
        return receipt

    async def again(self, feed: Feed, message: Message) -> Receipt:
        """Work through a stored message once more, in its own place: after a feed file or an identifier has changed.

        One that gave its events, or repeats one that did, has nothing left to give and stays as it is.
        """
        header = header_of(message.raw)
        if message.outcome in ("events", "duplicate"):
            return Receipt("accepted", header, message.message_id, message.outcome, message.reason, message.event_ids)
        work = Work(self._services, feed, message.raw, header, message.message_id, message.received_at)
        work.was_dead = message.outcome == "dead-letter"
        return await self._settle(work, check_duplicate=False)

    async def refuse(self, feed: Feed, raw: bytes, reason: str) -> Receipt:
        """Store something that is no message (a broken frame) as a dead letter."""
        work = Work(self._services, feed, raw, header_of(raw), str(uuid.uuid4()), self._services.clock())
        receipt = await self._dead(work, reason)
        MESSAGES.labels(feed=feed.id, outcome=receipt.outcome or "unavailable").inc()
        return receipt

    async def sweep(self, org_id: str, feeds: dict[str, Feed], limit: int = 1000) -> int:
        """Try every unmatched message again; the number that found its case."""
        found = 0
        for listed in reversed(await self._services.store.messages(org_id, outcome="unmatched", limit=limit)):
            found += await self.retry(org_id, feeds, listed.message_id)
        return found

    async def _settle(self, work: Work, *, check_duplicate: bool) -> Receipt:
        try:
            receipt = await self._run(work, check_duplicate=check_duplicate)
        except MessageRefused as refused:
            receipt = await self._dead(work, str(refused))
        except InvalidEvent as invalid:
            receipt = await self._dead(work, f"Expected values that events can hold: {invalid}"[:400])
        except Forgotten:
            work.forget()
            receipt = await self._dead(work, "The patient was forgotten: nothing of theirs is stored any more")
        except (StoreUnavailable, UnknownBundle) as away:
            _LOG.warning("message not stored", feed=work.feed.id, error=type(away).__name__)
            return work.unavailable()
        except Exception as bug:
            # One message must never stop a feed: it is kept, refused and counted; the log says where the code failed.
            _LOG.error("message failed", feed=work.feed.id, message_id=work.message_id, error=_where(bug))
            receipt = await self._dead(work, f"It could not be worked through ({type(bug).__name__}); see the log")
        if work.opened:
            await self.arrived(work.feed.org_id, work.feeds, work.opened)
        if receipt.outcome == "unmatched" and check_duplicate:
            # Its identifier may have arrived between the look and the commit.
            await self.retry(work.feed.org_id, work.feeds, work.message_id)
        return receipt

    async def _dead(self, work: Work, reason: str) -> Receipt:
        try:
            return await work.dead(reason)
        except ClinicflowError as away:
            _LOG.warning("message not stored", feed=work.feed.id, error=type(away).__name__)
            return work.unavailable()

    async def arrived(self, org_id: str, feeds: dict[str, Feed], keys: Sequence[Key]) -> None:
        """Identifiers stand for cases now, and this is committed: try the messages that waited for them.

        A failure is only logged: what brought the identifiers is stored, and a start sweeps unmatched messages.
        """
        try:
            async with self._services.store.intake() as transaction:
                waiting = await Identities(transaction, org_id).take_waiting(keys)
        except ClinicflowError as away:
            _LOG.warning("waiting messages were not tried again", org=org_id, error=type(away).__name__)
            return
        for message_id in waiting:
            await self.retry(org_id, feeds, message_id)

    async def retry(self, org_id: str, feeds: dict[str, Feed], message_id: str) -> bool:
        """A later failure leaves the message unmatched, to be tried with the next identifier or at the next start."""
        try:
            message = await self._services.store.message(org_id, message_id)
        except ClinicflowError:
            return False
        if message is None or message.outcome != "unmatched" or message.feed not in feeds:
            return False
        receipt = await self.again(feeds[message.feed], message)
        return receipt.outcome == "events"

    async def _run(self, work: Work, *, check_duplicate: bool) -> Receipt:
        """Map and store; raises ``MessageRefused``, ``InvalidEvent`` or ``StoreUnavailable``."""
        in_force = await self._services.bundles.in_force(work.feed.org_id)
        work.feeds = in_force.feeds
        work.feed = in_force.feeds.get(work.feed.id, work.feed)
        message = er7.parse(charset.decode(work.raw, work.feed.charset))
        work.kind = message.kind[:40]
        source = Source(message, work.feed, work.received_at)
        merges = await self._open_cases(work.feed.org_id) if message.get("MRG") else []
        async with self._services.store.intake() as transaction:
            if check_duplicate and await _seen(work, transaction):
                return await work.store(transaction, "duplicate", "The same message was stored before")
            mapped = map_message(source)
            return await Placing(work, source, mapped, transaction, in_force, merges).run()

    async def _open_cases(self, org_id: str) -> list[tuple[str, str, str]]:
        """(case, clinic, patient) of all that is open, to tell both patients' cases of a merge."""
        store = self._services.store
        found = [(v.case_id, v.clinic_id, v.patient_id or "") for v in await store.visits(org_id, None)]
        rows = await store.tasks(org_id, limit=1_000_000)
        return sorted({*found, *((row.case_id, row.clinic_id, row.patient_id or "") for row in rows)})


def _where(bug: Exception) -> str:
    """The kind of an error and the place in the code, without its message, which may quote a value."""
    last = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} at {last.filename.rpartition('/')[2]}:{last.lineno}"


async def _seen(work: Work, transaction: IntakeTransaction) -> bool:
    """A repeat of a message that was of no use is looked at again: the feed file may have changed.

    Another message under the same control id is a message of its own, as senders begin anew; it is told, as it may be
    a fault.
    """
    named = (work.feed.org_id, work.feed.id, work.header.control_id[:ID_LIMIT])
    earlier = await transaction.message_by_hash(*named, work.raw)
    if earlier is None and work.header.control_id and await transaction.control_id_used(*named):
        work.remark = "Another message with its control id was stored before"
        _LOG.warning("control id of another message", feed=work.feed.id, message_id=work.message_id)
    return earlier is not None and earlier.outcome != "dead-letter"
