"""When it is told that a person may do no more, their open tasks are looked at again, and replay sees the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from clinicflow.agents import all_agents
from clinicflow.codec import decode
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.event import Placed
from clinicflow.core.ids import endless_case
from clinicflow.core.step import applies, step
from clinicflow.live.rechecker import Rechecker
from clinicflow.store.rows import TaskRow
from tests.web.kit import MINUTE, World, a_world, document

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The demo network at work."""
    async with a_world(tmp_path) as found:
        yield found


async def ask(world: World, staff: str, what: str, task: TaskRow, **more: Any) -> str:
    """Ask for a task at the door; the id of the request."""
    client = await world.signed_in(staff)
    answer = await client.post(
        "/v1/events", json={"type": f"task-{what}-requested", "task_id": task.task.task_id, **more}
    )
    assert answer.status_code == 202, answer.text
    await world.settle()
    found: str = answer.json()["event_id"]
    return found


async def held(world: World, *asked: str) -> tuple[str, TaskRow]:
    """An assistant and the task of taking vitals, which they have asked for."""
    about = await world.arrival("A1")
    await world.tell("checked-in", about["case_id"], identifiers_matched=2, patient_id=about["patient_id"])
    await world.tell("roomed", about["case_id"], room_id="n-1", patient_id=about["patient_id"])
    await world.settle()
    [task] = await world.tasks("take-vitals")
    ana = await world.on_shift("MA")
    for each in asked:
        await ask(world, ana, each, task)
    [task] = await world.tasks("take-vitals")
    return ana, task


async def tell_of(world: World, kind: str, staff: str, **fields: Any) -> None:
    await world.tell(kind, endless_case("staff", "demo", staff), staff_id=staff, **fields)
    await world.settle()


async def leave(world: World, event: str = "supervisor-left") -> None:
    """All prescribers and physicians of the clinic leave, or come back."""
    bundle = await world.services.bundles.get("demo")
    more = {"others_on_site": False} if event == "supervisor-left" else {}
    for name in bundle.staffing.on_site("north", world.now()):
        if bundle.staff_all[name]["role"] in ("PRV", "PHY"):
            await world.tell(event, endless_case("clinic", "demo", "north"), supervisor_id=name, **more)
    await world.settle()


async def test_a_revoked_credential_takes_back_what_was_not_begun_at_once(world: World) -> None:
    ana, task = await held(world, "claim")
    keeper = Rechecker(world.store, world.now)
    assert await keeper.look() == 0
    await tell_of(world, "credential-revoked", ana, credential="ma-basic")
    assert await keeper.look() == 1
    await world.settle()
    [after] = await world.tasks("take-vitals")
    assert (after.task.status, after.task.owner, after.task.reason) == ("requested", None, "credential")
    assert "RN" in after.task.roles
    refused = await ask(world, ana, "start", task)
    outcome = await world.store.outcome("demo", refused)
    assert outcome is not None
    assert [each.code for each in outcome.rejections] == ["credential"]


async def test_a_network_whose_bundle_cannot_be_used_keeps_nobody_else_waiting(world: World) -> None:
    ana, _ = await held(world, "claim")
    await tell_of(world, "credential-revoked", ana, credential="ma-basic")
    first, *others = document()["protocols"]
    wrong = {**first, "rules": [{**first["rules"][0], "when": "no ( CEL"}]}
    unusable = {**document(), "org": "another", "protocols": [wrong, *others]}
    await world.store.apply_bundle("another", "f" * 64, unusable, world.now())
    assert await Rechecker(world.store, world.now).look() == 1
    await world.settle()


async def test_two_recheckers_and_repeats_ask_once(world: World) -> None:
    ana, _ = await held(world, "claim")
    await tell_of(world, "credential-expired", ana, credential="ma-basic")
    before = len(world.store._tables.journal)
    for keeper in (Rechecker(world.store, world.now), Rechecker(world.store, world.now)):
        await keeper.look()
        await keeper.look()
    assert len(world.store._tables.journal) == before + 1
    await world.settle()


async def test_what_was_begun_stops_when_the_last_supervisor_leaves_and_goes_on_when_one_is_back(world: World) -> None:
    ana, _ = await held(world, "start")
    keeper = Rechecker(world.store, world.now)
    await leave(world)
    assert await keeper.look() >= 1
    await world.settle()
    [after] = await world.tasks("take-vitals")
    assert (after.task.status, after.task.owner, after.task.reason) == ("on-hold", ana, "supervision-missing")
    assert [row.task.rule for row in await world.tasks("reassign-tasks")] == ["work-unsupervised"]
    await leave(world, "supervisor-on-site")
    assert await keeper.look() >= 1
    await world.settle()
    [again] = await world.tasks("take-vitals")
    assert (again.task.status, again.task.owner) == ("in-progress", ana)
    assert await world.tasks("reassign-tasks") == []


async def test_a_credential_that_ends_by_itself_is_seen_though_nothing_was_told(world: World) -> None:
    ana, _ = await held(world, "claim")
    keeper = Rechecker(world.store, world.now)
    await keeper.look()
    until = world.now() + 120 * MINUTE
    await tell_of(world, "credential-expiring", ana, credential="ma-basic", valid_until=until)
    assert await keeper.look() == 0
    late = Rechecker(world.store, lambda: until)
    assert await late.look() >= 1
    await world.settle()


async def test_a_credential_that_was_granted_lets_somebody_claim_at_once(world: World) -> None:
    ana, task = await held(world)
    await tell_of(world, "credential-revoked", ana, credential="ma-basic")
    refused = await world.store.outcome("demo", await ask(world, ana, "claim", task))
    assert refused is not None
    assert refused.state == "refused"
    await tell_of(world, "credential-granted", ana, credential="ma-basic")
    claimed = await world.store.outcome("demo", await ask(world, ana, "start", task))
    assert claimed is not None
    assert claimed.state == "applied"


async def test_the_journal_alone_tells_it_all_again(world: World) -> None:
    """The stamps are in the events: folding them again gives the tasks that the live agents made."""
    ana, _ = await held(world, "start")
    keeper = Rechecker(world.store, world.now)
    await leave(world)
    await keeper.look()
    await world.settle()
    await leave(world, "supervisor-on-site")
    await keeper.look()
    await world.settle()
    stored = await world.store.bundle("demo")
    assert stored is not None
    agents = all_agents()
    bundle = compile_bundle(stored.document, stored.number, agents)
    cases: dict[tuple[str, str], Any] = {}
    again: dict[str, Any] = {}
    async for rows in world.store.scan():
        for row in rows:
            placed = Placed(decode(row.payload), row.partition, row.position, row.logged_at, row.bundle)
            for name, agent in agents.items():
                if applies(agent, bundle, placed):
                    outcome = step(agent, cases.get((row.case_id, name)), placed, bundle)
                    cases[row.case_id, name] = outcome.case
                    again.update({change.task.task_id: change.task for change in outcome.tasks})
    live = {row.task.task_id: row.task async for batch in world.store.all_tasks() for row in batch}
    assert live == again
    assert ana in {task.owner for task in live.values()}
