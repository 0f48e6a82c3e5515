"""No patient in the clinic is without an open task or a running timer, whatever comes and in whatever order."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinicflow.core.event import Event
from clinicflow.core.task import Task
from tests.agents.harness import NORMAL, VISIT, Clinic

COURSE = (
    "patient-arrived",
    "ticket-issued",
    "checked-in",
    "patient-called",
    "room-assigned",
    "roomed",
    "vitals-taken",
    "ready-for-provider",
    "provider-entered",
    "provider-exited",
    "visit-ended",
)


def test_an_ordinary_visit_always_has_a_next_step() -> None:
    clinic = Clinic()
    for minute, kind in enumerate(COURSE):
        clinic.happens(kind, minute * 4, **(NORMAL if kind == "vitals-taken" else {}))
    assert clinic.forgotten_after == []
    assert clinic.open() == {"checkout", "collect-copay"}


@pytest.mark.parametrize("left_out", COURSE[1:])
def test_a_step_that_nobody_tells_leaves_no_gap(left_out: str) -> None:
    clinic = Clinic()
    for minute, kind in enumerate(COURSE):
        if kind != left_out:
            clinic.happens(kind, minute * 4, **(NORMAL if kind == "vitals-taken" else {}))
    assert clinic.forgotten_after == []


def test_a_patient_long_with_the_provider_is_looked_after() -> None:
    clinic = Clinic()
    for minute, kind in enumerate(COURSE[:9]):
        clinic.happens(kind, minute, **(NORMAL if kind == "vitals-taken" else {}))
    assert "provider-still-in" not in clinic.open()
    clinic.wait(60)
    assert "provider-still-in" in clinic.open()
    clinic.happens("provider-exited", 65)
    assert "provider-still-in" not in clinic.open()
    assert clinic.forgotten_after == []


BACKBONE = {
    "check-in": ("patient-arrived",),
    "room-patient": ("patient-arrived", "checked-in"),
    "prepare-patient": ("patient-arrived", "checked-in", "roomed"),
    "see-patient": ("patient-arrived", "checked-in", "roomed", "ready-for-provider"),
    "complete-orders": ("patient-arrived", "checked-in", "roomed", "provider-entered", "provider-exited"),
    "checkout": ("patient-arrived", "checked-in", "roomed", "provider-entered", "provider-exited", "visit-ended"),
}


@pytest.mark.parametrize("rule", sorted(BACKBONE))
def test_a_task_that_is_given_up_goes_to_the_lead_and_again_when_that_is_given_up(rule: str) -> None:
    clinic = Clinic()
    for minute, kind in enumerate(BACKBONE[rule]):
        clinic.happens(kind, minute)
    for attempt, name in enumerate((rule, f"{rule}-again", f"{rule}-again")):
        task = next(task for task in clinic.tasks() if task.rule == name)
        refused = clinic.refusals(clinic.asks("rn-grace", "fail", task, 10 + attempt, reason="other"))
        assert refused == {}
        assert f"{rule}-again" in clinic.open()
    assert clinic.forgotten_after == []


def test_a_late_exit_of_an_earlier_time_does_not_lose_a_patient_who_is_with_the_provider() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("provider-entered", 30)
    clinic.happens("provider-exited", 20, logged=35)
    assert "complete-orders" not in clinic.open()
    assert "provider-back-in" in clinic.open()
    assert clinic.forgotten_after == []


def test_when_nobody_knows_whether_the_provider_is_still_in_the_lead_finds_out() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("provider-entered", 30)
    clinic.wait(80)
    clinic.asks("rn-grace", "fail", clinic.task("provider-still-in"), 81, reason="other")
    assert "check-on-visit-again" in clinic.open()
    clinic.happens("provider-exited", 90)
    assert "complete-orders" in clinic.open()
    assert "check-on-visit-again" not in clinic.open()
    assert clinic.forgotten_after == []


EVENTS = st.sampled_from(COURSE)
ACTS = st.tuples(st.sampled_from(("claim", "start", "completion", "fail", "release", "decline")), st.integers(0, 9))
STAFF = ("fd-lena", "ma-ana", "ma-dewi", "rn-grace", "prv-jonas", "mgr-selma")
REASONS = {"fail": "other", "release": "busy", "decline": "busy"}


def vital_signs(draw: Any) -> dict[str, Any]:
    return {
        "systolic": draw(st.one_of(st.none(), st.integers(30, 260))),
        "heart_rate": draw(st.one_of(st.none(), st.integers(10, 200))),
        "temp": draw(st.one_of(st.none(), st.integers(290, 440))),
    }


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_on_any_day_in_any_order_with_lateness_corrections_and_people_who_give_up(data: Any) -> None:
    clinic = Clinic()
    told: list[Event] = []
    clinic.happens(data.draw(st.sampled_from(("patient-arrived", "ticket-issued", "checked-in"))), 0)
    for step in range(1, data.draw(st.integers(3, 25))):
        minute = step * 5
        tasks = clinic.tasks()
        if tasks and data.draw(st.integers(0, 3)) == 0:
            what, which = data.draw(ACTS)
            act(clinic, what, tasks[which % len(tasks)], STAFF[data.draw(st.integers(0, 5))], minute)
        elif told and data.draw(st.integers(0, 7)) == 0:
            clinic.happens("event-voided", minute, corrects=told.pop().event_id)
        elif told and data.draw(st.integers(0, 7)) == 0:
            wrong = told.pop(data.draw(st.integers(0, len(told) - 1)))
            told.append(clinic.happens(wrong.TYPE, minute - 1, logged=minute, corrects=wrong.event_id))
        else:
            kind = data.draw(EVENTS)
            fields = vital_signs(data.draw) if kind == "vitals-taken" else {}
            late = data.draw(st.integers(0, 20))
            told.append(clinic.happens(kind, minute - late, logged=minute, **fields))
        assert clinic.forgotten_after == [], [placed.event.TYPE for placed in clinic.result.events]
    clinic.wait(600)
    assert clinic.forgotten_after == [], [placed.event.TYPE for placed in clinic.result.events]


def act(clinic: Clinic, what: str, task: Task, staff: str, minute: float) -> None:
    fields = {"reason": REASONS[what]} if what in REASONS else {}
    clinic.asks(staff, what, task, minute, **fields)


def test_after_the_end_nobody_is_waited_for() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("checked-out", 5)
    assert clinic.tasks(VISIT) == []
    assert clinic.forgotten_after == []
