"""Groups: an agent is run by one group; handing it over moves its states and its position."""

from __future__ import annotations

import msgspec
import pytest

from clinicflow.core.outcome import AgentCase
from clinicflow.core.pack import pack, unpack
from clinicflow.errors import GroupConflict
from clinicflow.store.ports import Store
from tests.store.given import ORG, a_round, event, placed, state, worker

pytestmark = pytest.mark.asyncio
BOTH = pack({"flow": AgentCase(phase="arrived", position=0), "vitals": AgentCase(position=0)})


async def test_another_group_is_refused_and_told_the_command(store: Store) -> None:
    await store.register_group("all", ["flow", "vitals"])
    with pytest.raises(GroupConflict, match=r"group all runs it.*clinicflow regroup mine --agent vitals"):
        await store.register_group("mine", ["vitals"])
    await store.register_group("all", ["vitals", "flow"])


async def test_a_worker_that_leaves_out_an_agent_of_its_group_is_refused(store: Store) -> None:
    await store.register_group("all", ["flow", "vitals"])
    with pytest.raises(GroupConflict, match=r"run vitals as well.*clinicflow regroup NAME --agent vitals"):
        await store.register_group("all", ["flow"])


async def test_a_new_agent_joins_its_group(store: Store) -> None:
    await store.register_group("all", ["flow"])
    await store.register_group("all", ["flow", "vitals"])
    with pytest.raises(GroupConflict):
        await store.register_group("mine", ["vitals"])


async def test_a_new_agent_hears_of_all_that_happened_and_running_workers_are_fenced(store: Store) -> None:
    await store.register_group("all", ["flow"])
    marks = await store.assign("all", range(8))
    [row] = await placed(store, event("a"))
    old = marks[row.partition]
    await store.commit_round(a_round(old, 0, states=(state(row, BOTH),)))
    await store.register_group("all", ["flow"])
    await store.register_group("all", ["flow", "vitals"])
    assert await store.commit_round(a_round(msgspec.structs.replace(old, position=0), 1)) == frozenset()
    again = await store.assign("all", [row.partition])
    assert (again[row.partition].position, again[row.partition].koffset) == (-1, None)
    assert row.case_id in await store.load_states("all", [row.case_id])


async def test_an_agent_that_nobody_ran_hears_of_all_when_it_is_given_to_a_group(store: Store) -> None:
    await store.register_group("all", ["flow"])
    marks = await store.assign("all", range(8))
    [row] = await placed(store, event("a"))
    await store.commit_round(a_round(marks[row.partition], 0, states=(state(row, BOTH),)))
    await store.regroup("all", ["vitals"])
    assert (await store.assign("all", [row.partition]))[row.partition].position == -1


async def test_an_agent_handed_over_goes_on_where_it_stood_and_old_workers_are_fenced(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    old = marks[row.partition]
    await store.commit_round(a_round(old, 0, states=(state(row, BOTH),)))
    await store.regroup("mine", ["vitals"])
    mine = await store.assign("mine", [row.partition])
    assert (mine[row.partition].position, mine[row.partition].koffset) == (0, 0)
    assert list(unpack((await store.load_states("mine", [row.case_id]))[row.case_id])) == ["vitals"]
    assert list(unpack((await store.load_states("all", [row.case_id]))[row.case_id])) == ["flow"]
    assert [view.case_id for view in await store.visits(ORG, None)] == [row.case_id]
    zombie = msgspec.structs.replace(old, position=0)
    assert await store.commit_round(a_round(zombie, 1, states=(state(row, BOTH),))) == frozenset()
    await store.register_group("mine", ["vitals"])
    await store.register_group("all", ["flow"])


async def test_agents_that_come_together_go_on_from_the_slower_one(store: Store) -> None:
    marks = await worker(store)
    [first] = await placed(store, event("a"))
    await store.commit_round(a_round(marks[first.partition], 0, states=(state(first, BOTH),)))
    await store.regroup("mine", ["vitals"])
    ahead = await store.assign("mine", [first.partition])
    [second] = await placed(store, event("b"))
    only_vitals = pack({"vitals": AgentCase(position=1)})
    moved = a_round(ahead[first.partition], 1, group="mine", states=(state(second, only_vitals, view=None),))
    assert await store.commit_round(moved) == {first.partition}
    await store.regroup("all", ["vitals"])
    together = await store.assign("all", [first.partition])
    assert together[first.partition].position == 0
    sides = unpack((await store.load_states("all", [first.case_id]))[first.case_id])
    assert {name: side.position for name, side in sides.items()} == {"flow": 0, "vitals": 1}
    assert await store.load_states("mine", [first.case_id]) == {}
    assert [batch async for batch in store.states("all")] == [[(first.case_id, pack(sides))]]
    assert list((await store.health()).lag) == ["all"]


async def test_many_cases_move_without_losing_one(store: Store) -> None:
    marks = await worker(store)
    rows = await placed(store, *(event(case=f"visit {n}") for n in range(50)))
    for partition in sorted({row.partition for row in rows}):
        mine = [row for row in rows if row.partition == partition]
        states = tuple(state(row, BOTH) for row in mine)
        await store.commit_round(a_round(marks[partition], mine[-1].position, states=states))
    await store.regroup("flows", ["flow"])
    for group in ("all", "flows"):
        cases = [case_id async for batch in store.states(group) for case_id, _ in batch]
        assert cases == sorted(row.case_id for row in rows)
