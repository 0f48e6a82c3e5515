"""What each kind of message means."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest

from clinicflow.gateway.personal import PREFIX
from tests.gateway.support import EVN, MINUTE, NOON, Network, arrival, message, pid, pv1

pytestmark = pytest.mark.asyncio

SENT_AT = NOON - 200_000_000
"""07:10 in Los Angeles, the time in MSH-7."""
HAPPENED_AT = SENT_AT - 5 * MINUTE


def observation(*obx: str, obr: str = "85353-1^Vital signs^LN", status: str = "F", at: str = "20260921070700") -> str:
    numbered = [f"OBX|{number}|{text}" for number, text in enumerate(obx, 1)]
    return "\r".join((f"OBR|1|P-1|F-1|{obr}|||{at}||||||||||||||||||{status}", *numbered))


async def test_an_admission_checks_the_patient_in(network: Network) -> None:
    receipt = await network.receive(arrival())
    event = await network.only("checked-in")
    assert (receipt.outcome, receipt.codes) == ("events", ["AA"])
    assert (event.clinic_id, event.occurred_at, event.recorded_at) == ("north", HAPPENED_AT, NOON)
    assert (event.patient_age, event.patient_age_unit, event.patient_language) == (36, "a", "en")
    assert event.identifiers_matched == 3
    assert (event.source_system, event.source_message_id) == ("HIS", "A-1")


async def test_nothing_personal_is_in_the_journal(network: Network) -> None:
    await network.receive(arrival())
    await network.place()
    rows = [row for partition in (0, 1) for row in await network.store.rows_from(partition, 0, 10)]
    payloads = b"".join(row.payload for row in rows)
    for canary in (b"Okafor", b"Imani", b"70001", b"555-0100", b"Fir St", b"V-1"):
        assert canary not in payloads
    event = await network.only("checked-in")
    kept = await network.store.read_personal("demo", "ma-ana", [event.patient_id], "test", NOON)
    assert kept[event.patient_id]["name"] == "Imani Okafor"


async def test_what_a04_means_is_said_by_the_feed(network: Network) -> None:
    await network.receive(arrival(trigger="A04"))
    assert await network.types() == ["patient-arrived"]


async def test_a_feed_may_say_that_an_admission_begins_nothing(network: Network) -> None:
    feed = msgspec.structs.replace(await network.feed(), id="other", a01="none")
    assert (await network.receive(arrival(), feed)).outcome == "no-effect"


async def test_a_transfer_rooms_the_patient(network: Network) -> None:
    await network.receive(arrival())
    await network.receive(message("ADT^A02", EVN, pid(), pv1("NORTH^3"), control="C-2"))
    roomed, arrived = await network.only("roomed"), await network.only("checked-in")
    assert (roomed.room_id, roomed.case_id) == ("n-3", arrived.case_id)


async def test_a_transfer_to_an_unknown_room_is_refused(network: Network) -> None:
    await network.receive(arrival())
    receipt = await network.receive(message("ADT^A02", EVN, pid(), pv1("NORTH^99"), control="C-2"))
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert "maps to a room" in receipt.reason


@pytest.mark.parametrize(
    ("trigger", "expected"), [("A03", "checked-out"), ("A11", "visit-cancelled"), ("A38", "visit-cancelled")]
)
async def test_endings(network: Network, trigger: str, expected: str) -> None:
    await network.receive(arrival())
    await network.receive(message(f"ADT^{trigger}", EVN, pid(), pv1(), control="C-2"))
    assert (await network.only(expected)).case_id == (await network.only("checked-in")).case_id


async def test_taking_back_voids_the_last_event_of_its_kind(network: Network) -> None:
    await network.receive(arrival())
    await network.receive(message("ADT^A02", EVN, pid(), pv1("NORTH^3"), control="C-2"))
    await network.receive(message("ADT^A12", EVN, pid(), pv1(), control="C-3"))
    voided = await network.only("event-voided")
    assert voided.corrects == (await network.only("roomed")).event_id


async def test_taking_back_what_never_was_has_no_effect(network: Network) -> None:
    await network.receive(arrival())
    receipt = await network.receive(message("ADT^A12", EVN, pid(), pv1(), control="C-3"))
    assert receipt.outcome == "no-effect"


async def test_an_update_that_changes_nothing_used_here_gives_no_event(network: Network) -> None:
    await network.receive(arrival())
    same = await network.receive(message("ADT^A08", EVN, pid(), pv1(), control="C-2"))
    phone = await network.receive(message("ADT^A08", EVN, pid(phone="555-0199"), pv1(), control="C-3"))
    assert (same.outcome, phone.outcome) == ("no-effect", "no-effect")
    patient = (await network.only("checked-in")).patient_id
    kept = await network.store.read_personal("demo", "ma-ana", [patient], "test", NOON)
    assert kept[patient]["phone"] == "555-0199"


async def test_an_update_of_the_name_tells_that_it_changed_but_not_to_what(network: Network) -> None:
    await network.receive(arrival())
    await network.receive(message("ADT^A08", EVN, pid(name="Okafor-Reyes^Imani"), pv1(), control="C-2"))
    event = await network.only("demographics-updated")
    assert event.changed == ["name"]
    assert event.case_id == (await network.only("checked-in")).case_id


async def test_a_name_that_changes_back_is_a_change_again(network: Network) -> None:
    await network.receive(arrival())
    await network.receive(message("ADT^A08", EVN, pid(name="Reyes^Imani"), pv1(), control="C-2"))
    await network.receive(message("ADT^A31", EVN, pid(), pv1(), control="C-3"))
    assert (await network.types()).count("demographics-updated") == 2


async def test_vitals_are_exact_converted_and_keep_what_was_sent(network: Network) -> None:
    await network.receive(arrival())
    readings = observation(
        "NM|8480-6^Systolic^LN||118|mmHg|||||F|||20260921070730",
        "NM|8462-4^Diastolic^LN||76|mm[Hg]|||||F",
        "NM|8867-4^Heart rate^LN||71|bpm|||||F",
        "NM|59408-5^SpO2^LN||98|%|||||F",
        "NM|8310-5^Temp^LN||100.4|[degF]|||||F",
        "NM|29463-7^Weight^LN||154.5|lb|||||F",
        "NM|41653-7^Glucose^LN||5.5|mmol/L|||||F",
        "CWE|80288-4^Consciousness^LN||A^Alert^L||||||F",
        "NM|9279-1^Resp^LN|||/min|||||F",
    )
    receipt = await network.receive(message("ORU^R01", pid(), pv1(), readings, control="O-1"))
    event = await network.only("vitals-taken")
    assert receipt.outcome == "events"
    assert (event.systolic, event.diastolic, event.heart_rate, event.spo2) == (118, 76, 71, 98)
    assert (event.temp, event.weight, event.glucose, event.consciousness) == (380, 70080, 991, "A")
    assert event.resp_rate is None
    assert {(o.field, o.value, o.unit) for o in event.originals} == {
        ("temp", "100.4", "[degF]"),
        ("weight", "154.5", "[lb_av]"),
        ("glucose", "5.5", "mmol/L"),
    }
    assert event.occurred_at == SENT_AT - 150_000_000
    assert event.case_id == (await network.only("checked-in")).case_id


async def test_two_readings_of_one_sign_are_two_events(network: Network) -> None:
    await network.receive(arrival())
    twice = observation("NM|8867-4^HR^LN||71|/min|||||F", "NM|8867-4^HR^LN||74|/min|||||F")
    await network.receive(message("ORU^R01", pid(), pv1(), twice, control="O-1"))
    found = [event.heart_rate for event in await network.events() if event.TYPE == "vitals-taken"]
    assert sorted(found) == [71, 74]


@pytest.mark.parametrize(
    ("obx", "expected"),
    [
        ("NM|8310-5^Temp^LN||98.6||||||F", "unit for temp"),
        ("NM|8310-5^Temp^LN||98.6|hot|||||F", "UCUM"),
        ("NM|8310-5^Temp^LN||38.15|Cel|||||F", "at most 1 digits"),
        ("NM|8310-5^Temp^LN||warm|Cel|||||F", "decimal number"),
        ("NM|8867-4^HR^LN||71|Cel|||||F", "/min"),
        ("CWE|80288-4^Consciousness^LN||Q||||||F", "one of A, C, V, P, U"),
    ],
)
async def test_vitals_with_missing_or_wrong_unit_or_value_are_refused(
    network: Network, obx: str, expected: str
) -> None:
    await network.receive(arrival())
    receipt = await network.receive(message("ORU^R01", pid(), pv1(), observation(obx), control="O-1"))
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert expected in receipt.reason


async def test_vitals_need_a_time_of_their_own(network: Network) -> None:
    await network.receive(arrival())
    untimed = observation("NM|8867-4^HR^LN||71|/min|||||F", at="20260921")
    receipt = await network.receive(message("ORU^R01", pid(), pv1(), untimed, control="O-1"))
    assert "exact to the minute" in receipt.reason


async def test_a_feed_may_declare_that_its_devices_give_more_digits(network: Network) -> None:
    await network.receive(arrival())
    feed = msgspec.structs.replace(await network.feed(), id="devices", vitals_rounding=True)
    reading = observation("NM|8480-6^Systolic^LN||118.50|mm[Hg]|||||F")
    await network.receive(message("ORU^R01", pid(), pv1(), reading, control="O-1"), feed)
    event = await network.only("vitals-taken")
    assert event.systolic == 118
    assert [(o.field, o.value, o.unit) for o in event.originals] == [("systolic", "118.50", "mm[Hg]")]


def ordered(control: str = "NW", number: str = "P-1", test: str = "58410-2^CBC^LN", section: str = "HM") -> str:
    return (
        f"ORC|{control}|{number}^HIS|||||||20260921070800\r"
        f"OBR|1|{number}^HIS||{test}||||||||||||||||||||{section}\rSPM|1|||BLD\rTQ1|1||||||||A"
    )


async def test_an_order_opens_a_case_of_its_own_beside_the_visit(network: Network) -> None:
    await network.receive(arrival())
    await network.receive(message("OML^O21", pid(), pv1(), ordered(), control="L-1"))
    order, visit = await network.only("lab-test-ordered"), await network.only("checked-in")
    assert order.case_id != visit.case_id
    assert order.visit_case_id == visit.case_id
    assert (order.test_code, order.test_system, order.priority) == ("58410-2", "loinc", "asap")
    assert (order.specimen_type, order.specimen_class, order.patient_age) == ("BLD", "blood", 36)
    assert "P-1" not in order.order_number


@pytest.mark.parametrize("control", ["CA", "OC", "DC"])
async def test_a_cancelled_order(network: Network, control: str) -> None:
    await network.receive(message("ORM^O01", pid(), pv1(), ordered(), control="L-1"))
    await network.receive(message("ORM^O01", pid(), pv1(), ordered(control), control="L-2"))
    assert (await network.only("order-cancelled")).case_id == (await network.only("lab-test-ordered")).case_id


async def test_an_order_for_imaging_is_no_laboratory_order(network: Network) -> None:
    receipt = await network.receive(message("ORM^O01", pid(), pv1(), ordered(section="CT"), control="L-1"))
    assert receipt.outcome == "no-effect"


async def test_an_order_without_number_is_refused(network: Network) -> None:
    receipt = await network.receive(message("ORM^O01", pid(), pv1(), "ORC|NW\rOBR|1|||58410-2^CBC^LN"))
    assert "order number" in receipt.reason


def result(value: str = "4.1", flag: str = "N", status: str = "F", number: str = "P-1^HIS") -> str:
    obr = f"OBR|1|{number}|F-9^LAB|58410-2^CBC^LN|||20260921070000|||||||||||||||20260921070900|||{status}"
    return f"{obr}\rOBX|1|NM|K^Potassium^L||{value}|mmol/L|3.5-5.1|{flag}|||{status}"


async def test_a_result_finds_its_order(network: Network) -> None:
    await network.receive(message("OML^O21", pid(), pv1(), ordered(), control="L-1"))
    await network.receive(message("ORU^R01", pid(), pv1(), result(), control="R-1"))
    found = await network.only("result-received")
    assert found.case_id == (await network.only("lab-test-ordered")).case_id
    (observed,) = found.observations
    assert (observed.code, observed.system, observed.value, observed.unit) == ("2823-3", "loinc", "4.1", "mmol/L")
    assert (found.status, found.abnormal, found.occurred_at) == ("F", False, SENT_AT - MINUTE)


async def test_a_result_without_a_known_order_opens_a_case_of_its_own(network: Network) -> None:
    first = await network.receive(message("ORU^R01", pid(), pv1(), result("4.1"), control="R-1"))
    again = await network.receive(message("ORU^R01", pid(), pv1(), result("4.2", status="C"), control="R-2"))
    received, corrected = await network.only("result-received"), await network.only("result-corrected")
    assert (first.outcome, again.outcome) == ("events", "events")
    assert received.case_id == corrected.case_id
    assert (corrected.replaces, corrected.result_id) == (received.event_id, received.result_id)


async def test_the_fillers_number_finds_the_case_as_well(network: Network) -> None:
    await network.receive(message("ORU^R01", pid(), pv1(), result("4.1"), control="R-1"))
    await network.receive(message("ORU^R01", pid(), pv1(), result("4.3", number=""), control="R-2"))
    cases = {event.case_id for event in await network.events() if event.TYPE == "result-received"}
    assert len(cases) == 1


@pytest.mark.parametrize("flag", ["HH", "LL", "AA"])
async def test_a_critical_flag_gives_a_critical_result_beside_the_result(network: Network, flag: str) -> None:
    await network.receive(message("ORU^R01", pid(), pv1(), result("6.9", flag), control="R-1"))
    critical, whole = await network.only("critical-result-received"), await network.only("result-received")
    assert (critical.code, critical.value, critical.unit, critical.flag) == ("2823-3", "6.9", "mmol/L", flag)
    assert (critical.case_id, critical.result_id, whole.abnormal) == (whole.case_id, whole.result_id, True)


async def test_words_of_a_result_are_stored_apart(network: Network) -> None:
    text = "OBR|1|P-1^HIS||600-7^Culture^LN|||20260921070000|||||||||||||||20260921070900|||F\r"
    await network.receive(message("ORU^R01", pid(), pv1(), text + "OBX|1|FT|600-7^Culture^LN||grew nothing||||||F"))
    (observed,) = (await network.only("result-received")).observations
    assert observed.value_text is not None
    assert observed.value_text.startswith(PREFIX)


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (result().replace("mmol/L", "mmols"), "UCUM"),
        (result(status="W"), "result status"),
        ("NTE|1||nothing", "OBR or OBX"),
    ],
)
async def test_results_that_cannot_be_trusted_are_refused(network: Network, bad: str, expected: str) -> None:
    receipt = await network.receive(message("ORU^R01", pid(), pv1(), bad, control="R-1"))
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert expected in receipt.reason


async def test_a_result_that_is_still_awaited_has_no_effect(network: Network) -> None:
    awaited = result(status="I").replace("|||I\r", "|||\r")
    assert (await network.receive(message("ORU^R01", pid(), pv1(), awaited))).outcome == "no-effect"


def refill(control: str, quantity: str = "30", ordered_quantity: str = "30", schedule: str = "") -> str:
    rxe = ["RXE", "", "314076^Lisinopril 10 MG^RXNORM", "1", "", "TAB"] + [""] * 4 + [quantity, "TAB"]
    rxe += [""] * 6 + ["20260822090000"] + [""] * 16 + [schedule]
    rxo = ["RXO", "314076^Lisinopril 10 MG^RXNORM", "1"] + [""] * 8 + [ordered_quantity]
    return "\r".join((f"ORC|{control}|RX-5^PHARM|||||||20260921070800", "|".join(rxo), "|".join(rxe)))


@pytest.mark.parametrize(("kind", "control"), [("RDE^O25", "RF"), ("RDE^O25", "NW"), ("RDE^O11", "RF")])
async def test_a_refill_is_asked_for(network: Network, kind: str, control: str) -> None:
    await network.receive(message(kind, pid(), refill(control, schedule="IV"), control="X-1"))
    found = await network.only("refill-requested")
    assert (found.drug_code, found.drug_system, found.quantity, found.requested_by) == (
        "314076",
        "rxnorm",
        "30",
        "pharmacy",
    )
    assert (found.dose_changed, found.quantity_changed, found.controlled_schedule) == (False, False, "IV")
    assert found.last_fill_at == SENT_AT - 70 * MINUTE - 30 * 1440 * MINUTE + 180 * MINUTE


async def test_a_changed_quantity_is_told(network: Network) -> None:
    await network.receive(message("RDE^O25", pid(), refill("RF", "90"), control="X-1"))
    assert (await network.only("refill-requested")).quantity_changed is True


@pytest.mark.parametrize(("control", "expected"), [("AF", "refill-approved"), ("DF", "refill-denied")])
async def test_a_refill_is_decided(network: Network, control: str, expected: str) -> None:
    await network.receive(message("RDE^O11", pid(), refill("RF"), control="X-1"))
    await network.receive(message("RDE^O11", pid(), refill(control), control="X-2"))
    assert (await network.only(expected)).case_id == (await network.only("refill-requested")).case_id


async def test_a_new_prescription_is_no_refill(network: Network) -> None:
    assert (await network.receive(message("RDE^O11", pid(), refill("NW")))).outcome == "no-effect"


async def test_an_unmapped_trigger_is_stored_and_accepted(network: Network) -> None:
    receipt = await network.receive(message("SIU^S23", "SCH|1"))
    assert (receipt.outcome, receipt.codes) == ("no-effect", ["AA"])
    assert "SIU^S23" in receipt.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "MSH"),
        ("garbage", "MSH"),
        (arrival().replace("|NORTH", "|ELSEWHERE", 1).replace("|NORTH", "|NOWHERE"), "maps to a clinic"),
        (message("ADT^A01", EVN, pv1()), "medical record number"),
        (message("ADT^A01", EVN, "PID|1||123^^^USSSA^SS", pv1()), "medical record number"),
        (message("ADT^A01", "EVN||2026", pid(), pv1()).replace("20260921071000", "2026"), "exact to the minute"),
        (message("ADT^A01", "EVN||20261021070500", pid(), pv1()), "not more than a day ahead"),
        (message("ADT^A40", EVN, pid()), "MRG-1"),
        (message("ORM^O01", pid(), pv1()), "ORC or OBR"),
        (message("RDE^O25", pid(), "ORC|RF|RX-5"), "drug"),
    ],
)
async def test_refused_messages_are_dead_letters_with_a_reason(network: Network, text: str, expected: str) -> None:
    receipt = await network.receive(text)
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert expected in receipt.reason
    (letter,) = await network.store.dead_letters()
    assert (letter.kind, letter.dead_letter_id) == ("message", receipt.message_id)
    assert await network.events() == []


@pytest.mark.parametrize(
    "flood",
    [
        message("ADT^A01", EVN, pid().replace("70001^^^DEMO^MR", "~".join(["7^^^D^MR"] * 50_000)), pv1()),
        message("ORU^R01", pid(), pv1(), "OBR|1|P||T\r" + "\r".join(["OBX|1|NM|K||4|mmol/L|||||F"] * 30_000)),
        message("ORM^O01", pid(), pv1(), "\r".join(["ORC|CA|P-1"] * 50_000)),
        message("ADT^A01", EVN, pid(), pv1(), "\r".join(["ZZZ"] * 100_000)),
        message("ADT^A01", EVN, pid(name="\\F\\" * 50_000), pv1()),
    ],
)
async def test_a_flood_within_one_message_is_settled_soon(network: Network, flood: str) -> None:
    await network.receive(arrival("warm"))
    begun = time.process_time()  # not the clock's: others may have the processor meanwhile
    receipt = await network.receive(flood)
    assert time.process_time() - begun < 3
    assert receipt.outcome in ("events", "dead-letter")


async def test_a_failure_of_our_own_code_keeps_the_message_and_the_stream(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_source: Any) -> Any:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr("clinicflow.gateway.hl7.receive.map_message", broken)
        receipt = await network.receive(arrival())
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert (await network.receive(arrival())).outcome == "events"
