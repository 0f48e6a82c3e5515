"""When it is told that a person may do no more, their open tasks are looked at again, and replay sees the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from clinicflow.agents import all_agents
from clinicflow.codec import decode
from clinicflow.core.bundle import bundle_hash
from clinicflow.core.event import Placed
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import AgentCase
from clinicflow.core.step import applies, bundle_for, step
from clinicflow.core.task import Task
from clinicflow.live.bundles import Bundles
from clinicflow.live.rechecker import Rechecker
from clinicflow.store.mem import tables
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


async def stored_tasks(world: World) -> dict[str, Task]:
    """All tasks as the live agents made them."""
    return {row.task.task_id: row.task async for batch in world.store.all_tasks() for row in batch}


async def told_again(world: World) -> dict[str, Task]:
    """All tasks as the journal alone tells them."""
    agents = all_agents()
    bundles = Bundles(world.store, agents)
    cases: dict[tuple[str, str], AgentCase] = {}
    again: dict[str, Task] = {}
    async for rows in world.store.scan():
        for row in rows:
            placed = Placed(decode(row.payload), row.partition, row.position, row.logged_at, row.bundle)
            for name, agent in agents.items():
                key = (row.case_id, name)
                bundle = await bundles.get("demo", bundle_for(agent, cases.get(key), placed))
                if applies(agent, bundle, placed):
                    outcome = step(agent, cases.get(key), placed, bundle)
                    cases[key] = outcome.case
                    again.update({change.task.task_id: change.task for change in outcome.tasks})
    return again


async def no_more_vitals(world: World, before: dict[str, Any] | None = None) -> int:
    """A bundle comes into force by which assistants take no vitals; its number. All else is as ``before``."""
    network = deepcopy(before or document())
    rule = {"id": "ca-no-vitals", "role": ["MA"], "activities": ["take-vitals"], "decision": "prohibited"}
    dates = {"valid_from": "2020-01-01", "source": "a test", "checked_on": "2026-11-28", "confidence": "verified"}
    network["scope"]["US-CA"].append(rule | dates)
    stored = await world.store.apply_bundle("demo", bundle_hash(network), network, world.now())
    number: int = stored.number
    return number


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


async def test_when_its_supervisor_leaves_and_another_is_there_the_task_names_that_one_once(world: World) -> None:
    ana, task = await held(world, "start")
    first = task.task.supervisor
    keeper = Rechecker(world.store, world.now)
    assert await keeper.look() == 0
    site = endless_case("clinic", "demo", "north")
    await world.tell("supervisor-left", site, supervisor_id=first, others_on_site=True)
    await world.settle()
    assert await keeper.look() == 1
    await world.settle()
    assert await keeper.look() == 0
    [after] = await world.tasks("take-vitals")
    bundle = await world.services.bundles.get("demo")
    roles = [bundle.staff_all[str(name)]["role"] for name in (first, after.task.supervisor)]
    assert (roles, first == after.task.supervisor) == (["PHY", "PRV"], False)
    assert (after.task.status, after.task.owner, after.kind, after.told) == ("in-progress", ana, "supervised", ana)


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
    live = await stored_tasks(world)
    assert live == await told_again(world)
    assert ana in {task.owner for task in live.values()}


async def test_all_open_tasks_are_looked_at_however_many_there_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_BATCH", 1)
    ana, _ = await held(world, "claim")
    others = [row for batch in [await world.store.tasks("demo")] for row in batch if row.task.activity != "take-vitals"]
    assert others, "there are several open tasks, each a page of its own"
    await tell_of(world, "credential-revoked", ana, credential="ma-basic")
    assert await Rechecker(world.store, world.now).look() == 1
    await world.settle()


async def test_a_case_goes_by_its_own_bundle_until_it_is_migrated(world: World) -> None:
    ana, task = await held(world, "start")
    keeper = Rechecker(world.store, world.now)
    number = await no_more_vitals(world)
    assert await Rechecker(world.store, world.now).look() == 0
    await world.tell("bundle-migrated", task.case_id, to_bundle=number)
    await world.settle()
    assert await keeper.look() == 1
    await world.settle()
    [after] = await world.tasks("take-vitals")
    assert (after.task.status, after.task.owner, after.task.reason) == ("on-hold", ana, "prohibited")
    assert [row.task.rule for row in await world.tasks("reassign-tasks")] == ["work-stopped"]
    assert await stored_tasks(world) == await told_again(world)


async def test_who_was_granted_what_the_bundle_does_not_say_keeps_the_task_when_the_case_is_migrated(
    world: World,
) -> None:
    ana, task = await held(world, "claim")
    network = deepcopy(document())
    network["staff"][ana]["credentials"] = []
    stored = await world.store.apply_bundle("demo", bundle_hash(network), network, world.now())
    await tell_of(world, "credential-granted", ana, credential="ma-basic")
    await world.tell("bundle-migrated", task.case_id, to_bundle=stored.number)
    await world.settle()
    await Rechecker(world.store, world.now).look()
    await world.settle()
    [after] = await world.tasks("take-vitals")
    assert (after.task.status, after.task.owner) == ("accepted", ana)


@pytest.mark.parametrize("asked", ["claim", "start"])
@pytest.mark.parametrize("look_between", [False, True])
@pytest.mark.parametrize("rules_first", [True, False])
async def test_rules_and_people_change_in_any_order_and_nothing_is_lost(
    world: World, rules_first: bool, look_between: bool, asked: str
) -> None:
    ana, task = await held(world, asked)
    keeper = Rechecker(world.store, world.now)

    async def rules() -> None:
        await world.tell("bundle-migrated", task.case_id, to_bundle=await no_more_vitals(world))
        await world.settle()

    async def people() -> None:
        await tell_of(world, "credential-revoked", ana, credential="ma-basic")

    for change in (rules, people) if rules_first else (people, rules):
        await change()
        if look_between:
            await keeper.look()
            await world.settle()
    await Rechecker(world.store, world.now).look()
    await world.settle()
    assert await Rechecker(world.store, world.now).look() == 0
    [after] = await world.tasks("take-vitals")
    status, owner = {"claim": ("requested", None), "start": ("on-hold", ana)}[asked]
    reason = "credential" if asked == "start" or not (look_between and rules_first) else "prohibited"
    assert (after.task.status, after.task.owner, after.task.reason) == (status, owner, reason)
    assert "RN" in after.task.roles
    assert await stored_tasks(world) == await told_again(world)


async def test_a_row_of_an_earlier_version_is_looked_at_by_both_bundles_that_it_may_go_by(world: World) -> None:
    _, task = await held(world, "claim")
    await no_more_vitals(world)
    world.store._tables.tasks[task.task.task_id] = msgspec.structs.replace(task, rules=None)
    assert await Rechecker(world.store, world.now).look() == 1
    await world.settle()
    [after] = await world.tasks("take-vitals")
    assert after.task.status == "accepted", "its case keeps the bundle that it began with"
