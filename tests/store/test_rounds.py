"""Rounds: all of a partition or nothing of it, decided by epoch and position."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from clinicflow.store.ports import Store
from clinicflow.store.rows import DeadLetter, RejectionRow, Round
from tests.store.given import (
    GROUP,
    NOW,
    ORG,
    a_round,
    event,
    move,
    place,
    placed,
    state,
    task,
    task_row,
    timer_row,
    uid,
    worker,
)

pytestmark = pytest.mark.asyncio


async def test_everything_of_a_round_is_there_after_it(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("checked in"))
    vitals, derived = task("take vitals"), event("derived", case="a room", type="room-occupied")
    timer = timer_row(row)
    matched = await store.commit_round(
        a_round(
            marks[row.partition],
            0,
            states=(state(row, b"\x81\xa1a\x01"),),
            tasks=(task_row(row, vitals),),
            timers_set=(timer,),
            derived=((row.partition, derived),),
        )
    )
    assert matched == {row.partition}
    assert await store.load_states(GROUP, [row.case_id, uid("unknown")]) == {row.case_id: b"\x81\xa1a\x01"}
    assert await store.tasks(ORG) == [task_row(row, vitals)]
    assert [batch async for batch in store.all_timers()] == [[timer]]
    assert [placed_.event_id for placed_ in await place(store)] == [uid("derived")]
    again = await store.assign(GROUP, [row.partition])
    assert (again[row.partition].position, again[row.partition].koffset) == (0, 0)


async def test_a_partition_that_another_worker_took_writes_nothing_and_the_others_commit(store: Store) -> None:
    marks = await worker(store)
    rows = await placed(store, *(event(case=f"visit {n}") for n in range(40)))
    mine, lost = rows[0], rows[-1]
    assert mine.partition != lost.partition
    await store.assign(GROUP, [lost.partition])
    last = {row.partition: row.position for row in rows}
    letter = DeadLetter(uid("letter"), ORG, "step", "boom", NOW, lost.partition, 0, "flow", lost.event_id, lost.case_id)
    round_ = Round(
        group=GROUP,
        moves=tuple(move(marks[row.partition], last[row.partition]) for row in (mine, lost)),
        states=(state(mine), state(lost)),
        tasks=(task_row(mine, task("kept")), task_row(lost, task("dropped"))),
        timers_set=(timer_row(mine, "kept timer"), timer_row(lost, "dropped timer")),
        derived=((mine.partition, event("kept derived")), (lost.partition, event("dropped derived"))),
        rejections=(RejectionRow(lost.partition, 0, ORG, lost.event_id, "flow", "no", "no"),),
        dead_letters=(letter,),
    )
    assert await store.commit_round(round_) == {mine.partition}
    assert await store.load_states(GROUP, [mine.case_id, lost.case_id]) == {mine.case_id: b"\x80"}
    assert [row.task.task_id for row in await store.tasks(ORG)] == [uid("kept")]
    assert [row.timer.timer_id async for batch in store.all_timers() for row in batch] == [uid("kept timer")]
    assert [row.event_id for row in await place(store)] == [uid("kept derived")]
    assert await store.dead_letters() == []
    found = await store.outcome(ORG, lost.event_id)
    assert found is not None
    assert found.rejections == ()
    [change] = await store.changes("")
    assert [row.task.task_id for row in change.tasks] == [uid("kept")]
    assert [view.case_id for view in change.visits] == [mine.case_id]


async def test_a_round_that_starts_elsewhere_than_the_checkpoint_writes_nothing(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    mark = msgspec.structs.replace(marks[row.partition], position=5)
    assert await store.commit_round(a_round(mark, 6, tasks=(task_row(row, task()),))) == frozenset()
    assert await store.tasks(ORG) == []


async def test_a_round_whose_answer_was_lost_may_be_sent_again(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    round_ = a_round(marks[row.partition], 0, tasks=(task_row(row, task()),), derived=((row.partition, event("d")),))
    assert await store.commit_round(round_) == {row.partition}
    assert await store.commit_round(round_) == {row.partition}
    assert len(await store.changes("")) == 1
    assert len(await place(store)) == 1


async def test_a_zombie_s_round_is_refused_after_the_new_owner_s(store: Store) -> None:
    old = await worker(store)
    [row] = await placed(store, event("a"))
    new = await store.assign(GROUP, [row.partition])
    await store.commit_round(a_round(new[row.partition], 0, states=(state(row, b"new"),)))
    assert await store.commit_round(a_round(old[row.partition], 0, states=(state(row, b"old"),))) == frozenset()
    assert await store.load_states(GROUP, [row.case_id]) == {row.case_id: b"new"}


async def test_of_two_workers_with_the_same_partition_one_wins(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    mark = marks[row.partition]
    first = a_round(mark, 0, tasks=(task_row(row, task("one")),))
    other = msgspec.structs.replace(mark, epoch=mark.epoch + 1)
    second = a_round(other, 0, tasks=(task_row(row, task("two")),))
    answers = await asyncio.gather(store.commit_round(first), store.commit_round(second))
    assert answers == [{row.partition}, frozenset()]
    assert [found.task.task_id for found in await store.tasks(ORG)] == [uid("one")]


async def test_of_several_changes_to_a_task_the_last_stands_and_all_are_told(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    made, claimed = task("t"), task("t", status="accepted", owner="ma-ana")
    rows = (task_row(row, made), task_row(row, claimed, "claimed", told="ma-ana"))
    await store.commit_round(a_round(marks[row.partition], 0, tasks=rows))
    assert await store.task(ORG, uid("t")) == rows[1]
    [change] = await store.changes("")
    assert change.tasks == rows


async def test_a_later_round_replaces_state_task_and_clears_the_timer(store: Store) -> None:
    marks = await worker(store)
    [first] = await placed(store, event("a"))
    await store.commit_round(
        a_round(
            marks[first.partition],
            0,
            states=(state(first, b"1"),),
            tasks=(task_row(first, task("t")),),
            timers_set=(timer_row(first),),
        )
    )
    [second] = await placed(store, event("b"))
    done = task_row(second, task("t", status="completed"), "completed")
    mark = msgspec.structs.replace(marks[first.partition], position=0)
    await store.commit_round(
        a_round(
            mark,
            1,
            states=(state(second, b"2", open=False),),
            tasks=(done,),
            timers_cleared=((second.partition, uid("a timer")),),
        )
    )
    assert await store.load_states(GROUP, [first.case_id]) == {first.case_id: b"2"}
    assert await store.tasks(ORG) == []
    assert await store.tasks(ORG, open_only=False) == [done]
    assert [batch async for batch in store.all_timers()] == []
    assert await store.visits(ORG, None) == []
    assert [found.case_id for found in await store.visits(ORG, None, open_only=False)] == [first.case_id]


async def test_a_timer_set_and_cleared_in_one_round_does_not_run(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    cleared = ((row.partition, uid("a timer")),)
    await store.commit_round(a_round(marks[row.partition], 0, timers_set=(timer_row(row),), timers_cleared=cleared))
    assert await store.due(NOW, 10) == []


async def test_timers_and_escalations_are_due_in_order(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    late = task("late", escalate_at=NOW - 5, escalation_timer=uid("escalation"))
    done = task("done", status="completed", escalate_at=NOW - 9, escalation_timer=uid("of done"))
    await store.commit_round(
        a_round(
            marks[row.partition],
            0,
            tasks=(task_row(row, late), task_row(row, done)),
            timers_set=(timer_row(row, "first", fires_at=NOW - 9), timer_row(row, "future", fires_at=NOW + 1)),
        )
    )
    due = await store.due(NOW, 10)
    assert [(timer.timer_id, timer.fires_at, timer.task_id) for timer in due] == [
        (uid("first"), NOW - 9, None),
        (uid("escalation"), NOW - 5, uid("late")),
    ]
    assert [timer.timer_id for timer in await store.due(NOW, 1)] == [uid("first")]


async def test_a_dead_letter_of_a_round_keeps_its_case_incomplete_until_it_is_sent_again(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a", body=b"the bytes"))
    letter = DeadLetter(
        uid("letter"), ORG, "step", "ValueError in vitals", NOW, row.partition, 0, "vitals", row.event_id, row.case_id
    )
    await store.commit_round(a_round(marks[row.partition], 0, dead_letters=(letter,)))
    assert await store.dead_letters() == [letter]
    found = await store.find_dead_letter(uid("letter"))
    assert found is not None
    assert found.payload == b"the bytes"
    assert await store.incomplete_cases(ORG) == [row.case_id]
    again = event("again", body=b"the bytes", resubmits=row.event_id, target_agent="vitals")
    assert (await store.resubmit(uid("letter"), again)).status == "stored"
    assert (await store.resubmit(uid("letter"), again)).status == "duplicate"
    assert await store.dead_letters() == []
    [closed] = await store.dead_letters(open_only=False)
    assert (closed.attempts, closed.resubmitted_as) == (1, uid("again"))
    assert await store.incomplete_cases(ORG) == []
    assert [placed_.target_agent for placed_ in await place(store)] == ["vitals"]


async def test_an_incomplete_case_is_listed_until_its_state_is_whole(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    mark = marks[row.partition]
    await store.commit_round(a_round(mark, 0, states=(state(row, incomplete=True),)))
    assert await store.incomplete_cases(ORG) == [row.case_id]
    assert await store.incomplete_cases("other") == []
    mark = msgspec.structs.replace(mark, position=0)
    await store.commit_round(a_round(mark, 1, states=(state(row),)))
    assert await store.incomplete_cases(ORG) == []


async def test_a_foreign_record_is_kept_with_its_payload(store: Store) -> None:
    marks = await worker(store)
    letter = DeadLetter(uid("letter"), None, "foreign", "no cf_log header", NOW, 1, payload_hash="ab", payload=b"alien")
    await store.commit_round(a_round(marks[1], 0, dead_letters=(letter,)))
    assert await store.find_dead_letter(uid("letter")) == letter


async def test_health_counts_what_waits(store: Store) -> None:
    await worker(store)
    rows = await placed(store, *(event(case=f"visit {n}") for n in range(12)))
    await asyncio.sleep(0.01)
    async with store.intake() as transaction:
        await transaction.append([event("waiting")])
    health = await store.health()
    assert (health.placed, health.unplaced, health.journal_events, health.dead_letters) == (12, 1, 13, 0)
    assert 0 <= health.oldest_unplaced_s < 30
    assert sum(health.lag[GROUP].values()) == len(rows)
    assert set(health.waits_s) == {GROUP}
    assert health.groups == {"flow": GROUP, "vitals": GROUP}
    assert health.behind_s("flow") == max(health.waits_s[GROUP], health.oldest_unplaced_s)
