"""Given the demo network and a seed, when a day is simulated, then it is a real day, and the same day each time."""

from __future__ import annotations

from collections import Counter

import pytest

from clinicflow.codec import encode, from_json
from clinicflow.core.event import Event
from clinicflow.core.visit import ended
from clinicflow.core.waiting import forgotten
from clinicflow.simulate.day import DayPlan
from clinicflow.simulate.door import doc_of
from clinicflow.simulate.simulation import Simulation
from clinicflow.simulate.synthetic import START, VirtualClinic, synthetic_day, synthetic_journal
from tests.replay.day import bundle


@pytest.fixture(scope="module")
def day() -> VirtualClinic:
    return synthetic_day(bundle(), 1, 120)


def kinds(day: VirtualClinic) -> Counter[str]:
    return Counter(placed.event.TYPE for placed in day.result.events)


def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    first = [encode(event) for event in synthetic_journal(bundle(), 7, 6)]
    again = [encode(event) for event in synthetic_journal(bundle(), 7, 6)]
    other = [encode(event) for event in synthetic_journal(bundle(), 8, 6)]

    assert first == again
    assert first != other


def test_two_runs_of_one_seed_share_no_case() -> None:
    runs = [DayPlan(bundle(), 1, run=run).patients() for run in ("morning", "evening")]

    assert next(runs[0]).visit != next(runs[1]).visit


def test_every_patient_leaves_in_the_end_and_all_work_is_done(day: VirtualClinic) -> None:
    stages = [sides["flow"].view.stage for sides in day.result.cases.values() if "flow" in sides and sides["flow"].view]

    assert len(stages) == 120
    assert all(ended(stage) for stage in stages)
    assert Counter(stages).keys() == {"checked-out", "left-without-being-seen", "visit-cancelled"}
    left_open = [task.activity for task in day.result.tasks.values() if task.open]
    assert len(left_open) <= 2, left_open


def test_the_day_has_what_real_days_have(day: VirtualClinic) -> None:
    found = kinds(day)

    for kind in (
        "vitals-critical-flagged", "vitals-retake-requested", "critical-vitals-acknowledged", "refill-requested",
        "refill-denied", "result-received", "result-corrected", "specimen-rejected", "event-voided", "room-cleaned",
        "task-decline-requested", "task-release-requested", "timer-fired", "left-without-being-seen",
    ):  # fmt: skip
        assert found[kind] > 0, kind
    told = day.primaries
    assert len({event.event_id for event in told}) < len(told), "something is told twice"
    assert any(event.occurred_at < event.recorded_at - 120_000_000 for event in told), "something is told late"
    assert any(event.corrects for event in told if event.TYPE == "vitals-taken"), "something is replaced"
    assert first_of(told, "ticket-issued") & first_of(told, "patient-arrived"), "some tickets come before the arrival"


def first_of(told: list[Event], kind: str) -> set[str]:
    """Kinds of events with which some visit began."""
    begun: dict[str, str] = {}
    for event in told:
        if event.CASE == "visit":
            begun.setdefault(event.case_id, event.TYPE)
    return {"visits"} if kind in begun.values() else set()


def test_agents_refuse_next_to_nothing_of_what_simulated_staff_ask(day: VirtualClinic) -> None:
    asked = sum(kind.startswith("task-") for kind in kinds(day).elements())

    assert asked > 1000
    assert len(day.result.rejections) < asked / 50, Counter(why.code for _, _, why in day.result.rejections)


def test_nobody_is_forgotten_at_the_end_of_the_day(day: VirtualClinic) -> None:
    assert [case for case, sides in day.result.cases.items() if forgotten(sides)] == []


def test_what_is_told_fits_the_form_of_the_public_door(day: VirtualClinic) -> None:
    defaults = {"org_id": "demo", "recorded_at": START, "source_system": "simulator"}
    stamps = {"on_shift": True, "clinic_assigned": True, "lead": False}
    stamps |= {"to_on_shift": True, "to_clinic_assigned": True}

    for event in day.primaries:
        doc, role = doc_of(event), {"actor_role": event.actor_role}  # the door says it of whom it knows

        assert not set(doc) & {"actor_role", "actor_credentials", "org_id", "recorded_at"}
        assert from_json(doc, defaults=defaults | stamps | role).event_id == event.event_id


def test_ten_times_the_speed_makes_ten_times_shorter_waits_of_the_plan() -> None:
    slow = Simulation(bundle(), DayPlan(bundle(), 1), START, 1.0)
    fast = Simulation(bundle(), DayPlan(bundle(), 1), START, 10.0)

    assert slow.next_at is not None
    assert fast.next_at is not None
    assert abs((slow.next_at - START) - 10 * (fast.next_at - START)) <= 10


def test_only_the_clinics_that_are_asked_for_get_patients() -> None:
    day = synthetic_day(bundle(), 2, 5, clinics=["south"])

    assert {placed.event.clinic_id for placed in day.result.events} == {"south"}
