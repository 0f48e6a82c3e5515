"""Rules that change while tasks are open."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from clinicflow.core.bundle import bundle_hash
from tests.web.kit import World, a_world, document

pytestmark = pytest.mark.asyncio


def with_other_title(title: str) -> dict[str, Any]:
    """The demo bundle with another English title of the rule that asks for vital signs."""
    changed = copy.deepcopy(document())
    of_vitals = [protocol for protocol in changed["protocols"] if protocol["agent"] == "vitals"]
    (rule,) = [rule for protocol in of_vitals for rule in protocol["rules"] if rule["id"] == "take-vitals"]
    rule["task"]["title"]["en"] = title
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
