"""The end of the day: what is left open is proposed to be closed, by the hours of the clinic; a person decides."""

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.ids import endless_case
from tests.agents.harness import ROOM, Clinic
from tests.agents.test_nobody_is_forgotten import DOCUMENT

ANA = endless_case("staff", "demo", "ma-ana")
CLOSES = 8 * 60
"""Minutes from the start of stories (Monday 09:00) until a clinic with office hours closes."""


def office_hours() -> Bundle:
    """The demo network, its north clinic open from 08:00 to 17:00 with a break at noon."""
    north = {**DOCUMENT["clinics"]["north"], "hours": {"daily": "08:00-12:00, 13:00-17:00"}}
    return compile_bundle({**DOCUMENT, "clinics": {**DOCUMENT["clinics"], "north": north}}, 1, all_agents())


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.now_under(office_hours())
    return clinic


def test_a_visit_that_is_open_half_an_hour_after_closing_is_proposed_to_be_closed(clinic: Clinic) -> None:
    clinic.happens("checked-in", 10)
    clinic.wait(CLOSES + 29)
    assert "propose-closing" not in clinic.open()
    clinic.wait(CLOSES + 31)
    assert "propose-closing" in clinic.open()
    assert clinic.view().ended_at is None, "the program closes nothing"


def test_a_patient_who_came_after_closing_is_asked_about_half_an_hour_later_and_again_while_still_here(
    clinic: Clinic,
) -> None:
    clinic.happens("checked-in", CLOSES + 20)
    clinic.wait(CLOSES + 51)
    assert "propose-closing" in clinic.open()
    clinic.happens("patient-still-here", CLOSES + 55, by="fd-lena")
    assert "propose-closing" not in clinic.open()
    clinic.wait(CLOSES + 86)
    assert "propose-closing" in clinic.open()
    clinic.happens("checked-out", CLOSES + 90)
    assert clinic.task("propose-closing").status == "completed"


def test_an_ended_visit_is_not_proposed(clinic: Clinic) -> None:
    clinic.happens("checked-in", 10)
    clinic.happens("checked-out", 50)
    clinic.wait(CLOSES + 60)
    assert not clinic.made("propose-closing")


def test_an_end_that_was_entered_by_mistake_brings_the_question_back(clinic: Clinic) -> None:
    clinic.happens("checked-in", 10)
    wrong = clinic.happens("checked-out", 50)
    clinic.happens("event-voided", 55, corrects=wrong.event_id)
    clinic.wait(CLOSES + 31)
    assert "propose-closing" in clinic.open()


def test_when_nobody_confirms_it_is_asked_of_more_people_and_stays_open(clinic: Clinic) -> None:
    clinic.happens("checked-in", 10)
    clinic.wait(CLOSES + 24 * 60)
    task = clinic.task("propose-closing")
    assert (task.status, task.roles) == ("requested", ("FD", "LEAD", "RN", "MGR"))


def test_a_room_that_a_visit_left_occupied_is_looked_at(clinic: Clinic) -> None:
    clinic.happens("checked-in", 10)
    clinic.happens("roomed", 15)
    clinic.wait(CLOSES + 46)
    assert "room-left-occupied" in clinic.open(ROOM)


def test_a_shift_that_goes_on_for_fourteen_hours_is_asked_about(clinic: Clinic) -> None:
    clinic.happens("shift-started", 0, ANA, staff_id="ma-ana", patient_id=None)
    clinic.wait(14 * 60 + 1)
    assert "shift-not-ended" in clinic.open(ANA)


def test_who_counts_on_the_question_at_closing_time_alone_is_forgotten() -> None:
    """The watch at closing time must not hide that until then nobody looks after a patient."""
    silent = {"room-patient", "collect-copay", "verify-identity"}
    protocols = [
        {**protocol, "rules": [rule for rule in protocol["rules"] if rule["id"] not in silent]}
        for protocol in DOCUMENT["protocols"]
    ]
    clinic = Clinic()
    clinic.now_under(compile_bundle({**DOCUMENT, "protocols": protocols}, 1, all_agents()))
    clinic.happens("checked-in", 10)
    timers = [timer for side in clinic.result.cases[next(iter(clinic.result.cases))].values() for timer in side.timers]
    assert [timer.rule for timer in timers] == ["propose-closing"]
    assert clinic.forgotten_after == ["checked-in"]
