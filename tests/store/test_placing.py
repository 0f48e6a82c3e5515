"""Placing: every committed row gets exactly one dense position, whatever the order of commits."""

from __future__ import annotations

import msgspec
import pytest

from clinicflow.store.partition import partition_of
from clinicflow.store.ports import Store
from clinicflow.store.rows import CaseRows
from tests.store.conftest import PARTITIONS
from tests.store.given import NOW, ORG, event, journaled, place, placed, uid

pytestmark = pytest.mark.asyncio


async def test_positions_are_dense_and_rows_go_to_the_partition_of_their_case(store: Store) -> None:
    events = [event(case=f"visit {n % 7}", target_agent="flow" if n == 3 else None) for n in range(60)]
    await journaled(store, *events)
    rows = [*await place(store, limit=25), *await place(store, limit=25), *await place(store)]
    assert {row.event_id for row in rows} == {each.event_id for each in events}
    by_event = {row.event_id: row for row in rows}
    assert [by_event[each.event_id].target_agent for each in events[:5]] == [None, None, None, "flow", None]
    for partition in range(PARTITIONS):
        mine = [row for row in rows if row.partition == partition]
        assert [row.position for row in mine] == list(range(len(mine)))
        assert all(partition_of(row.case_id, PARTITIONS) == partition for row in mine)
        assert mine == await store.rows_from(partition, 0, 1000)
        assert mine[2:4] == await store.rows_from(partition, 2, 2)
    assert await store.heads() == {
        partition: sum(row.partition == partition for row in rows) - 1 for partition in range(PARTITIONS)
    }


async def test_a_case_keeps_the_order_of_its_events(store: Store) -> None:
    names = [f"event {n}" for n in range(20)]
    await journaled(store, *(event(name) for name in names))
    assert [row.event_id for row in await place(store)] == [uid(name) for name in names]


async def test_the_moment_of_placing_never_goes_back_within_a_partition(store: Store) -> None:
    [first] = await placed(store, event("a"), now=NOW)
    [second] = await placed(store, event("b"), now=NOW - 5_000_000)
    [third] = await placed(store, event("c"), now=NOW + 1)
    assert [first.logged_at, second.logged_at, third.logged_at] == [NOW, NOW, NOW + 1]


async def test_rows_are_stamped_with_the_bundle_in_force(store: Store) -> None:
    [before] = await placed(store, event("a"))
    await store.apply_bundle(ORG, "hash one", {"n": 1}, NOW)
    [under_one] = await placed(store, event("b"))
    await store.apply_bundle(ORG, "hash two", {"n": 2}, NOW)
    [under_two, other] = sorted(
        await placed(store, event("c"), event("d", org="other", case="their visit")), key=lambda row: row.org_id
    )
    assert [before.bundle, under_one.bundle, under_two.bundle, other.bundle] == [0, 1, 2, 0]


async def test_only_the_holder_of_the_lease_places(store: Store) -> None:
    await journaled(store, event("a"))
    lease = await store.take_lease("first")
    assert lease is not None
    assert await store.take_lease("second") is None
    assert await store.take_lease("first") == lease
    assert await store.place(lease[0] + 1, NOW, 10) is None
    assert await store.place(lease[0], NOW, 10) != []
    assert await store.place(lease[0], NOW, 10) == []


async def test_requests_to_send_again_are_one_a_partition_and_taken_once(store: Store) -> None:
    await store.request_resend(1, 50)
    await store.request_resend(1, 20)
    await store.request_resend(1, 40)
    await store.request_resend(3, 7)
    assert await store.take_resends() == {1: 20, 3: 7}
    assert await store.take_resends() == {}


async def test_the_tasks_cursor_moves_only_under_the_lease(store: Store) -> None:
    lease = await store.take_lease("first")
    assert lease is not None
    assert await store.tasks_cursor() == ""
    assert await store.set_tasks_cursor(lease[0], "12") is True
    assert await store.set_tasks_cursor(lease[0] + 1, "99") is False
    assert await store.tasks_cursor() == "12"


async def test_a_case_s_history_ends_where_asked(store: Store) -> None:
    rows = await placed(store, *(event(f"e{n}", case="mine" if n % 2 else "other") for n in range(10)))
    mine = [row for row in rows if row.case_id == uid("mine")]
    upto = CaseRows(ORG, uid("mine"), mine[0].partition, mine[2].position)
    assert await store.case_histories([upto]) == mine[:3]
    assert await store.case_histories([msgspec.structs.replace(upto, org_id="other")]) == []
    assert await store.case_histories([]) == []


async def test_histories_of_several_cases_end_each_where_asked(store: Store) -> None:
    rows = await placed(store, *(event(f"e{n}", case=f"case {n % 3}") for n in range(12)))
    cases = [[row for row in rows if row.case_id == uid(f"case {n}")] for n in range(3)]
    asked = [CaseRows(ORG, uid(f"case {n}"), cases[n][0].partition, cases[n][n].position) for n in (2, 1)]
    found = await store.case_histories(asked)
    assert [row for row in found if row.case_id == uid("case 2")] == cases[2][:3]
    assert [row for row in found if row.case_id == uid("case 1")] == cases[1][:2]
    assert len(found) == 5


async def test_the_journal_is_read_as_of_a_moment_and_by_case(store: Store) -> None:
    early = await placed(store, *(event(case=f"visit {n}") for n in range(9)), now=NOW)
    late = await placed(store, *(event(case=f"visit {n}") for n in range(9)), now=NOW + 10)

    async def scanned(**which: object) -> list[str]:
        return [row.event_id async for batch in store.scan(**which) for row in batch]  # type: ignore[arg-type]

    assert sorted(await scanned()) == sorted(row.event_id for row in early + late)
    assert sorted(await scanned(as_of=NOW + 9)) == sorted(row.event_id for row in early)
    assert await scanned(case_id=uid("visit 3")) == [r.event_id for r in early + late if r.case_id == uid("visit 3")]
    assert await scanned(partition=2) == [r.event_id for r in early + late if r.partition == 2]
    one = await store.journal_event(ORG, early[0].event_id)
    assert one == early[0]
    assert await store.journal_event("other", early[0].event_id) is None
