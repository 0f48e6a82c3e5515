"""The inbox: other programs put events on ``clinicflow.inbox``, intake journals them.

Who may write there is decided by the broker's access list; what may be written is decided here. Offsets are committed
after the journal's commit, so a crash repeats records, and the journal's unique key drops the repeats.
"""

import asyncio
from hashlib import blake2b, sha256
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from clinicflow.codec import MAX_BYTES, check, decode, encode, from_json, personal
from clinicflow.codec.times import AHEAD
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Event
from clinicflow.core.ids import named, room_case
from clinicflow.core.standing import Known
from clinicflow.errors import BrokerUnavailable, EventRefused, InvalidEvent, StoreUnavailable, UndecodableEvent
from clinicflow.live import metrics
from clinicflow.live.actors import with_actor
from clinicflow.live.clients import never_make_topics
from clinicflow.live.clock import Clock, system_now
from clinicflow.live.entry import Entry, Owners
from clinicflow.live.topics import INBOX
from clinicflow.store import knowledge
from clinicflow.store.ports import Store
from clinicflow.store.rows import Appended, DeadLetter, NewEvent
from clinicflow.telemetry import log

GROUP = "clinicflow-inbox"
_BATCH = 500
_RETRY_S = 0.5
_LOOKS_BEYOND = 3
_KEPT_BYTES = 65_536
_BUNDLE_AGE_S = 2.0
_OURS = frozenset({"derived", "timer"})

_log = log("live.inbox")


class Inbox:
    """Journals what comes until stopped; store and broker may come and go."""

    def __init__(self, store: Store, bootstrap: str, clock: Clock = system_now) -> None:
        self._store = store
        self._bootstrap = bootstrap
        self._clock = clock
        self._stopping = asyncio.Event()
        self._bundles: dict[str, tuple[float, Bundle | None]] = {}
        self._owners: Owners = {}

    def stop(self) -> None:
        """Let ``run`` end after the batch at hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Read and journal, for ever."""
        while not self._stopping.is_set():
            try:
                await self._read()
            except (BrokerUnavailable, KafkaError, OSError) as error:
                _log.warning("inbox waits for the broker", error=type(error).__name__)
                await asyncio.sleep(_RETRY_S)

    async def _read(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            group_id=GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            metadata_max_age_ms=3_000,
            fetch_max_wait_ms=100,
        )
        never_make_topics(consumer._client)
        try:
            await consumer.start()
            await self._take_all(consumer)
            beyond = 0
            while not self._stopping.is_set():
                batches = await consumer.getmany(timeout_ms=500, max_records=_BATCH)
                records = [record for place in sorted(batches) for record in batches[place]]
                if records:
                    await self._journal(records)
                    await consumer.commit()
                beyond = beyond + 1 if not records and await _beyond_end(consumer) else 0
                if beyond >= _LOOKS_BEYOND:
                    _log.warning("the inbox was emptied, reading it from its start", topic=INBOX)
                    await consumer.seek_to_beginning()
        finally:
            await consumer.stop()

    async def _take_all(self, consumer: Any) -> None:
        """Read every partition, without the group's rebalances: two inboxes would only journal repeats."""
        while not self._stopping.is_set():
            places = (await consumer._client.fetch_all_metadata()).partitions_for_topic(INBOX)
            if places:
                consumer.assign([TopicPartition(INBOX, number) for number in sorted(places)])
                return
            await asyncio.sleep(_RETRY_S)

    async def _journal(self, records: list[Any]) -> None:
        """Store all of it in one transaction; a store that is away is waited for."""
        while True:
            try:
                await self._store_all(records)
            except StoreUnavailable as error:
                _log.warning("store away", error=type(error).__name__)
                await asyncio.sleep(_RETRY_S)
            else:
                return

    async def _store_all(self, records: list[Any]) -> None:
        events, letters = await self._admitted(records)
        async with self._store.intake() as transaction:
            entry = Entry(transaction, self._owners)
            for record, event, told in events:
                try:
                    await entry.add(record, event, journal_row(event, told))
                except EventRefused as error:
                    letters.append(self._letter(record, _sentence(error)))
            await entry.finish()
            for record, answer in zip(entry.records, entry.answers, strict=True):
                if answer.status == "conflict":
                    letters.append(self._letter(record, "Expected the body that this event id had before"))
            for letter in letters:
                await transaction.dead_letter(letter)
        _count(entry.answers, len(letters))

    async def _admitted(self, records: list[Any]) -> tuple[list[tuple[Any, Event, Event]], list[DeadLetter]]:
        """The records whose event may enter, as it enters and as it was told, and letters for the others. What was told
        of the actors is asked once."""
        found, letters = [], []
        for record in records:
            try:
                found.append((record, self._event_of(record)))
            except (InvalidEvent, UndecodableEvent) as error:
                letters.append(self._letter(record, _sentence(error)))
        known, events = await self._known([event for _, event in found]), []
        for record, event in found:
            try:
                events.append((record, await self._admit(event, known[event.org_id]), event))
            except InvalidEvent as error:
                letters.append(self._letter(record, _sentence(error)))
        return events, letters

    async def _known(self, events: list[Event]) -> dict[str, Known]:
        """What was told of the actors, by organization."""
        actors: dict[str, set[str]] = {}
        for event in events:
            staff = actors.setdefault(event.org_id, set())
            if event.actor_id is not None:
                staff.add(event.actor_id)
        return {org: await knowledge.of_staff(self._store, org, staff) for org, staff in actors.items()}

    def _event_of(self, record: Any) -> Event:
        """The record's event, if it may come from outside. Raises ``InvalidEvent`` or ``UndecodableEvent``."""
        event = read(record.value, self._clock())
        if event.BY in _OURS:
            raise EventRefused(f"Expected an event from outside, but {event.TYPE} is made by clinicflow itself")
        check(event, trusted=False)
        for path in personal.texts(event):
            raise EventRefused(f"Expected no text in {path}: send it over HTTP, where it is stored encrypted")
        return event

    async def _admit(self, event: Event, known: Known) -> Event:
        """The event with role and credentials of its actor. Raises ``EventRefused`` when the organization's bundle does
        not let it pass."""
        bundle = await self._bundle_of(event.org_id)
        if bundle is None:
            raise EventRefused("Expected an organization that has a bundle in force")
        expected = _expected(event, bundle, self._clock())
        if expected:
            raise EventRefused(f"Expected {expected}")
        acted = with_actor(event, bundle, known)
        if acted is None:
            raise EventRefused(
                "Expected actor_id to be one of the staff, actor_role and actor_credentials those of actor_id in the "
                "bundle, or none"
            )
        return acted

    async def _bundle_of(self, org_id: str) -> Bundle | None:
        """Its clinics and staff; no rules are asked here."""
        now = asyncio.get_running_loop().time()
        looked, bundle = self._bundles.get(org_id, (-_BUNDLE_AGE_S, None))
        if now - looked >= _BUNDLE_AGE_S:
            stored = await self._store.bundle(org_id)
            if stored is None:
                bundle = None
            elif bundle is None or bundle.number != stored.number:
                bundle = compile_bundle(stored.document, stored.number, {})
            self._bundles[org_id] = (now, bundle)
        return bundle

    def _letter(self, record: Any, reason: str) -> DeadLetter:
        value = record.value or b""
        place = f"{record.partition}|{record.offset}|{record.timestamp}"
        digest = sha256(value).hexdigest()
        return DeadLetter(
            dead_letter_id=named(f"inbox|{place}|{digest}"),
            org_id=None,
            kind="foreign",
            reason=f"{INBOX}: {reason}",
            at=self._clock(),
            payload_hash=digest,
            payload=value[:_KEPT_BYTES],
        )


def _expected(event: Event, bundle: Bundle, now: int) -> str:
    """What the bundle or the clock would have let pass; empty when nothing is against the event."""
    if event.clinic_id not in bundle.clinics:
        return "a clinic of the organization's bundle"
    if not _is_in_its_clinic(event, bundle):
        return "a room of the event's clinic"
    return "a time at most two days ahead in occurred_at" if event.occurred_at > now + AHEAD else ""


def _is_in_its_clinic(event: Event, bundle: Bundle) -> bool:
    """Whether the room of which the event tells, if any, is one of its clinic."""
    rooms = {room["id"] for room in bundle.clinic(event.clinic_id).get("rooms", ())}
    if event.CASE == "room":
        return event.case_id in {room_case(event.org_id, room) for room in rooms}
    room = getattr(event, "room_id", None)
    return room is None or room in rooms


async def _beyond_end(consumer: Any) -> bool:
    """Whether a partition ends before the place to read next: the broker has lost its log, and some do not say so."""
    for place in consumer.assignment():
        end = consumer.highwater(place)
        if end is not None and end < await consumer.position(place):
            return True
    return False


def read(value: bytes | None, now: int) -> Event:
    """An event from Avro single-object bytes or from JSON. Raises ``InvalidEvent`` or ``UndecodableEvent``."""
    if not value or len(value) > MAX_BYTES:
        raise UndecodableEvent(f"Expected an event of 1 to {MAX_BYTES} bytes")
    if value[:1] != b"{":
        return decode(value)
    try:
        document = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UndecodableEvent("Expected one JSON object or Avro single-object encoding") from error
    return from_json(document, defaults={"recorded_at": now, "source_system": "inbox"})


def journal_row(event: Event, told: Event) -> NewEvent:
    """The journal row of an event that came over the inbox; ``told`` is the event as its program sent it."""
    payload = encode(event)
    # A repeat is the same event, so only what the program said counts: not when it was recorded, which is added here
    # when the program did not say, nor the role of its actor.
    body = encode(msgspec.structs.replace(told, recorded_at=0))
    digest = blake2b(body, digest_size=16).digest()
    return NewEvent(event.org_id, event.event_id, event.case_id, event.TYPE, payload, digest)


def _sentence(error: InvalidEvent | UndecodableEvent) -> str:
    """The reason without any value of the record."""
    problems = getattr(error, "problems", ())
    return "; ".join(f"expected {each.expected} in {each.path}" for each in problems[:5]) or str(error)


def _count(answers: list[Appended], letters: int) -> None:
    for answer in answers:
        if answer.status != "conflict":
            metrics.INBOX_EVENTS.labels(answer.status).inc()
    metrics.INBOX_EVENTS.labels("dead-letter").inc(letters)
    metrics.DEAD_LETTERS.labels("foreign").inc(letters)
