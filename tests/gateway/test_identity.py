"""Which case and patient a message belongs to; what is not known waits and is never guessed."""

from __future__ import annotations

import asyncio
import copy

import pytest

from clinicflow.core.bundle import bundle_hash
from clinicflow.gateway.identity import Identities
from tests.gateway.support import EVN, Network, arrival, document, message, pid, pv1

pytestmark = pytest.mark.asyncio


def discharge(control: str = "D-1", visit: str = "V-1") -> str:
    return message("ADT^A03", EVN, pid(), pv1(visit=visit), control=control)


async def test_the_same_message_again_is_a_duplicate_without_event(network: Network) -> None:
    first = await network.receive(arrival())
    again = await network.receive(arrival())
    assert (first.outcome, again.outcome, again.codes) == ("events", "duplicate", ["AA"])
    assert await network.types() == ["checked-in"]


async def test_the_same_control_id_with_another_body_is_another_message(network: Network) -> None:
    await network.receive(arrival("A-1", "V-1", "70001"))
    receipt = await network.receive(arrival("A-1", "V-2", "70002"))
    assert (receipt.outcome, receipt.codes) == ("events", ["AA"])
    assert receipt.reason == "Another message with its control id was stored before"
    assert await network.types() == ["checked-in", "checked-in"]


async def test_a_message_that_gave_its_events_stays_as_it_is_when_it_is_resent(network: Network) -> None:
    receipt = await network.receive(arrival())
    before = await network.store.message("demo", receipt.message_id)
    assert before is not None
    again = await network.receiver.again(await network.feed(), before)
    assert (again.outcome, again.event_ids) == ("events", before.event_ids)
    assert await network.store.message("demo", receipt.message_id) == before


async def test_a_message_that_is_sent_twice_at_once_gives_one_event(network: Network) -> None:
    await asyncio.gather(*(network.receive(arrival()) for _ in range(5)))
    assert await network.types() == ["checked-in"]
    counts = await network.store.message_counts("demo")
    assert counts["received"] == 5 == counts["events"] + counts["duplicate"]


async def test_a_discharge_before_the_admission_waits_for_it(network: Network) -> None:
    early = await network.receive(discharge())
    assert (early.outcome, early.codes) == ("unmatched", ["AA"])
    waiting = await network.only("unmatched-received")
    assert (waiting.identifier_kind, waiting.message_ref) == ("visit", early.message_id)

    await network.receive(arrival())

    resolved, out = await network.only("unmatched-resolved"), await network.only("checked-out")
    assert out.case_id == (await network.only("checked-in")).case_id == resolved.resolved_case_id
    assert resolved.case_id == waiting.case_id
    assert await network.store.message_counts("demo") == {"received": 2, "events": 2}


async def test_all_messages_that_wait_for_one_visit_are_tried_in_their_order(network: Network) -> None:
    for control, place in (("C-1", "NORTH^1"), ("C-2", "NORTH^2")):
        await network.receive(message("ADT^A02", EVN, pid(), pv1(place), control=control))
    await network.receive(arrival())
    assert await network.store.message_counts("demo") == {"received": 3, "events": 3}
    assert (await network.types()).count("roomed") == 2


async def test_what_was_not_tried_again_is_swept_at_the_next_start(network: Network) -> None:
    await network.receive(discharge())
    async with network.store.intake() as transaction:
        await Identities(transaction, "demo").take_waiting([("demo-visit", "visit", "V-1")])
    await network.receive(arrival())
    feeds = (await network.services.bundles.in_force("demo")).feeds
    assert await network.receiver.sweep("demo", feeds) == 1
    assert (await network.only("checked-out")).case_id == (await network.only("checked-in")).case_id


async def test_without_a_visit_number_the_patients_current_visit_is_meant(network: Network) -> None:
    await network.receive(arrival(visit=""))
    await network.receive(discharge(visit=""))
    again = await network.receive(arrival("A-2", visit=""))
    assert again.outcome == "events"
    first, second = [event for event in await network.events() if event.TYPE == "checked-in"]
    assert (await network.only("checked-out")).case_id in (first.case_id, second.case_id)
    assert first.case_id != second.case_id


async def test_a_second_check_in_during_a_visit_goes_to_the_same_case_for_the_agents_to_refuse(
    network: Network,
) -> None:
    await network.receive(arrival(visit=""))
    await network.receive(arrival("A-2", visit=""))
    cases = {event.case_id for event in await network.events()}
    assert len(cases) == 1


async def test_the_same_record_number_at_two_clinics_is_one_patient_with_two_visits(network: Network) -> None:
    await network.receive(arrival(visit=""))
    south = message("ADT^A01", EVN, pid(), pv1("SOUTH", ""), control="S-1", sender="SOUTH")
    await network.receive(south)
    one, other = await network.events()
    assert one.patient_id == other.patient_id
    assert {one.clinic_id, other.clinic_id} == {"north", "south"}
    assert one.case_id != other.case_id


async def test_a_record_number_without_authority_is_the_feeds_own(network: Network) -> None:
    await network.receive(arrival())
    await network.receive(arrival("A-2", "V-2").replace("70001^^^DEMO^MR", "70001"))
    patients = {event.patient_id for event in await network.events()}
    assert len(patients) == 2


async def test_vitals_of_an_unknown_visit_are_unmatched_not_guessed(network: Network) -> None:
    await network.receive(arrival())
    vitals = "OBR|1|||85353-1^Vitals^LN|||20260921070700\rOBX|1|NM|8867-4^HR^LN||71|/min|||||F"
    receipt = await network.receive(message("ORU^R01", pid(), pv1(visit="V-OTHER"), vitals, control="O-1"))
    assert receipt.outcome == "unmatched"
    assert "vitals-taken" not in await network.types()


async def test_a_cancellation_of_an_unknown_order_is_unmatched(network: Network) -> None:
    receipt = await network.receive(message("ORM^O01", pid(), pv1(), "ORC|CA|P-404^HIS|||||||20260921070800"))
    assert receipt.outcome == "unmatched"
    assert (await network.only("unmatched-received")).identifier_kind == "order-placer"


def merge(surviving: str, prior: str, control: str) -> str:
    return message("ADT^A40", EVN, pid(surviving), f"MRG|{prior}^^^DEMO^MR", control=control)


async def test_a_merge_makes_two_numbers_one_patient(network: Network) -> None:
    await network.receive(arrival("A-1", "V-1", "70001"))
    assert (await network.receive(merge("70002", "70001", "M-1"))).outcome == "no-effect"
    await network.receive(arrival("A-2", "V-2", "70001"))
    await network.receive(arrival("A-3", "V-3", "70002"))
    patients = [event.patient_id for event in await network.events() if event.source_message_id != "A-1"]
    assert len(set(patients)) == 1


async def test_a_merge_there_and_back_is_no_cycle(network: Network) -> None:
    await network.receive(merge("70002", "70001", "M-1"))
    await network.receive(merge("70001", "70002", "M-2"))
    await network.receive(merge("70003", "70001", "M-3"))
    await network.receive(merge("70001", "70003", "M-4"))
    for number in ("70001", "70002", "70003"):
        await network.receive(arrival(f"A-{number}", f"V-{number}", number))
    assert len({event.patient_id for event in await network.events()}) == 1


async def test_a_merge_is_told_to_each_open_case_of_both(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    await network.receive(arrival("A-1", "V-1", "70001"))
    await network.receive(arrival("A-2", "V-2", "70002"))
    await network.receive(arrival("A-3", "V-3", "70003"))
    visits = {event.source_message_id: event for event in await network.events()}

    async def open_cases(_org: str) -> list[tuple[str, str, str]]:
        return [(event.case_id, event.clinic_id, event.patient_id or "") for event in visits.values()]

    monkeypatch.setattr(network.receiver, "_open_cases", open_cases)
    assert (await network.receive(merge("70002", "70001", "M-1"))).outcome == "events"
    told = [event for event in await network.events() if event.TYPE == "case-merged"]
    assert {event.case_id for event in told} == {visits["A-1"].case_id, visits["A-2"].case_id}
    assert {event.surviving_patient_id for event in told} == {visits["A-2"].patient_id}  # type: ignore[attr-defined]
    assert (await network.receive(merge("70002", "70001", "M-1"))).outcome == "duplicate"


async def test_a_refused_message_is_worked_through_again_when_it_is_sent_again(network: Network) -> None:
    unknown = message("ADT^A02", EVN, pid(), pv1("NORTH^7"), control="C-1")
    await network.receive(arrival())
    feed = await network.feed()
    assert (await network.receive(unknown)).outcome == "dead-letter"
    feed.rooms["NORTH^7"] = "n-6"  # type: ignore[index]
    assert (await network.receive(unknown)).outcome == "events"
    counts = await network.store.message_counts("demo")
    assert counts == {"received": 3, "events": 2, "dead-letter": 1}


async def test_a_new_bundle_is_in_force_for_a_running_feed(network: Network) -> None:
    await network.receive(arrival())
    unknown = message("ADT^A02", EVN, pid(), pv1("NORTH^7"), control="C-1")
    assert (await network.receive(unknown)).outcome == "dead-letter"

    changed = copy.deepcopy(document())
    changed["feeds"]["demo-his"]["room_by"]["NORTH^7"] = "n-6"
    await network.store.apply_bundle("demo", bundle_hash(changed), changed, network.now)
    network.now += 5_000_000

    assert (await network.receive(unknown)).outcome == "events"
    assert (await network.only("roomed")).room_id == "n-6"


async def test_a_forgotten_patients_message_leaves_nothing_of_them(network: Network) -> None:
    await network.receive(arrival())
    patient = (await network.only("checked-in")).patient_id
    await network.store.forget_patient("demo", patient)
    receipt = await network.receive(message("ADT^A08", EVN, pid(phone="555-0123"), pv1(), control="C-9"))
    assert receipt.outcome == "dead-letter"
    kept = await network.store.message("demo", receipt.message_id)
    assert kept is not None
    assert (kept.raw, kept.patient_id) == (b"", None)
