"""Screens: what boards read, and the numbered feed that lets one resume exactly."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from clinicflow.store.mem import tables
from clinicflow.store.pg import screens as pg_screens
from clinicflow.store.ports import Store
from clinicflow.store.rows import Forgotten
from tests.store.given import (
    GROUP,
    NOW,
    ORG,
    a_round,
    event,
    placed,
    state,
    task,
    task_row,
    timer_row,
    uid,
    view,
    worker,
)

pytestmark = pytest.mark.asyncio


async def test_tasks_come_most_urgent_first_and_by_clinic_and_case(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    rows = (
        task_row(row, task("routine soon", due_at=1)),
        task_row(row, task("stat", priority="stat", due_at=9)),
        task_row(row, task("urgent late", priority="urgent", due_at=8)),
        task_row(row, task("urgent soon", priority="urgent", due_at=2)),
        task_row(row, task("elsewhere", due_at=5), clinic_id="south"),
        task_row(row, task("done", priority="stat", status="completed")),
    )
    await store.commit_round(a_round(marks[row.partition], 0, tasks=rows))

    async def names(**which: object) -> list[str]:
        known = {row.task.task_id: row for row in rows}
        found = await store.tasks(ORG, **which)  # type: ignore[arg-type]
        assert all(known[each.task.task_id] == each for each in found)
        return [each.task.task_id for each in found]

    order = ["stat", "urgent soon", "urgent late", "routine soon"]
    assert await names(clinic_id="north") == [uid(name) for name in order]
    assert await names() == [uid(name) for name in [*order, "elsewhere"]]
    assert await names(limit=2) == [uid(name) for name in order[:2]]
    assert await names(case_id=row.case_id, clinic_id="south") == [uid("elsewhere")]
    assert uid("done") in await names(open_only=False)
    assert await store.tasks("other") == []
    assert await store.task("other", uid("stat")) is None


async def test_held_tasks_are_those_that_somebody_has_taken(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    rows = (
        task_row(row, task("free")),
        task_row(row, task("taken", status="accepted", owner="ma-ana", due_at=4)),
        task_row(row, task("on hold", status="on-hold", owner="ma-ana", priority="stat")),
        task_row(row, task("done", status="completed", owner="ma-ana")),
        task_row(row, task("elsewhere", status="accepted", owner="ma-ana"), clinic_id="south"),
    )
    await store.commit_round(a_round(marks[row.partition], 0, tasks=rows))
    assert [each.task.task_id for each in await store.held_tasks(ORG, "north")] == [uid("on hold"), uid("taken")]
    assert await store.held_tasks("other", "north") == []


async def test_all_open_tasks_of_a_clinic_come_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (tables, pg_screens):
        monkeypatch.setattr(module, "_BATCH", 2)
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    wanted = [task_row(row, task(f"open {number}"), rules=3) for number in range(5)]
    others = (task_row(row, task("done", status="completed")), task_row(row, task("away"), clinic_id="south"))
    await store.commit_round(a_round(marks[row.partition], 0, tasks=(*wanted, *others)))
    pages = [page async for page in store.open_tasks(ORG, "north")]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == sorted(wanted, key=lambda each: each.task.task_id)
    assert [page async for page in store.open_tasks("other", "north")] == []


async def test_visits_come_by_clinic(store: Store) -> None:
    marks = await worker(store)
    north, south = await placed(store, event("a", case="one"), event("b", case="two"))
    there = state(south, clinic_id="south", view=view(south, clinic_id="south", stage="roomed", room_id="s-1"))
    for row, kept in ((north, state(north)), (south, there)):
        mark = (await store.assign(GROUP, [row.partition]))[row.partition]
        assert await store.commit_round(a_round(mark, mark.position + 1, states=(kept,))) != frozenset()
    assert marks.keys() == (await store.heads()).keys()
    assert [found.case_id for found in await store.visits(ORG, "north")] == [north.case_id]
    assert await store.visits(ORG, "south") == [there.view]
    assert len(await store.visits(ORG, None)) == 2
    assert await store.visits("other", None) == []


async def test_visits_that_ended_come_by_when_their_end_was_placed(store: Store) -> None:
    await worker(store)
    names = ["long ago", "before", "since", "later", "again", "still"]
    kinds = ["checked-out", "visit-cancelled", "checked-out", "left-without-being-seen", "checked-out", "checked-in"]
    rows = []
    for place, (name, kind) in enumerate(zip(names, kinds, strict=True)):
        rows += await placed(store, event(name, case=name, type=kind), now=NOW + place)
    rows += await placed(store, event("elsewhere", case="elsewhere", type="checked-out", org="other"), now=NOW + 9)
    for row in rows:
        mark = (await store.assign(GROUP, [row.partition]))[row.partition]
        is_open = row.case_id in (uid("again"), uid("still"))
        kept = state(row, open=is_open)
        assert await store.commit_round(a_round(mark, row.position, states=(kept,))) != frozenset()

    async def ended(since: int) -> list[str]:
        return [found.case_id for found in await store.ended_visits(ORG, since)]

    assert await ended(NOW + 2) == sorted([uid("since"), uid("later")])
    assert await ended(NOW) == sorted([uid("long ago"), uid("before"), uid("since"), uid("later")])
    assert await ended(NOW + 4) == [], "what was opened again has not ended"
    assert await ended(NOW + 100) == []
    assert [found.case_id for found in await store.ended_visits("other", NOW)] == [uid("elsewhere")]


async def test_a_screen_resumes_after_the_last_change_it_saw(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    mark, seen = marks[row.partition], await store.cursor()
    for number in range(5):
        made = task_row(row, task(f"task {number}"))
        await store.commit_round(a_round(mark, number, tasks=(made,)))
        mark = msgspec.structs.replace(mark, position=number)
    first = await store.changes(seen, limit=2)
    rest = await store.changes(first[-1].cursor)
    told = [change.tasks[0].task.task_id for change in (*first, *rest)]
    assert told == [uid(f"task {number}") for number in range(5)]
    assert await store.changes(await store.cursor()) == []
    assert await store.cursor() == rest[-1].cursor


async def test_a_round_that_changes_nothing_on_screens_tells_nothing(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    await store.commit_round(a_round(marks[row.partition], 0, states=(state(row, view=None, kind="refill"),)))
    assert await store.changes("") == []


async def test_screens_are_woken_by_a_round(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    woken = asyncio.Event()
    async with store.wake(woken.set):
        woken.clear()
        await store.commit_round(a_round(marks[row.partition], 0, tasks=(task_row(row, task()),)))
        await asyncio.wait_for(woken.wait(), timeout=30)


async def test_a_patient_without_task_and_timer_is_forgotten(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    mark = marks[row.partition]
    await store.commit_round(a_round(mark, 0, states=(state(row),)))
    assert await store.forgotten(ORG) == [Forgotten(row.case_id, "north", row.logged_at)]
    assert await store.forgotten("other") == []
    mark = msgspec.structs.replace(mark, position=0)
    await store.commit_round(a_round(mark, 1, tasks=(task_row(row, task("t")),)))
    assert await store.forgotten(ORG) == []
    done = task_row(row, task("t", status="completed"))
    mark = msgspec.structs.replace(mark, position=1)
    await store.commit_round(a_round(mark, 2, tasks=(done,), timers_set=(timer_row(row, fires_at=NOW),)))
    assert await store.forgotten(ORG) == []


async def test_a_patient_is_not_called_forgotten_while_a_group_is_behind(store: Store) -> None:
    marks = await worker(store, ["flow"], "first")
    behind = await worker(store, ["vitals"], "second")
    [row] = await placed(store, event("a"))
    await store.commit_round(a_round(marks[row.partition], 0, group="first", states=(state(row),)))
    assert await store.forgotten(ORG) == []
    await store.commit_round(a_round(behind[row.partition], 0, group="second"))
    assert await store.forgotten(ORG) == [Forgotten(row.case_id, "north", row.logged_at)]


async def test_sent_changes_are_pruned_and_unsent_ones_stay(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    mark = marks[row.partition]
    for number in range(3):
        await store.commit_round(a_round(mark, number, tasks=(task_row(row, task(f"t{number}")),)))
        mark = msgspec.structs.replace(mark, position=number)
    lease = await store.take_lease("the relay")
    assert lease is not None
    second = (await store.changes(""))[1].cursor
    await store.set_tasks_cursor(lease[0], second)
    assert await store.prune_changes(0) == 0
    assert await store.prune_changes(2**62) == 2
    assert [change.tasks[0].task.task_id for change in await store.changes("")] == [uid("t2")]
    await store.set_tasks_cursor(lease[0], await store.cursor())
    newest = await store.cursor()
    assert await store.prune_changes(2**62) == 1
    assert (await store.cursor(), await store.changes(newest)) == (newest, [])
