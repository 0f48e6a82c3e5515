"""What SIU messages mean, and arrivals of patients who have an appointment."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from clinicflow.gateway.hl7.feeds import Feed
from tests.gateway.support import MINUTE, NOON, Network, arrival, message, pid, pv1

pytestmark = pytest.mark.asyncio

PACIFIC = ZoneInfo("America/Los_Angeles")


def instant(text: str) -> int:
    """UTC microseconds of a local time of the clinic."""
    return int(datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=PACIFIC).timestamp()) * 1_000_000


def siu(
    trigger: str,
    *segments: str,
    control: str = "S-1",
    number: str = "70001",
    appointment: str = "P-1|F-1",
    status: str = "Booked",
    length: str = "|",
    kind: str = "CHECK",
) -> str:
    """A message of the scheduling system; ``length`` is SCH-9 and SCH-10."""
    sch = f"SCH|{appointment}|||||ROUTINE|{kind}|{length}|||||||||||||||{status}"
    return message(f"SIU^{trigger}^SIU_S12", sch, *segments, pid(number), pv1(visit=""), control=control)


def timing(start: str, end: str = "") -> str:
    return f"TQ1|||||||{start}|{end}"


SLOT = timing("202609211400", "202609211430")


async def test_a_booking_is_an_appointment_of_its_own_case(network: Network) -> None:
    receipt = await network.receive(siu("S12", SLOT))
    event = await network.only("appointment-booked")
    assert receipt.codes == ["AA"]
    assert (event.start, event.end) == (instant("202609211400"), instant("202609211430"))
    assert (event.visit_type, list(event.needs), event.provider_id, event.clinic_id) == ("CHECK", [], None, "north")
    assert (event.patient_age, event.patient_language) == (36, "en")
    assert event.occurred_at == NOON - 200_000_000


async def test_what_the_feed_names_is_told_in_the_organizations_words(network: Network) -> None:
    feed = msgspec.structs.replace(
        await network.feed(),
        id="other",
        visit_types={"CHECK": "foot"},
        staff={"N-7": "np-noor"},
        needs={"INT": "interpreter", "CHAP": "chaperone"},
    )
    people = ("AIP|1||X-9^Unknown", "AIP|2||N-7^Noor", "AIG|1||I-3|INT^Interpreter")
    await network.receive(siu("S12", SLOT, *people), feed)
    event = await network.only("appointment-booked")
    assert (event.visit_type, event.provider_id, list(event.needs)) == ("foot", "np-noor", ["interpreter"])


@pytest.mark.parametrize(
    ("segments", "length", "minutes"),
    [
        ((timing("202609211400"),), "40|min", 40),
        ((timing("202609211400"),), "1|H", 60),
        (("AIS|1||XR^X-ray|202609211400|||45|min",), "|", 45),
        ((timing("202609211400", "202609211410"),), "40|min", 10),
    ],
)
async def test_the_end_is_sent_or_follows_from_the_length(
    network: Network, segments: tuple[str, ...], length: str, minutes: int
) -> None:
    await network.receive(siu("S12", *segments, length=length))
    event = await network.only("appointment-booked")
    assert (event.start, event.end - event.start) == (instant("202609211400"), minutes * MINUTE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"segments": ()}, "Expected the start of the appointment, exact to the minute"),
        ({"segments": (timing("20260921"),)}, "Expected the start of the appointment, exact to the minute"),
        ({"segments": (timing("202609211400"),)}, "Expected the end of the appointment in TQ1-8 or SCH-11"),
        ({"segments": (timing("202609211400"),), "length": "40|"}, "Expected min, h or s in SCH-10"),
        (
            {"segments": (timing("202609211400"),), "length": "-5|min"},
            "Expected a whole number from 1 to 100000 in SCH-9",
        ),
        ({"segments": (timing("202609211400"),), "length": "soon|min"}, "Expected a whole number from 1 to 100000"),
        ({"segments": (timing("202609211400", "202609211300"),)}, "Expected an appointment that ends after it begins"),
        ({"segments": (SLOT,), "appointment": "|"}, "Expected the number of the appointment in SCH-1 or SCH-2"),
        ({"segments": (SLOT,), "kind": ""}, "Expected the kind of appointment in SCH-8 or the service in AIS-3"),
        ({"segments": (SLOT,), "number": ""}, "Expected a medical record number in PID-3"),
    ],
)
async def test_what_is_missing_is_named_and_the_message_kept(
    network: Network, change: dict[str, Any], said: str
) -> None:
    receipt = await network.receive(siu("S12", *change.pop("segments"), **change))
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert said in receipt.reason
    assert await network.types() == []


@pytest.mark.parametrize("status", ["Pending", "Waitlist", "Blocked"])
async def test_what_is_not_booked_yet_is_no_appointment(network: Network, status: str) -> None:
    receipt = await network.receive(siu("S12", SLOT, status=status))
    assert (receipt.outcome, await network.types()) == ("no-effect", [])
    assert status.lower() in receipt.reason


async def test_a_move_keeps_the_case(network: Network) -> None:
    await network.receive(siu("S12", SLOT))
    await network.receive(siu("S13", timing("202609221000", "202609221030"), control="S-2"))
    booked, moved = [await network.only(name) for name in ("appointment-booked", "appointment-rescheduled")]
    assert moved.case_id == booked.case_id
    assert (moved.start, moved.initiator) == (instant("202609221000"), "other")


async def test_either_number_finds_the_appointment(network: Network) -> None:
    await network.receive(siu("S12", SLOT))
    await network.receive(siu("S15", SLOT, control="S-2", appointment="|F-1"))
    await network.receive(siu("S26", SLOT, control="S-3", appointment="P-1|"))
    cases = {(await network.only(name)).case_id for name in ("appointment-booked", "appointment-cancelled")}
    assert cases == {(await network.only("appointment-no-show")).case_id}


async def test_a_change_before_its_booking_waits_for_it(network: Network) -> None:
    early = await network.receive(siu("S13", timing("202609221000", "202609221030")))
    assert early.outcome == "unmatched"
    await network.receive(siu("S12", SLOT, control="S-2"))
    assert set(await network.types()) == {
        "unmatched-received", "appointment-booked", "appointment-rescheduled", "unmatched-resolved",
    }  # fmt: skip


@pytest.mark.parametrize("trigger", ["S15", "S16"])
async def test_a_cancellation_tells_how_long_before(network: Network, trigger: str) -> None:
    await network.receive(siu("S12", SLOT))
    await network.receive(siu(trigger, SLOT, control="S-2", status="Cancelled"))
    event = await network.only("appointment-cancelled")
    assert (event.cancelled_by, event.notice_min) == ("other", 410)


async def test_a_missed_appointment_tells_how_late_the_patient_is(network: Network) -> None:
    slot = timing("202609210650", "202609210720")
    await network.receive(siu("S12", slot))
    await network.receive(siu("S26", slot, control="S-2", status="Noshow"))
    assert (await network.only("appointment-no-show")).minutes_late == 20


async def test_without_a_word_for_needs_a_change_says_nothing(network: Network) -> None:
    feed = msgspec.structs.replace(await network.feed(), id="other", needs={})
    await network.receive(siu("S12", SLOT), feed)
    receipt = await network.receive(siu("S14", SLOT, control="S-2"), feed)
    assert (receipt.outcome, await network.types()) == ("no-effect", ["appointment-booked"])


async def test_a_change_tells_all_needs_as_they_are(network: Network) -> None:
    feed = msgspec.structs.replace(await network.feed(), id="other", needs={"INT": "interpreter"})
    await network.receive(siu("S12", SLOT, "AIG|1||I-3|INT"), feed)
    await network.receive(siu("S14", SLOT, control="S-2"), feed)
    booked, changed = [await network.only(name) for name in ("appointment-booked", "appointment-modified")]
    assert (list(booked.needs), list(changed.needs), changed.visit_type) == (["interpreter"], [], "CHECK")


async def test_an_appointment_entered_in_error_is_taken_back(network: Network) -> None:
    await network.receive(siu("S12", SLOT))
    await network.receive(siu("S17", SLOT, control="S-2", status="Deleted"))
    booked, voided = [await network.only(name) for name in ("appointment-booked", "event-voided")]
    assert (voided.corrects, voided.case_id) == (booked.event_id, booked.case_id)


async def test_another_patients_number_is_refused(network: Network) -> None:
    await network.receive(siu("S12", SLOT))
    receipt = await network.receive(siu("S15", SLOT, control="S-2", number="70002"))
    assert (receipt.outcome, await network.types()) == ("dead-letter", ["appointment-booked"])
    assert "Expected PID-3 to name the patient" in receipt.reason


async def test_the_place_of_an_appointment_tells_its_clinic(network: Network) -> None:
    feed: Feed = msgspec.structs.replace(
        await network.feed(),
        id="other",
        clinics_by_location={"LAB": "south"},
        clinics_by_facility={},
        default_clinic="east",
    )
    sch = "SCH|P-1|F-1|||||ROUTINE|CHECK||||||||||||||||||Booked"
    await network.receive(message("SIU^S12", sch, SLOT, pid(), "RGS|1", "AIL|1||LAB^2", control="S-1"), feed)
    assert (await network.only("appointment-booked")).clinic_id == "south"


async def test_a_repeat_changes_nothing(network: Network) -> None:
    first = await network.receive(siu("S12", SLOT))
    again = await network.receive(siu("S12", SLOT))
    assert (first.outcome, again.outcome, await network.types()) == ("events", "duplicate", ["appointment-booked"])


async def arrived(network: Network, *messages: str) -> int | None:
    """For which time the patient came, after these messages."""
    for text in messages:
        assert (await network.receive(text)).outcome == "events"
    await network.receive(arrival())
    return (await network.only("checked-in")).appointment_at


MOVED = siu("S13", timing("202609211600", "202609211630"), control="S-2")
TOMORROW = siu("S13", timing("202609221000", "202609221030"), control="S-2")
SECOND = siu("S12", timing("202609211600", "202609211630"), control="S-2", appointment="P-2|F-2")


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((), None),
        ((siu("S12", SLOT),), instant("202609211400")),
        ((siu("S12", SLOT), MOVED), instant("202609211600")),
        ((siu("S12", SLOT), TOMORROW), None),
        ((siu("S12", SLOT), siu("S15", SLOT, control="S-2")), None),
        ((siu("S12", SLOT), siu("S17", SLOT, control="S-2")), None),
        ((siu("S12", SLOT), siu("S26", SLOT, control="S-2")), instant("202609211400")),
        ((siu("S12", SLOT), SECOND), None),
        ((siu("S12", SLOT), SECOND, siu("S15", SLOT, control="S-3")), instant("202609211600")),
        ((siu("S12", SLOT, number="70002"),), None),
    ],
)
async def test_an_arrival_is_for_the_only_appointment_of_the_day(
    network: Network, messages: tuple[str, ...], expected: int | None
) -> None:
    assert await arrived(network, *messages) == expected
