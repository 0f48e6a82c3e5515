"""Given a recorded day, when the board of a past second is asked for, then it is what the live board showed then."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from clinicflow.codec.times import text_of
from clinicflow.core.event import ENVELOPE_SET, Event
from clinicflow.core.ids import named
from clinicflow.core.ranking import POOL, Ranked, policy_of, rank, standing
from clinicflow.events import CheckedOut, CheckoutReversed, EventVoided
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
    ranked: list[Any]


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
        rows = await recorder.store.tasks("demo", clinic_id="north")
        tasks = {row.task.task_id: row.task for row in rows}
        stands = standing([(row.task, row.case_id, row.patient_id) for row in rows], visits.values())
        shown.append(Shown(recorder.now, visits, tasks, rank(stands, POOL, policy_of({}), recorder.now)))
        recorder.now += 1
    return recorder, shown


def board(recorder: Recorder, at: int, by: Any = "logged", clinic: str = "north") -> PastBoard:
    async def fold() -> PastBoard:
        source = StoreSource(recorder.store)
        return await board_as_of(source, await source.recorded(), "demo", clinic, at, by)

    return asyncio.run(fold())


def test_the_board_of_any_past_second_is_the_one_that_was_shown(watched: tuple[Recorder, list[Shown]]) -> None:
    recorder, moments = watched
    busy = 0
    for shown in moments:
        past = board(recorder, shown.at)

        assert {visit.view.case_id: visit.view for visit in past.visits} == shown.visits
        assert {one.task.task_id: one.task for one in past.tasks} == shown.tasks
        assert [Ranked(one.task.task_id, one.reasons) for one in past.tasks] == shown.ranked
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


def told(*events: Event) -> Recorder:
    """A clinic to which only this was told, in this order."""

    async def tell() -> Recorder:
        recorder = await Recorder().begin()
        await recorder.tell(events)
        return recorder

    return asyncio.run(tell())


def changed(event: Event, **fields: Any) -> Event:
    return msgspec.structs.replace(event, **fields)


def arrival() -> tuple[Event, Event]:
    """A patient comes and gets a ticket."""
    arrived, ticket = (changed(event, clinic_id="north") for event in a_day(3, 18).primaries[:2])
    assert (arrived.TYPE, ticket.TYPE) == ("patient-arrived", "ticket-issued")
    return arrived, ticket


def tickets(recorder: Recorder, at: int, by: str) -> list[str | None]:
    return [visit.view.ticket for visit in board(recorder, at, by).visits]


def test_what_came_late_is_not_on_the_board_of_then_but_in_the_view_of_what_was_true() -> None:
    arrived, ticket = arrival()
    recorder = told(arrived, changed(ticket, recorded_at=ticket.occurred_at + 10 * MINUTE))
    asked = ticket.occurred_at + 5 * MINUTE

    assert tickets(recorder, asked, "logged") == [None]
    assert tickets(recorder, asked, "occurred") == [ticket.ticket]  # type: ignore[attr-defined]


def test_what_was_voided_later_was_on_the_board_of_then_but_was_never_true() -> None:
    arrived, ticket = arrival()
    late = ticket.occurred_at + 10 * MINUTE
    void = EventVoided(
        **{name: getattr(ticket, name) for name in ENVELOPE_SET if name not in ("event_id", "corrects", "recorded_at")}
        | {"event_id": named("test void"), "corrects": ticket.event_id, "recorded_at": late, "occurred_at": late},
        reason="entered_in_error",
    )
    recorder = told(arrived, ticket, void)
    asked = ticket.occurred_at + 5 * MINUTE

    assert tickets(recorder, asked, "logged") == [ticket.ticket]  # type: ignore[attr-defined]
    assert tickets(recorder, asked, "occurred") == [None]


def test_what_was_corrected_later_was_true_as_it_was_corrected() -> None:
    arrived, ticket = arrival()
    late = ticket.occurred_at + 10 * MINUTE
    right = changed(ticket, event_id=named("test right"), corrects=ticket.event_id, ticket="XX99", recorded_at=late)
    recorder = told(arrived, ticket, right)
    asked = ticket.occurred_at + 5 * MINUTE

    assert tickets(recorder, asked, "logged") == [ticket.ticket]  # type: ignore[attr-defined]
    assert tickets(recorder, asked, "occurred") == ["XX99"]


def test_who_came_back_was_on_the_board_before_and_after_but_not_between_the_check_outs() -> None:
    arrived, ticket = arrival()
    envelope = {name: getattr(ticket, name) for name in ENVELOPE_SET}

    def later(kind: type[Event], minutes: int, **fields: Any) -> Event:
        at = ticket.occurred_at + minutes * MINUTE
        own = {"event_id": named(f"test {minutes}"), "occurred_at": at, "recorded_at": at}
        return kind(**{**envelope, **own, **fields})

    out, gone = later(CheckedOut, 10), later(CheckedOut, 30)
    recorder = told(arrived, ticket, out, later(CheckoutReversed, 20, reason="came_back"), gone)

    for by in ("logged", "occurred"):
        seen = [tickets(recorder, ticket.occurred_at + minutes * MINUTE, by) for minutes in (5, 15, 25, 35)]
        assert seen == [[ticket.ticket], [], [ticket.ticket], []]  # type: ignore[attr-defined]
    [there] = board(recorder, ticket.occurred_at + 25 * MINUTE).visits
    assert there.waiting is not None
    assert there.waiting.activity == "checkout"


def test_a_visit_that_went_to_another_clinic_is_on_the_board_of_that_one_with_all_that_was_before() -> None:
    arrived, ticket = arrival()
    moved = changed(ticket, clinic_id="south", occurred_at=ticket.occurred_at + MINUTE)
    recorder = told(arrived, moved)

    for by in ("logged", "occurred"):
        assert board(recorder, recorder.now + 2 * MINUTE, by).visits == ()
        [there] = board(recorder, recorder.now + 2 * MINUTE, by, "south").visits
        assert there.view.arrived_at == arrived.occurred_at
    live = asyncio.run(recorder.store.visits("demo", "south"))
    assert [there.view] == live


def test_the_text_names_the_clinic_the_moment_and_each_open_task(watched: tuple[Recorder, list[Shown]]) -> None:
    recorder, moments = watched
    busiest = max(moments, key=lambda shown: len(shown.tasks))

    lines = list(lines_of(board(recorder, busiest.at)))

    assert lines[0].startswith(f"clinic north (demo) at {text_of(busiest.at)}, as it was known;")
    assert f"{len(busiest.visits)} patients in the clinic" in lines
    assert sum("due " in line for line in lines) == len(busiest.tasks) > 0
    because = [line.partition("; because: ")[2] for line in lines if "; because: " in line]
    assert any("queues for" in line for line in because)
