"""A discharge and its cancellation: A03, A13, A03 again; and what of it intake remembers, whichever door told it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gateway.support import EVN, NOON, Network, arrival, message, pid, pv1

pytestmark = pytest.mark.asyncio

VITALS = (
    "OBR|1|P-1|F-1|85353-1^Vital signs^LN|||20260921070700||||||||||||||||||F\r"
    "OBX|1|NM|8867-4^Heart rate^LN||71|bpm|||||F"
)


def adt(trigger: str, control: str, visit: str = "V-1") -> str:
    return message(f"ADT^{trigger}", EVN, pid(), pv1(visit=visit), control=control)


async def tell(network: Network, case: str, kind: str, **fields: Any) -> dict[str, Any]:
    doc = {"type": kind, "clinic_id": "north", "case_id": case, "occurred_at": "2026-09-21T14:05:00Z", **fields}
    async with network.http() as client:
        client.headers.update(network.token())
        answer = await client.post("/v1/events", json=doc)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


async def test_a_discharge_its_cancellation_and_another_discharge_are_of_one_visit(network: Network) -> None:
    outcomes = [
        (await network.receive(text)).outcome
        for text in (arrival(), adt("A03", "D-1"), adt("A13", "D-2"), adt("A03", "D-3"))
    ]
    assert outcomes == ["events"] * 4
    assert await network.types() == ["checked-in", "checked-out", "checked-out", "checkout-reversed"]
    assert len({event.case_id for event in await network.events()}) == 1
    assert (await network.only("checkout-reversed")).reason == "other"


@pytest.mark.parametrize("visit", ["V-1", ""])
async def test_what_comes_later_is_of_the_visit_that_goes_on(network: Network, visit: str) -> None:
    for text in (arrival(visit=visit), adt("A03", "D-1", visit), adt("A13", "D-2", visit)):
        await network.receive(text)
    await network.receive(message("ORU^R01", pid(), pv1(visit=""), VITALS, control="O-1"))
    await network.receive(adt("A10", "A-9", ""))
    assert {event.case_id for event in await network.events()} == {(await network.only("checked-in")).case_id}


async def test_what_waited_while_the_patient_was_away_finds_the_visit(network: Network) -> None:
    for text in (arrival(), adt("A03", "D-1"), message("ORU^R01", pid(), pv1(visit=""), VITALS, control="O-1")):
        await network.receive(text)
    assert "vitals-taken" not in await network.types()
    await network.receive(adt("A13", "D-2"))
    assert (await network.only("vitals-taken")).case_id == (await network.only("checked-in")).case_id
    assert "unmatched-resolved" in await network.types()


@pytest.mark.parametrize(
    "before", [[], ["A03", "A13"], ["A11"], ["A11", "A03"]], ids=["open", "twice", "cancelled", "cancelled-first"]
)
async def test_a_cancellation_without_a_discharge_that_stands_is_kept_and_says_so(
    network: Network, before: list[str]
) -> None:
    await network.receive(arrival())
    for number, trigger in enumerate(before):
        await network.receive(adt(trigger, f"B-{number}"))
    known = await network.types()
    receipt = await network.receive(adt("A13", "D-9"))
    assert (receipt.outcome, receipt.codes) == ("no-effect", ["AA"])
    assert receipt.reason == "The visit has not ended with a check-out, or that was reversed before"
    assert await network.types() == known


async def test_a_cancellation_for_an_unknown_visit_waits_and_the_desk_is_asked(network: Network) -> None:
    receipt = await network.receive(adt("A13", "D-1", "V-9"))
    assert (receipt.outcome, await network.types()) == ("unmatched", ["unmatched-received"])
    await network.receive(arrival("A-9", visit="V-9"))
    assert await network.types() == ["checked-in", "unmatched-received", "unmatched-resolved"]


async def test_the_same_cancellation_sent_again_is_a_duplicate(network: Network) -> None:
    for text in (arrival(), adt("A03", "D-1"), adt("A13", "D-2"), adt("A13", "D-2")):
        await network.receive(text)
    assert (await network.types()).count("checkout-reversed") == 1


async def test_a_check_out_at_the_desk_can_be_cancelled_by_message(network: Network) -> None:
    await network.receive(arrival(visit=""))
    case = (await network.only("checked-in")).case_id
    await tell(network, case, "checked-out")
    await tell(network, case, "checkout-reversed", reason="came_back")
    await network.receive(adt("A10", "A-2", ""))
    assert (await network.only("patient-arrived")).case_id == case


async def test_a_reversal_of_another_ending_does_not_make_the_visit_current(network: Network) -> None:
    await network.receive(arrival(visit=""))
    case = (await network.only("checked-in")).case_id
    await tell(network, case, "left-without-being-seen")
    await tell(network, case, "checked-out")
    await tell(network, case, "checkout-reversed", reason="came_back")
    await network.receive(adt("A10", "A-2", ""))
    assert (await network.only("patient-arrived")).case_id != case


async def test_a_visit_that_began_since_stays_the_current_one(network: Network) -> None:
    for text in (arrival(), adt("A03", "D-1"), arrival("A-2", visit="V-2"), adt("A13", "D-2")):
        await network.receive(text)
    await network.receive(adt("A10", "A-3", ""))
    arrivals = [event.case_id for event in await network.events() if event.TYPE == "checked-in"]
    back, arrived = await network.only("checkout-reversed"), await network.only("patient-arrived")
    assert len(set(arrivals)) == 2
    assert arrived.case_id in arrivals
    assert arrived.case_id != back.case_id


async def test_without_a_number_a_cancellation_is_never_of_a_visit_that_has_begun_since(network: Network) -> None:
    for text in (arrival(visit=""), adt("A03", "D-1", ""), arrival("A-2", visit="")):
        await network.receive(text)
    assert (await network.receive(adt("A13", "D-2", ""))).outcome == "no-effect"


async def test_a_voided_reversal_ends_the_visit_for_intake_too(network: Network) -> None:
    await network.receive(arrival(visit=""))
    case = (await network.only("checked-in")).case_id
    await tell(network, case, "checked-out")
    back = await tell(network, case, "checkout-reversed", reason="came_back")
    await tell(network, case, "event-voided", reason="entered_in_error", corrects=back["event_id"])
    network.now = NOON + 1
    await network.receive(arrival("A-2", visit=""))
    assert len({event.case_id for event in await network.events()}) == 2
