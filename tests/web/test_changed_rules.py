"""Rules that change while tasks are open."""

from __future__ import annotations

import copy
import uuid
from pathlib import Path
from typing import Any

import pytest

from clinicflow.core.bundle import bundle_hash
from clinicflow.live import migrating
from tests.live.test_rechecker import no_more_vitals
from tests.web.kit import World, a_world, document

pytestmark = pytest.mark.asyncio


def with_other_title(title: str, done_by: str | None = None) -> dict[str, Any]:
    """The demo bundle with another English title of the rule that asks for vital signs, and perhaps another fact that
    ends its task."""
    changed = copy.deepcopy(document())
    of_vitals = [protocol for protocol in changed["protocols"] if protocol["agent"] == "vitals"]
    (rule,) = [rule for protocol in of_vitals for rule in protocol["rules"] if rule["id"] == "take-vitals"]
    rule["task"]["title"]["en"] = title
    if done_by is not None:
        rule["task"]["done_by"] = [done_by]
    return changed


async def roomed(world: World, ticket: str) -> str:
    """A visit that waits for its vital signs."""
    about = await world.arrival(ticket)
    case, patient = about["case_id"], about["patient_id"]
    await world.tell("checked-in", case, identifiers_matched=2, patient_id=patient)
    await world.tell("roomed", case, room_id="n-1", patient_id=patient)
    await world.settle()
    return case


async def titles(world: World) -> dict[str, str]:
    """The English titles of the tasks for vital signs on the board, by case."""
    client = await world.signed_in(await world.on_shift("MA"))
    board = (await client.get("/ui/board/north")).json()
    return {task["case_id"]: task["titles"]["en"] for task in board["tasks"] if task["rule"] == "take-vitals"}


async def test_a_task_keeps_the_words_of_the_rule_that_made_it(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        # given a visit with an open task, and a board that shows it
        before = await roomed(world, "KT11")
        assert await titles(world) == {before: "Take vital signs"}

        # when other rules come into force and another visit begins
        changed = with_other_title("Measure now")
        await world.store.apply_bundle("demo", bundle_hash(changed), changed, world.now())
        world.ahead += 5_000_000
        after = await roomed(world, "KT12")

        # then each task is told in the words of its own rule, also by a server that starts only now
        assert await titles(world) == {before: "Take vital signs", after: "Measure now"}
        await world.hub.stop()
        world.hub._mirrors.clear()
        assert await titles(world) == {before: "Take vital signs", after: "Measure now"}


async def migrate(world: World) -> None:
    """All that has begun goes by the bundle in force."""
    stored = await world.store.bundle("demo")
    cases = await migrating.open_cases(world.store, stored)
    assert (await migrating.migrate(world.store, stored, cases, world.now())).told
    await world.shown()


async def closings(world: World) -> dict[str, str]:
    """What ends the tasks for vital signs on the board, by case."""
    client = await world.signed_in(await world.on_shift("MA"))
    board = (await client.get("/ui/board/north")).json()
    return {task["case_id"]: task["closing"] for task in board["tasks"] if task["rule"] == "take-vitals"}


async def test_the_board_asks_for_what_ends_the_task_by_the_rules_that_its_case_goes_by(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        before = await roomed(world, "KT11")
        changed = with_other_title("Measure now", done_by="history-recorded")
        await world.store.apply_bundle("demo", bundle_hash(changed), changed, world.now())
        world.ahead += 5_000_000
        after = await roomed(world, "KT12")
        assert await closings(world) == {before: "vitals-taken", after: "history-recorded"}

        await migrate(world)

        assert await closings(world) == {before: "history-recorded", after: "history-recorded"}
        assert await titles(world) == {before: "Take vital signs", after: "Measure now"}
        await world.hub.stop()
        world.hub._mirrors.clear()
        assert await closings(world) == {before: "history-recorded", after: "history-recorded"}


async def complete(world: World, staff: str, case: str) -> tuple[int, str]:
    """Send what ends the task for vital signs with the request to count it; the answer, and the task's status then."""
    (row,) = await world.tasks("take-vitals", case)
    fact = {"type": "history-recorded", "event_id": str(uuid.uuid4()), "case_id": case, "clinic_id": "north"}
    done = {"type": "task-completion-requested", "task_id": row.task.task_id, "closing_event_id": fact["event_id"]}
    client = await world.signed_in(staff)
    answer = await client.post("/v1/events", json=[{**fact, "patient_id": row.patient_id}, done])
    await world.settle()
    kept = await world.store.task("demo", row.task.task_id)
    assert kept is not None
    return answer.status_code, kept.task.status


async def test_who_may_complete_is_asked_by_the_rules_that_the_task_s_case_goes_by(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        # given a visit that began while assistants took vital signs, and rules by which they do not any more
        first = with_other_title("Take vital signs", done_by="history-recorded")
        await world.store.apply_bundle("demo", bundle_hash(first), first, world.now())
        world.ahead += 5_000_000
        assistant = await world.on_shift("MA")
        kept = await roomed(world, "KT11")
        await no_more_vitals(world, first)
        world.ahead += 5_000_000
        assert (await world.services.bundles.get("demo")).number == 3

        # then the old visit's task may be completed still, and that of a visit that began since may not
        since = await roomed(world, "KT12")
        assert await complete(world, assistant, kept) == (202, "completed")
        assert await complete(world, assistant, since) == (403, "requested")
