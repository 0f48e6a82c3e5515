"""Intake: once acknowledged, an event is there; the same event is there once."""

from __future__ import annotations

import asyncio

import pytest

from clinicflow.errors import InvalidEvent
from clinicflow.store.ports import Store
from clinicflow.store.rows import NewEvent, RejectionRow
from tests.store.given import ORG, a_round, event, journaled, place, placed, uid, worker

pytestmark = pytest.mark.asyncio


def statuses(answers: list[object]) -> list[str]:
    return [answer.status for answer in answers]  # type: ignore[attr-defined]


async def test_a_repeat_is_a_duplicate_and_another_body_a_conflict(store: Store) -> None:
    await journaled(store, event("checked in"))
    again = await journaled(store, event("checked in"), event("checked in", body=b"other"), event("new"))
    assert statuses(again) == ["duplicate", "conflict", "stored"]
    assert [row.event_id for row in await place(store)].count(uid("checked in")) == 1


async def test_the_same_id_twice_in_one_batch_is_stored_once(store: Store) -> None:
    answers = await journaled(store, event("a"), event("b"), event("a"), event("b", body=b"other"))
    assert statuses(answers) == ["stored", "stored", "duplicate", "conflict"]
    assert [answer.event_id for answer in answers] == [uid("a"), uid("b"), uid("a"), uid("b")]
    assert len(await place(store)) == 2


async def test_a_repeat_within_the_transaction_is_a_duplicate(store: Store) -> None:
    async with store.intake() as transaction:
        assert statuses(await transaction.append([event("a")])) == ["stored"]
        assert statuses(await transaction.append([event("a")])) == ["duplicate"]


async def test_events_alone_are_appended_without_a_transaction_of_their_own(store: Store) -> None:
    assert statuses(await store.append([event("a"), event("b"), event("a")])) == ["stored", "stored", "duplicate"]
    assert statuses(await store.append([event("b", body=b"other"), event("c")])) == ["conflict", "stored"]
    with pytest.raises(InvalidEvent):
        await store.append([event("d"), NewEvent(ORG, "no id", "no id", "", b"", b"")])
    assert [row.event_id for row in await place(store)] == [uid("a"), uid("b"), uid("c")]


async def test_two_organizations_may_use_the_same_event_id(store: Store) -> None:
    theirs = event("a", org="two", case="their visit", body=b"other")
    assert statuses(await journaled(store, event("a", org="one"), theirs)) == ["stored", "stored"]


async def test_nobody_writes_into_a_case_of_another_organization(store: Store) -> None:
    await journaled(store, event("a", org="one"), event("b", org="one"))
    for intruder in ("another", "two"):
        answers = await journaled(
            store, event("x", org=intruder), event("y", org=intruder, case=f"visit of {intruder}")
        )
        assert statuses(answers) == ["conflict", "stored"]
        assert statuses(await journaled(store, event("x", org=intruder))) == ["conflict"]
    assert {row.org_id for row in await place(store) if row.case_id == uid("a visit")} == {"one"}


async def test_of_two_organizations_that_begin_the_same_case_at_once_the_first_has_it(store: Store) -> None:
    """In one batch, in one transaction, or without one: a case of two organizations would show each the other's."""
    one, two, own = event("x", org="one"), event("y", org="two"), event("z", org="two", case="own visit")
    assert statuses(await journaled(store, one, two, own, event("x", org="one"))) == [
        "stored", "conflict", "stored", "duplicate",
    ]  # fmt: skip
    async with store.intake() as transaction:
        assert statuses(await transaction.append([event("p", org="two", case="second")])) == ["stored"]
        assert statuses(await transaction.append([event("q", org="one", case="second")])) == ["conflict"]
    mixed = [event("s", org="two", case="third"), event("t", org="one", case="third"), event("u", org="one")]
    assert statuses(await store.append(mixed)) == ["stored", "conflict", "stored"]
    owners = {(row.case_id, row.org_id) for row in await place(store)}
    assert len({case_id for case_id, _ in owners}) == len(owners) == 4


async def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    async def failing() -> None:
        async with store.intake() as transaction:
            await transaction.append([event("lost")])
            await transaction.bind(ORG, "clinic", "mrn", "1", "patient")
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await failing()
    assert await place(store) == []
    assert await store.outcome(ORG, uid("lost")) is None
    async with store.intake() as transaction:
        assert await transaction.resolve(ORG, "clinic", "mrn", "1") is None


async def test_an_open_transaction_is_seen_by_nobody(store: Store) -> None:
    async with store.intake() as transaction:
        await transaction.append([event("slow")])
        await journaled(store, event("fast"))
        assert [row.event_id for row in await place(store)] == [uid("fast")]
    assert [row.event_id for row in await place(store)] == [uid("slow")]


async def test_of_many_clients_with_one_event_exactly_one_stores_it(store: Store) -> None:
    answers = await asyncio.gather(*(journaled(store, event("same")) for _ in range(20)))
    assert sorted(statuses([answer for [answer] in answers])) == ["duplicate"] * 19 + ["stored"]


async def test_an_id_that_is_no_uuid_is_refused_with_the_expected_form(store: Store) -> None:
    good = event("a")
    for bad in ("room 1", good.event_id.upper(), good.event_id.replace("-", ""), ""):
        with pytest.raises(InvalidEvent, match="Expected case_id as UUID text in lower case"):
            await journaled(store, type(good)(ORG, good.event_id, bad, "checked-in", b"", b""))


async def test_an_identifier_is_resolved_replaced_and_forgotten(store: Store) -> None:
    async with store.intake() as transaction:
        await transaction.bind(ORG, "clinic", "mrn", "0042", "patient one")
        assert await transaction.resolve(ORG, "clinic", "mrn", "0042") == "patient one"
    async with store.intake() as transaction:
        await transaction.bind(ORG, "clinic", "mrn", "0042", "patient two")
    async with store.intake() as transaction:
        assert await transaction.resolve(ORG, "clinic", "mrn", "0042") == "patient two"
        assert await transaction.resolve(ORG, "clinic", "mrn", "42") is None
        assert await transaction.resolve("other", "clinic", "mrn", "0042") is None
        await transaction.unbind(ORG, "clinic", "mrn", "0042")
    async with store.intake() as transaction:
        assert await transaction.resolve(ORG, "clinic", "mrn", "0042") is None


async def test_an_event_is_accepted_then_placed_then_applied(store: Store) -> None:
    marks = await worker(store)
    await journaled(store, event("a"))
    accepted = await store.outcome(ORG, uid("a"))
    assert accepted is not None
    assert (accepted.state, accepted.position) == ("accepted", None)
    [row] = await place(store)
    placed_ = await store.outcome(ORG, uid("a"))
    assert placed_ is not None
    assert (placed_.state, placed_.partition, placed_.position) == ("placed", row.partition, 0)
    await store.commit_round(a_round(marks[row.partition], 0))
    applied = await store.outcome(ORG, uid("a"))
    assert applied is not None
    assert applied.state == "applied"
    assert await store.outcome("other", uid("a")) is None


async def test_an_event_is_applied_only_when_every_group_has_passed_it(store: Store) -> None:
    marks = await worker(store, ["flow"], "first")
    await worker(store, ["vitals"], "second")
    [row] = await placed(store, event("a"))
    await store.commit_round(a_round(marks[row.partition], 0, group="first"))
    found = await store.outcome(ORG, uid("a"))
    assert found is not None
    assert found.state == "placed"


async def test_a_refused_event_tells_why(store: Store) -> None:
    marks = await worker(store)
    [row] = await placed(store, event("a"))
    reason = "Expected an open visit, but it ended with checked-out"
    refusal = RejectionRow(row.partition, 0, ORG, uid("a"), "flow", "visit-ended", reason)
    await store.commit_round(a_round(marks[row.partition], 0, rejections=(refusal,)))
    found = await store.outcome(ORG, uid("a"))
    assert found is not None
    assert (found.state, found.rejections) == ("refused", (refusal,))
    assert await store.rejected(ORG, [uid("a"), uid("never accepted")]) == {uid("a")}
    assert await store.rejected("other", [uid("a")]) == frozenset()
    assert await store.rejected(ORG, []) == frozenset()
