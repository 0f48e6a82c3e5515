"""Calls, appointments and the desk: what is refused, what comes late or twice, and what is put right afterwards."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.least_fields import MINUTE
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import START, Stage
from tests.agents.harness import demo_bundle

DEFAULTS = read_defaults(data_dir("scenarios"))


def stage(*events: str) -> Stage:
    """A clinic at which these have happened, one a minute."""
    clinic = Stage(all_agents(), demo_bundle(), "north", DEFAULTS)
    for minute, event in enumerate(events):
        clinic.happens(event, minute)
    return clinic


@pytest.mark.parametrize(
    ("before", "event", "code"),
    [
        (["appointment-booked"], "appointment-booked", "already-booked"),
        (["appointment-booked", "appointment-cancelled"], "appointment-cancelled", "appointment-cancelled"),
        (["appointment-booked", "appointment-cancelled"], "appointment-rescheduled", "appointment-cancelled"),
        (["appointment-booked", "appointment-cancelled"], "appointment-no-show", "appointment-cancelled"),
        (["appointment-booked", "appointment-no-show"], "appointment-no-show", "already-no-show"),
        (["appointment-booked"], "no-show-reversed", "no-no-show"),
        (["appointment-booked"], "slot-filled", "no-free-slot"),
    ],
)
def test_what_cannot_be_is_refused(before: list[str], event: str, code: str) -> None:
    clinic = stage(*before)
    assert clinic.refusals(clinic.happens(event, 30))["scheduling"] == code


def test_an_estimate_whose_bounds_are_the_wrong_way_round_is_refused() -> None:
    clinic = stage()
    event = clinic.happens("wait-estimate-published", 1, fields={"p50_min": 40, "p90_min": 20})
    assert clinic.refusals(event) == {"flow": "no-range"}


def test_a_cancellation_that_comes_after_the_hour_frees_no_time() -> None:
    clinic = stage()
    clinic.happens("appointment-booked", 0, fields={"start": {"minute": 60}, "end": {"minute": 80}})
    clinic.happens("appointment-cancelled", 61)
    assert clinic.happened("slot-released") == []


def test_a_missed_appointment_that_is_cancelled_frees_no_time_and_is_not_rebooked() -> None:
    clinic = stage("appointment-booked", "appointment-no-show", "appointment-cancelled")
    assert clinic.happened("slot-released") == []
    assert clinic.newest("rebook").status == "cancelled"


def test_a_cancellation_entered_by_mistake_takes_the_offer_of_its_time_back() -> None:
    clinic = stage("appointment-booked")
    wrong = clinic.happens("appointment-cancelled", 5)
    assert clinic.newest("offer-later-slot-to-waitlist").status == "requested"
    clinic.happens("event-voided", 9, corrects=wrong.event_id, case="appointment")
    assert clinic.newest("offer-later-slot-to-waitlist").status == "entered-in-error"
    assert clinic.newest("pre-visit-plan").status == "requested"


def test_a_booking_that_is_told_after_its_move_is_prepared_for_the_later_time() -> None:
    clinic = stage("appointment-rescheduled")
    late = clinic.happens("appointment-booked", 0, told=5)
    assert clinic.refusals(late) == {}
    assert clinic.newest("send-intake-forms").due_at == START + (20160 - 3 * 1440) * MINUTE


def test_a_form_that_is_completed_before_it_is_told_as_sent_is_no_help_needed() -> None:
    clinic = stage("patient-arrived", "intake-form-completed", "checked-in")
    assert clinic.tasks("help-with-forms") == []


@pytest.mark.parametrize(
    ("fields", "by", "refused"),
    [
        ({"preferred_present": True}, "ma-dewi", True),
        ({"preferred_present": True}, "ma-ana", False),
        ({"preferred_present": None}, "ma-dewi", False),
        ({"preferred_present": True, "acuity": "urgent"}, "ma-dewi", False),
    ],
)
def test_whom_the_first_offer_keeps_away(fields: dict[str, Any], by: str, refused: bool) -> None:
    clinic = stage()
    clinic.happens("checked-in", 0, fields={"preferred_staff": "ma-ana", **fields})
    asked = clinic.asks("claim", clinic.newest("room-patient"), by, 1)
    assert ("offered-first" in clinic.refusals(asked).values()) is refused


def test_an_assistant_never_triages_even_when_a_lead_hands_it_over() -> None:
    clinic = stage("patient-arrived", "walk-in-registered")
    handed = clinic.asks(
        "delegate", clinic.newest("nurse-triage"), "rn-grace", 5, {"to_staff": "ma-ana", "reason": "workload"}
    )
    assert clinic.refusals(handed) == {"front_desk": "role"}
