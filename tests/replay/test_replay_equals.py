"""Given a recorded day, when it is folded again, then everything is the same, and any damage is found and named."""

from __future__ import annotations

import asyncio
import copy
import gc
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clinicflow.agents import all_agents
from clinicflow.codec import decode, encode
from clinicflow.errors import UnusableRecording
from clinicflow.live.draft import journaled
from clinicflow.replay.compare import Report, replay, replay_source, shares_of
from clinicflow.replay.explain import explain
from clinicflow.replay.journal_file import FileSource, export
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Place, StoreSource
from clinicflow.store.memory import MemoryStore
from tests.replay.day import Recorder, a_day, damage_state, recorded_day


@pytest.fixture(scope="module")
def day() -> Recorder:
    """A recorded day up to its afternoon; tests that damage it put it back."""
    return asyncio.run(recorded_day(share=0.85))


def replayed(store: MemoryStore) -> Report:
    return asyncio.run(replay_source(StoreSource(store)))


def lines(report: Report) -> list[str]:
    return [difference.line() for difference in report.differences]


class Kept:
    """Puts the tables back as they were."""

    def __init__(self, store: MemoryStore) -> None:
        self._tables = store._tables
        self._before = {name: dict(getattr(self._tables, name)) for name in ("cases", "tasks", "timers", "journal")}
        self._places = [list(rows) for rows in self._tables.places]

    def put_back(self) -> None:
        for name, value in self._before.items():
            setattr(self._tables, name, value)
        self._tables.places = self._places


@pytest.fixture
def store(day: Recorder) -> object:
    """The day's store, put back after the test."""
    kept = Kept(day.store)
    yield day.store
    kept.put_back()


def test_a_day_folded_again_is_the_same_day(store: MemoryStore) -> None:
    report = replayed(store)

    assert lines(report) == []
    assert report.rows > 500
    assert report.corrections > 0
    assert report.ahead == 0


def test_a_day_to_its_end_with_other_patients_is_the_same_day_too() -> None:
    recorder = asyncio.run(recorded_day(seed=5, visits=12))

    assert lines(replayed(recorder.store)) == []
    assert asyncio.run(recorder.store.visits("demo", None)) == []


def test_a_changed_hash_is_found_and_its_case_shown_step_by_step(store: MemoryStore) -> None:
    case = damage_state(store, "vitals", hash=b"x" * 16)

    report = replayed(store)

    assert [(one.kind, one.agent, one.case_id) for one in report.differences] == [("hash", "vitals", case)]
    source = StoreSource(store)
    shown = asyncio.run(_explained(source, report))
    assert shown[0] == f"case {case}, step by step:"
    assert any(line.startswith("*") and str(report.differences[0].position) in line for line in shown)
    assert any("hash: b'xxxxxxxxxxxxxxxx' stored" in line for line in shown)


async def _explained(source: StoreSource, report: Report) -> list[str]:
    return await explain(source, await source.recorded(), report.differences[0])


def test_a_state_that_no_longer_fits_its_hash_is_found(store: MemoryStore) -> None:
    case = damage_state(store, "rooming", phase="wrong")

    assert [(one.kind, one.agent, one.case_id) for one in replayed(store).differences] == [("state", "rooming", case)]


def test_a_state_that_vanished_is_found(store: MemoryStore) -> None:
    key = sorted(store._tables.cases)[0]
    del store._tables.cases[key]

    found = replayed(store).differences

    assert {(one.kind, one.case_id, one.detail) for one in found} == {("state", key[0], "not stored")}


def test_a_task_with_another_owner_is_found_with_both_owners(store: MemoryStore) -> None:
    task_id, row = next((key, row) for key, row in sorted(store._tables.tasks.items()) if row.task.owner)
    stolen = msgspec.structs.replace(row.task, owner="nobody")
    store._tables.tasks[task_id] = msgspec.structs.replace(row, task=stolen)

    [found] = replayed(store).differences

    assert (found.kind, found.subject) == ("task", task_id)
    assert found.detail == f"owner: 'nobody' stored, {row.task.owner!r} folded"


def test_a_lost_task_and_an_invented_one_are_found(store: MemoryStore) -> None:
    lost, invented = sorted(store._tables.tasks)[:2]
    del store._tables.tasks[lost]
    row = store._tables.tasks[invented]
    extra = "00000000-0000-5000-8000-000000000000"
    other = msgspec.structs.replace(row.task, task_id=extra)
    store._tables.tasks[extra] = msgspec.structs.replace(row, task=other)

    found = {(one.subject, one.detail) for one in replayed(store).differences}

    assert found == {(lost, "not stored"), (extra, "no row leads to it")}


def test_a_running_timer_that_was_lost_is_found(store: MemoryStore) -> None:
    timer_id = sorted(store._tables.timers)[0]
    del store._tables.timers[timer_id]

    found = [(one.kind, one.subject, one.detail) for one in replayed(store).differences]

    assert found == [("timer", timer_id, "should run, but does not")]


def test_a_derived_event_with_other_fields_is_found(store: MemoryStore) -> None:
    places = store._tables.places
    partition, index = next(
        (part, at) for part, rows in enumerate(places) for at, row in enumerate(rows) if row.type == "case-opened"
    )
    row = places[partition][index]
    other = msgspec.structs.replace(decode(row.payload), linked_kind="unknown")
    places[partition] = list(places[partition])
    places[partition][index] = msgspec.structs.replace(row, payload=encode(other))

    assert ("derived event", row.event_id, "journaled with other fields") in {
        (one.kind, one.subject, one.detail) for one in replayed(store).differences
    }


def test_a_derived_event_that_nothing_causes_is_found_at_its_own_place(store: MemoryStore) -> None:
    places = store._tables.places
    partition, index = [
        (part, at) for part, rows in enumerate(places) for at, row in enumerate(rows) if row.type == "case-opened"
    ][-1]
    row = places[partition][index]
    invented = "00000000-0000-5000-8000-000000000001"
    other = msgspec.structs.replace(decode(row.payload), event_id=invented)
    places[partition] = list(places[partition])
    places[partition][index] = msgspec.structs.replace(row, event_id=invented, payload=encode(other))

    report = replayed(store)
    assert (partition, row.position, invented, "journaled, but nothing causes it") in {
        (one.partition, one.position, one.subject, one.detail) for one in report.differences
    }
    assert (partition, row.position) != (0, 0)
    assert all(one.case_id for one in report.differences)
    shown = asyncio.run(_explained(StoreSource(store), report))
    assert shown[0] == f"case {report.differences[0].case_id}, step by step:"
    assert [line for line in shown if line.startswith("*")]


def test_what_was_placed_but_not_applied_yet_is_no_difference(day: Recorder) -> None:
    async def given() -> Recorder:
        recorder = await recorded_day(visits=3)
        async with recorder.store.intake() as transaction:
            await transaction.append([journaled(a_day(2, 3).primaries[0])])
        lease = await recorder.store.take_lease("recorder")
        assert lease is not None
        assert await recorder.store.place(lease[0], recorder.now, 10)
        return recorder

    report = replayed(asyncio.run(given()).store)

    assert lines(report) == []
    assert report.ahead == 1


def test_an_event_that_an_agent_could_not_apply_is_skipped_by_replay_too() -> None:
    report = replayed(asyncio.run(_day_with_a_fault()).store)

    assert lines(report) == []
    assert report.skipped == 2


async def _day_with_a_fault() -> Recorder:
    """The rooming agent breaks on two events; by the time of the replay it has been put right."""
    broken = copy.copy(all_agents()["rooming"])
    right, left = broken.handlers["roomed"], [1, 2]

    def handler(state: Any, event: Any, facts: Any) -> Any:
        if left:
            left.pop()
            raise ZeroDivisionError("planted")
        return right(state, event, facts)

    broken.handlers = {**broken.handlers, "roomed": handler}
    recorder = await Recorder({**all_agents(), "rooming": broken}).begin()
    await recorder.tell(a_day(5, 12).primaries)
    return recorder


def test_a_journal_file_replays_on_two_processes_like_the_journal(store: MemoryStore, tmp_path: Path) -> None:
    path = tmp_path / "day.journal"

    count = asyncio.run(export(StoreSource(store), path))
    report = replay(Place(file=str(path)), 2)

    assert report.rows == count == sum(len(rows) for rows in store._tables.places)
    assert report.equal, lines(report)
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("processes", [1, 2])
def test_a_replay_leaves_garbage_collection_as_it_was(store: MemoryStore, tmp_path: Path, processes: int) -> None:
    path = tmp_path / "day.journal"
    asyncio.run(export(StoreSource(store), path))
    before = gc.get_threshold(), gc.get_freeze_count()

    replay(Place(file=str(path)), processes)

    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_a_journal_file_carries_damage_too(store: MemoryStore, tmp_path: Path) -> None:
    path = tmp_path / "day.journal"
    case = damage_state(store, "flow", hash=b"y" * 16)
    asyncio.run(export(StoreSource(store), path))

    report = replay(Place(file=str(path)), 1)

    assert [(one.kind, one.case_id) for one in report.differences] == [("hash", case)]


def test_a_file_that_was_cut_off_is_unusable(store: MemoryStore, tmp_path: Path) -> None:
    path = tmp_path / "day.journal"
    asyncio.run(export(StoreSource(store), path))
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(UnusableRecording, match="whole journal file"):
        FileSource(path)


def test_a_store_without_any_applied_event_is_unusable() -> None:
    with pytest.raises(UnusableRecording, match="agents that have applied events"):
        replayed(MemoryStore(2))


def test_partitions_are_shared_out_by_their_rows() -> None:
    recorded = Recorded(4, {0: 99, 1: 10, 2: 50, 3: 40}, {}, {}, [], True)

    assert shares_of(recorded, 2) == [[0], [2, 3, 1]]
    assert shares_of(recorded, 1) == [[0, 2, 3, 1]]
