"""What other programs put on the inbox topic, and what becomes of it."""

from __future__ import annotations

import asyncio
from typing import Any

import aiokafka
import msgspec
import pytest

from clinicflow.codec import encode, to_json
from clinicflow.core.event import Event
from clinicflow.core.ids import room_case
from clinicflow.errors import StoreUnavailable
from clinicflow.events import Observation
from clinicflow.live import inbox as module
from clinicflow.live.inbox import Inbox
from clinicflow.live.topics import INBOX, ensure_topics
from clinicflow.store.memory import MemoryStore
from tests.live import clinic

pytestmark = pytest.mark.asyncio


class Put(msgspec.Struct):
    """A record as aiokafka gives it."""

    value: bytes | None
    offset: int
    partition: int = 0
    timestamp: int = 0


async def after(*values: bytes | None, store: MemoryStore | None = None) -> MemoryStore:
    """The store after these records."""
    store = store or MemoryStore(2)
    await clinic.apply_bundle(store)
    await Inbox(store, "nowhere:1", lambda: clinic.START)._journal([Put(v, at) for at, v in enumerate(values)])
    return store


def as_json(event: Any, **over: Any) -> bytes:
    """The event's JSON, with changes."""
    return msgspec.json.encode({**to_json(event), **over})


async def test_avro_and_json_are_journaled() -> None:
    first, second = clinic.a_visit(1)[:2]
    store = await after(encode(first), as_json(second))

    assert (await store.health()).unplaced == 2
    assert await store.dead_letters() == []
    assert await store.outcome("demo", second.event_id) is not None


async def test_record_read_twice_is_one_event() -> None:
    event = clinic.a_visit(1)[0]
    without = {name: value for name, value in to_json(event).items() if name != "recorded_at"}
    store = await after(msgspec.json.encode(without), encode(event), encode(event))
    await Inbox(store, "nowhere:1", lambda: clinic.START + 99)._journal([Put(msgspec.json.encode(without), 7)])

    assert (await store.health()).unplaced == 1
    assert await store.dead_letters() == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "1 to"),
        (b"", "1 to"),
        (b"{" * 100_000, "JSON object"),
        (b'{"type": "no-such"}', ""),
        (b"\xc3\x01 12345678 rest", ""),
        (encode(clinic.a_visit(1)[0])[:-3], ""),
        (encode(clinic.a_visit(1)[0]) + b"x", ""),
        (as_json(clinic.a_visit(1)[0], org_id="other"), "organization"),
        (as_json(clinic.a_visit(1)[0], clinic_id="other"), "clinic"),
        (as_json(clinic.a_visit(1)[0], identifiers_matched="two"), "identifiers_matched"),
        (as_json(clinic.an_event("roomed"), room_id="n-99"), "a room of the event's clinic"),
        (encode(clinic.an_event("room-cleaned")), "a room of the event's clinic"),
        (as_json(clinic.a_visit(1)[0], occurred_at="9998-01-01T00:00:00Z"), "two days ahead"),
    ],
)
async def test_record_that_is_no_event_of_the_network_is_a_dead_letter(value: bytes | None, expected: str) -> None:
    good = clinic.a_visit(2)[0]
    store = await after(value, encode(good))

    [letter] = await store.dead_letters()
    assert letter.kind == "foreign"
    assert expected in letter.reason
    assert (await store.health()).unplaced == 1, "the next record is journaled all the same"


async def test_what_happened_to_a_room_is_keyed_by_the_room() -> None:
    store = await after(encode(clinic.an_event("room-cleaned", case_id=room_case("demo", "n-1"))))
    assert await store.dead_letters() == []
    assert (await store.health()).unplaced == 1


async def test_events_that_clinicflow_makes_itself_are_refused() -> None:
    fired = clinic.an_event("timer-fired", agent="nurse", timer_id=clinic.uid("t"), due_at=clinic.START)
    store = await after(encode(fired))
    [letter] = await store.dead_letters()
    assert "timer-fired is made by clinicflow itself" in letter.reason


async def test_requests_of_people_do_not_come_this_way() -> None:
    """Who is on shift is stamped by the gateway; a program must not say it of itself."""
    asked = clinic.an_event(
        "task-claim-requested", task_id=clinic.uid("t"), agent="nurse", on_shift=True, clinic_assigned=True, lead=True
    )
    store = await after(encode(asked))
    assert len(await store.dead_letters()) == 1
    assert (await store.health()).unplaced == 0


def _voided(note: str) -> Event:
    return clinic.an_event("event-voided", corrects=clinic.uid("x"), note=note)


def _resulted(words: str) -> Event:
    observed = Observation(code="600-7", system="loinc", status="F", value_text=words)
    fields = {"result_id": "r", "status": "F", "abnormal": False, "observations": [observed]}
    return clinic.an_event("result-received", **fields)


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (_voided("Mrs Miller called"), "note"),
        (_voided("personal: Mrs Miller called"), "note"),
        (_resulted("Mrs Miller's culture grew nothing"), "observations[0].value_text"),
    ],
)
async def test_free_text_is_refused_and_not_repeated_in_the_reason(event: Event, path: str) -> None:
    store = await after(encode(event))
    [letter] = await store.dead_letters()
    assert path in letter.reason
    assert "Miller" not in letter.reason
    assert (await store.health()).unplaced == 0


async def test_a_reference_to_a_text_is_no_text() -> None:
    store = await after(encode(_voided(f"personal:{clinic.uid('note')}")))
    assert await store.dead_letters() == []
    assert (await store.health()).unplaced == 1


async def test_same_id_with_another_body_is_a_dead_letter() -> None:
    event = clinic.a_visit(1)[0]
    store = await after(encode(event), as_json(event, identifiers_matched=3))
    [letter] = await store.dead_letters()
    assert "this event id" in letter.reason


class Away(MemoryStore):
    """A store that is away twice."""

    left = 2

    def intake(self) -> Any:
        """Fail twice."""
        if self.left:
            self.left -= 1
            raise StoreUnavailable
        return super().intake()


async def test_store_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_RETRY_S", 0.01)
    store = await after(encode(clinic.a_visit(1)[0]), store=Away(2))
    assert (await store.health()).unplaced == 1


@pytest.mark.embedded
async def test_records_of_the_topic_are_journaled_over_restarts_of_inbox_and_broker(tansu: Any) -> None:
    store = MemoryStore(2)
    await clinic.apply_bundle(store)
    events = clinic.a_day(12)

    async def journaled(wanted: int) -> None:
        async with asyncio.timeout(60):
            while (await store.health()).unplaced != wanted:  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(0.05)

    await ensure_topics(tansu.bootstrap(), 2)
    for start in (0, 20):
        await put(tansu.bootstrap(), events[start : start + 20])
        work = Inbox(store, tansu.bootstrap())
        running = asyncio.create_task(work.run())
        await journaled(start + 20)
        if start:
            await tansu.restart()
            await ensure_topics(tansu.bootstrap(), 2)
            await put(tansu.bootstrap(), events[40:50])
            await journaled(50)
        work.stop()
        await running


async def put(bootstrap: str, events: list[Any]) -> None:
    """Produce events as a program would."""
    producer = aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for event in events:
        await producer.send_and_wait(INBOX, encode(event))
    await producer.stop()
