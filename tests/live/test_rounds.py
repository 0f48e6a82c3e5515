"""What a worker makes of the records it is handed, and what it writes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from clinicflow.core.event import Event
from clinicflow.core.step import unpack
from clinicflow.errors import NotResubmittable, StoreUnavailable
from clinicflow.live import feeds as feeds_module
from clinicflow.live import worker as worker_module
from clinicflow.live.resubmission import resubmit
from clinicflow.store.memory import MemoryStore
from clinicflow.store.rows import CaseRows, NewEvent, PlacedRow, Round
from tests.live import clinic
from tests.live.desk import GROUP, PARTITIONS, Desk, a_desk

pytestmark = pytest.mark.asyncio


async def test_a_day_is_applied_as_the_fold_of_the_journal_says() -> None:
    async with a_desk() as desk:
        day = clinic.a_day(60)
        await desk.deliver(await desk.placed(day))
        await desk.run_dry()
        await desk.holds()


async def test_batches_delivered_again_change_nothing() -> None:
    async with a_desk() as desk:
        rows = await desk.placed(clinic.a_day(20))
        await desk.deliver(rows)
        await desk.run_dry()
        before = await desk.store.health()

        await desk.deliver(rows)
        await desk.deliver(rows[10:])
        await desk.run_dry()

        assert await desk.store.health() == before
        await desk.holds()


async def test_prefetched_batch_that_comes_after_a_rebalance_is_dropped() -> None:
    async with a_desk() as desk:
        rows = await desk.placed(clinic.a_day(20))
        await desk.deliver(rows)
        await desk.run_dry()

        await desk.worker.on_revoked(desk.steering.held)
        await desk.worker.on_batch(0, [desk.record(row) for row in rows if row.partition == 0])
        starts = await desk.worker.on_assigned(desk.steering.held)
        await desk.deliver(rows)
        await desk.run_dry()

        assert all(offset > 0 for offset in starts.values())
        await desk.holds()


async def test_gap_is_asked_for_once_and_filled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds_module, "_ASK_FIRST_S", 3600)  # the time to ask again does not come in this test
    async with a_desk() as desk:
        rows = [row for row in await desk.placed(clinic.a_day(30)) if row.partition == 0]
        await desk.deliver(rows[:5])
        await desk.until(lambda: desk.worker.feeds[0].done == 4)
        await desk.deliver(rows[6:20])
        await desk.deliver(rows[20:])
        await desk.until(lambda: desk.store._tables.resends)

        assert await desk.store.take_resends() == {0: 5}
        assert desk.worker.feeds[0].done == 4
        await desk.deliver(rows[30:])
        await asyncio.sleep(0.05)
        assert await desk.store.take_resends() == {}, "one open request, with back-off"

        await desk.deliver(rows[5:])
        await desk.until(lambda: desk.worker.feeds[0].done == len(rows) - 1)
        assert desk.worker.feeds[0].gap_at is None


async def test_offset_beside_the_checkpoint_that_fits_no_more_is_answered_by_reading_from_the_start() -> None:
    async with a_desk() as desk:
        rows = [row for row in await desk.placed(clinic.a_day(30)) if row.partition == 0]

        await desk.deliver(rows[8:12])
        await desk.until(lambda: desk.steering.sought == [(0, 0)])
        await asyncio.sleep(0.03)
        assert await desk.store.take_resends() == {}, "the broker may have it"

        await desk.deliver(rows[3:])
        await desk.until(lambda: desk.store._tables.resends)
        assert await desk.store.take_resends() == {0: 0}, "it has not"
        assert desk.steering.sought == [(0, 0)]


async def test_offset_committed_ahead_does_not_skip_events() -> None:
    """The broker's offsets may run ahead of what was applied; only the checkpoint says where to go on."""
    async with a_desk() as desk:
        rows = [row for row in await desk.placed(clinic.a_day(30)) if row.partition == 0]
        await desk.deliver(rows[:10])
        await desk.until(lambda: desk.worker.feeds[0].done == 9)

        await desk.worker.on_revoked(desk.steering.held)
        starts = await desk.worker.on_assigned(desk.steering.held)

        assert starts[0] == 10
        await desk.deliver(rows[15:])  # as if the broker had gone on from an offset of its own
        await desk.until(lambda: (0, 0) in desk.steering.sought)
        assert desk.worker.feeds[0].done == 9


async def test_partition_taken_over_is_fenced_and_the_others_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_REASSIGN_AFTER_S", 3600)
    async with a_desk() as desk:
        rows = await desk.placed(clinic.a_day(40))
        await desk.deliver(rows[:20])
        await desk.until(lambda: sum(feed.done + 1 for feed in desk.worker.feeds.values()) == 20)

        await desk.store.assign(GROUP, [0])  # another worker
        await desk.deliver(rows[20:])
        await desk.until(lambda: 0 not in desk.worker.feeds)
        await desk.until(lambda: desk.worker.feeds[1].done == max(r.position for r in rows if r.partition == 1))

        lag = (await desk.store.health()).lag[GROUP]
        assert lag[0] > 0
        assert lag[1] == 0


async def test_fenced_partition_that_is_still_ours_is_taken_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_REASSIGN_AFTER_S", 0.02)
    async with a_desk() as desk:
        rows = await desk.placed(clinic.a_day(40))
        await desk.deliver(rows[:20])
        await desk.until(lambda: sum(feed.done + 1 for feed in desk.worker.feeds.values()) == 20)
        await desk.store.assign(GROUP, [0])
        await desk.deliver(rows[20:])
        await desk.until(lambda: bool(desk.steering.sought))

        partition, offset = desk.steering.sought[-1]
        assert partition == 0
        behind = [row for row in rows if row.partition == 0]
        assert offset == desk.worker.feeds[0].done + 1
        await desk.deliver(behind)
        await desk.run_dry()
        await desk.holds()


class Slow(MemoryStore):
    """A store whose states come when the test says so."""

    def __init__(self) -> None:
        super().__init__(PARTITIONS)
        self.asked = asyncio.Event()
        self.go = asyncio.Event()

    async def load_states(self, group: str, case_ids: Any) -> dict[str, bytes]:
        """Wait for the test."""
        self.asked.set()
        await self.go.wait()
        return await super().load_states(group, case_ids)


async def test_round_folded_over_a_rebalance_is_thrown_away() -> None:
    store = Slow()
    async with a_desk(store) as desk:
        rows = await desk.placed(clinic.a_day(20))
        await desk.deliver(rows)
        await store.asked.wait()

        await desk.worker.on_revoked(desk.steering.held)
        await desk.worker.on_assigned(desk.steering.held)
        store.go.set()
        await asyncio.sleep(0.05)

        assert {feed.done for feed in desk.worker.feeds.values()} == {-1}
        await desk.deliver(rows)
        await desk.run_dry()
        await desk.holds()


class Counting(MemoryStore):
    """A store that remembers for which cases their earlier rows were asked for, question by question."""

    def __init__(self) -> None:
        super().__init__(PARTITIONS)
        self.questions: list[list[CaseRows]] = []

    async def case_histories(self, wanted: Sequence[CaseRows]) -> list[PlacedRow]:
        """Note the question."""
        self.questions.append(list(wanted))
        return await super().case_histories(wanted)


async def in_one_round(desk: Desk, events: list[Event]) -> None:
    """Everything is delivered before the worker looks."""
    desk.working.cancel()
    await asyncio.wait([desk.working])
    await desk.deliver(await desk.placed(events))
    desk.working = asyncio.create_task(desk.worker.work())
    await desk.run_dry()
    await desk.holds()


async def test_all_corrections_of_a_round_ask_for_their_cases_in_one_question() -> None:
    names = ("one", "two", "three")
    visits = {name: clinic.a_visit(name) for name in names}
    voids = [clinic.an_event("event-voided", name, at=31, corrects=visits[name][2].event_id) for name in names]
    async with a_desk(Counting()) as desk:
        await in_one_round(desk, [event for visit in visits.values() for event in visit] + voids)

    first, *later = desk.store.questions
    assert sorted(one.case_id for one in first) == sorted(void.case_id for void in voids)
    reached = {one.case_id: one.upto for one in first}
    assert all(one.upto > reached[one.case_id] for question in later for one in question), "derived corrections only"


async def test_a_second_correction_of_a_case_in_a_round_asks_nothing_more() -> None:
    visit = clinic.a_visit("one")
    first = clinic.an_event("event-voided", "one", at=31, corrects=visit[2].event_id)
    second = clinic.an_event("event-voided", "one", at=32, key="again", corrects=first.event_id)
    async with a_desk(Counting()) as desk:
        await in_one_round(desk, [*visit, first, second])

    asked = [(one.case_id, one.upto) for question in desk.store.questions for one in question]
    assert asked[0] == (first.case_id, len(visit)), "up to the first correction, which the second one corrects"
    assert len(asked) == len(set(asked)), "nothing is asked twice"


class Flaky(MemoryStore):
    """A store that fails some commits: before they take effect, or after it, so that only the answer is lost."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(PARTITIONS)
        self.before = before
        self.after = after

    async def commit_round(self, round_: Round) -> frozenset[int]:
        """Fail as planned."""
        if self.before > 0:
            self.before -= 1
            raise StoreUnavailable
        matched = await super().commit_round(round_)
        if self.after > 0:
            self.after -= 1
            raise StoreUnavailable
        return matched


@pytest.mark.parametrize(("before", "after"), [(2, 0), (0, 2), (1, 1)])
async def test_commit_that_failed_or_whose_answer_was_lost_is_settled_in_place(
    before: int, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "_RETRY_FIRST_S", 0.01)
    async with a_desk(Flaky(before, after)) as desk:
        await desk.deliver(await desk.placed(clinic.a_day(20)))
        await desk.run_dry()
        await desk.holds()


async def test_agent_that_breaks_makes_one_dead_letter_and_the_stream_goes_on() -> None:
    async with a_desk() as desk:
        events = [*clinic.a_visit("sick", temp=clinic.POISON), *clinic.a_visit("well")]
        await desk.deliver(await desk.placed(events))
        await desk.run_dry()

        [letter] = await desk.store.dead_letters()
        assert (letter.kind, letter.agent, letter.event_type) == ("step", "nurse", "vitals-taken")
        assert letter.reason.startswith("ZeroDivisionError at clinic.py:")
        assert await desk.store.incomplete_cases("demo") == [clinic.uid("visit", "sick")]
        states = await desk.store.load_states(GROUP, [clinic.uid("visit", "sick"), clinic.uid("visit", "well")])
        sick, well = (unpack(states[clinic.uid("visit", name)]) for name in ("sick", "well"))
        assert sick["nurse"].incomplete
        assert not sick["desk"].incomplete
        assert not well["nurse"].incomplete
        assert sick["nurse"].phase == "checked-out", "later events are applied all the same"


async def test_dead_letter_submitted_again_reaches_its_agent_only_and_completes_the_case() -> None:
    store = MemoryStore(PARTITIONS)
    async with a_desk(store) as desk:
        await desk.deliver(await desk.placed(clinic.a_visit("sick", temp=clinic.POISON)[:3]))
        await desk.run_dry()
    [letter] = await store.dead_letters()

    async with a_desk(store, broken=False) as desk:
        answer = await resubmit(store, letter.dead_letter_id)
        assert answer.status == "stored"
        await desk.deliver(await desk.place())
        await desk.run_dry()

        states = await store.load_states(GROUP, [clinic.uid("visit", "sick")])
        sides = unpack(states[clinic.uid("visit", "sick")])
        assert not sides["nurse"].incomplete
        assert sides["nurse"].position > sides["desk"].position - 2
        assert await store.incomplete_cases("demo") == []
        statuses = {row.task.activity: row.task.status async for rows in store.all_tasks() for row in rows}
        assert statuses == {"room-patient": "completed", "take-vitals": "completed", "see-patient": "requested"}
        # and not a second time: its agent would count it twice
        with pytest.raises(NotResubmittable, match=f"submitted again as {answer.event_id}"):
            await resubmit(store, letter.dead_letter_id)
        assert await desk.place() == []


async def test_dead_letter_that_fails_again_is_a_new_one_that_can_be_submitted() -> None:
    store = MemoryStore(PARTITIONS)
    async with a_desk(store) as desk:
        await desk.deliver(await desk.placed(clinic.a_visit("sick", temp=clinic.POISON)[:3]))
        await desk.run_dry()
        [first] = await store.dead_letters()
        await resubmit(store, first.dead_letter_id)
        await desk.deliver(await desk.place())
        await desk.run_dry()
    [second] = await store.dead_letters()
    assert second.dead_letter_id != first.dead_letter_id
    assert await store.incomplete_cases("demo") == [clinic.uid("visit", "sick")]

    async with a_desk(store, broken=False) as desk:
        assert (await resubmit(store, second.dead_letter_id)).status == "stored"
        await desk.deliver(await desk.place())
        await desk.run_dry()
    assert await store.dead_letters() == []
    assert await store.incomplete_cases("demo") == []


async def test_payload_that_cannot_be_decoded_is_a_dead_letter_of_each_agent_that_looks_at_it() -> None:
    async with a_desk() as desk:
        visit = clinic.a_visit("odd")
        spoilt = [clinic.row(event) for event in visit[:3]]
        spoilt[1] = msgspec.structs.replace(spoilt[1], payload=b"\xc3\x01broken")
        async with desk.store.intake() as transaction:
            await transaction.append(spoilt)
        await desk.deliver(await desk.place())
        await desk.deliver(await desk.placed(visit[3:]))
        await desk.run_dry()

        letters = await desk.store.dead_letters()
        assert [(letter.kind, letter.agent) for letter in sorted(letters, key=lambda each: each.agent or "")] == [
            ("decode", "desk"),
            ("decode", "nurse"),
        ]
        assert await desk.store.incomplete_cases("demo") == [clinic.uid("visit", "odd")]


async def test_payload_that_cannot_be_decoded_marks_a_case_that_comes_from_the_store() -> None:
    store = MemoryStore(PARTITIONS)
    visit = clinic.a_visit("odd")
    async with a_desk(store) as desk:
        await desk.deliver(await desk.placed(visit[:2]))
        await desk.run_dry()
    before = await store.load_states(GROUP, [clinic.uid("visit", "odd")])

    async with a_desk(store) as desk:
        async with store.intake() as transaction:
            await transaction.append([msgspec.structs.replace(clinic.row(visit[2]), payload=b"\xc3\x01broken")])
        await desk.deliver(await desk.place())
        await desk.run_dry()

    after = await store.load_states(GROUP, [clinic.uid("visit", "odd")])
    sides, earlier = (unpack(found[clinic.uid("visit", "odd")]) for found in (after, before))
    assert sides["nurse"].incomplete
    assert {name: msgspec.structs.replace(side, incomplete=False) for name, side in sides.items()} == earlier


async def test_event_of_a_type_that_no_agent_looks_at_is_not_even_decoded() -> None:
    async with a_desk() as desk:
        junk = NewEvent("demo", clinic.uid("junk"), clinic.uid("visit", 1), "patient-called", b"junk", b"0" * 16)
        async with desk.store.intake() as transaction:
            await transaction.append([junk])
        await desk.deliver(await desk.place())
        await desk.run_dry()

        assert await desk.store.dead_letters() == []


async def test_records_of_another_journal_are_kept_and_passed_over() -> None:
    async with a_desk() as desk:
        rows = await desk.placed(clinic.a_day(20))
        await desk.deliver(rows[:3], log=clinic.uid("another journal"))
        await desk.deliver(rows[:10])
        await desk.deliver(rows[10:12], log=clinic.uid("another journal"))
        await desk.deliver(rows[10:])
        await desk.run_dry()

        letters = await desk.store.dead_letters()
        assert {letter.kind for letter in letters} == {"foreign"}
        await desk.holds()


async def test_organization_without_a_bundle_is_a_dead_letter_that_names_it() -> None:
    async with a_desk(applied=False) as desk:
        await desk.deliver(await desk.placed(clinic.a_visit(1)[:1]))
        await desk.run_dry()

        letters = await desk.store.dead_letters()
        assert {letter.agent for letter in letters} == {"desk", "nurse"}
        assert "bundle 0 of organization demo" in letters[0].reason


async def test_memory_for_states_is_bounded_and_old_ones_are_read_again() -> None:
    async with a_desk(cache_bytes=20_000) as desk:
        await desk.deliver(await desk.placed(clinic.a_day(200)))
        await desk.run_dry()

        await desk.until(lambda: len(desk.worker._cache) < 40)
        await desk.holds()


async def test_buffer_that_is_full_lets_the_reader_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "_BUFFERED", 10)
    store = Slow()
    async with a_desk(store, round_events=5) as desk:
        rows = [row for row in await desk.placed(clinic.a_day(20)) if row.partition == 0]
        handing = asyncio.create_task(desk.deliver(rows))
        await store.asked.wait()
        await asyncio.sleep(0.02)
        assert not handing.done()

        store.go.set()
        await asyncio.wait_for(handing, 30)
        await desk.until(lambda: desk.worker.feeds[0].done == len(rows) - 1)


async def test_a_worker_that_is_told_to_end_while_records_come_ends() -> None:
    async with a_desk() as desk:
        rows = await desk.placed(clinic.a_day(20))
        assert desk.working is not None
        await asyncio.sleep(0.05)  # it waits for records now
        await desk.deliver(rows)
        desk.working.cancel()
        done, _ = await asyncio.wait([desk.working], timeout=20)
        assert done == {desk.working}
