"""Given a recorded day, when the board of a past second is asked for, then it is what the live board showed then."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from clinicflow.codec.times import text_of
from clinicflow.replay.board import PastBoard, board_as_of
from clinicflow.replay.board_text import lines_of
from clinicflow.replay.sources import StoreSource
from tests.replay.day import Recorder, a_day

MINUTE = 60_000_000


class Shown(msgspec.Struct):
    """What the live board showed at a moment."""

    at: int
    visits: dict[str, Any]
    tasks: dict[str, Any]


@pytest.fixture(scope="module")
def watched() -> tuple[Recorder, list[Shown]]:
    """A day during which somebody looks at the north clinic's board now and then."""
    return asyncio.run(_watched())


async def _watched() -> tuple[Recorder, list[Shown]]:
    recorder = await Recorder().begin()
    events = a_day(3, 18).primaries
    shown = []
    for start in range(0, len(events), 90):
        await recorder.tell(events[start : start + 90])
        visits = {view.case_id: view for view in await recorder.store.visits("demo", "north")}
        tasks = {row.task.task_id: row.task for row in await recorder.store.tasks("demo", clinic_id="north")}
        shown.append(Shown(recorder.now, visits, tasks))
        recorder.now += 1
    return recorder, shown


def board(recorder: Recorder, at: int, by: Any = "logged") -> PastBoard:
    async def fold() -> PastBoard:
        source = StoreSource(recorder.store)
        return await board_as_of(source, await source.recorded(), "demo", "north", at, by)

    return asyncio.run(fold())


def test_the_board_of_any_past_second_is_the_one_that_was_shown(watched: tuple[Recorder, list[Shown]]) -> None:
    recorder, moments = watched
    busy = 0
    for shown in moments:
        past = board(recorder, shown.at)

        assert {visit.view.case_id: visit.view for visit in past.visits} == shown.visits
        assert {one.task.task_id: one.task for one in past.tasks} == shown.tasks
        busy += bool(shown.visits and shown.tasks)
    assert busy > 3


def test_every_visit_of_a_past_board_says_for_whom_it_waits(watched: tuple[Recorder, list[Shown]]) -> None:
    recorder, moments = watched
    busiest = max(moments, key=lambda shown: len(shown.visits))

    past = board(recorder, busiest.at)

    reasons = {visit.waiting.reason for visit in past.visits if visit.waiting is not None}
    assert len(past.visits) == len(busiest.visits) > 0
    assert None not in [visit.waiting for visit in past.visits]
    assert "forgotten" not in reasons


def test_a_late_measurement_is_not_on_the_board_of_then_but_in_the_view_of_what_was_true() -> None:
    async def given() -> Recorder:
        recorder = await Recorder().begin()
        arrived, ticket = (event for event in a_day(3, 18).primaries[:2])
        late = msgspec.structs.replace(ticket, recorded_at=ticket.occurred_at + 10 * MINUTE)
        await recorder.tell([arrived, late] if arrived.TYPE == "patient-arrived" else [late])
        return recorder

    recorder = asyncio.run(given())
    first = a_day(3, 18).primaries[0]
    asked = first.occurred_at + 5 * MINUTE

    def tickets(by: str) -> list[str | None]:
        async def fold() -> PastBoard:
            source = StoreSource(recorder.store)
            recorded = await source.recorded()
            return await board_as_of(source, recorded, "demo", first.clinic_id, asked, by)  # type: ignore[arg-type]

        return [visit.view.ticket for visit in asyncio.run(fold()).visits]

    assert tickets("logged") == [None]
    assert tickets("occurred") != [None]
    assert len(tickets("occurred")) == 1


def test_the_text_names_the_clinic_the_moment_and_each_open_task(watched: tuple[Recorder, list[Shown]]) -> None:
    recorder, moments = watched
    busiest = max(moments, key=lambda shown: len(shown.tasks))

    lines = list(lines_of(board(recorder, busiest.at)))

    assert lines[0].startswith(f"clinic north (demo) at {text_of(busiest.at)}, as it was known;")
    assert f"{len(busiest.visits)} patients in the clinic" in lines
    assert sum("due " in line for line in lines) == len(busiest.tasks) > 0
