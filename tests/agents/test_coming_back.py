"""A patient is checked out, comes back and is checked out again: what all agents make of it together."""

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.step import case_open, pack
from clinicflow.core.visit import LAW, ended
from tests.agents.harness import MINUTE, NORMAL, ORDER, ROOM, START, VISIT, Clinic, demo_bundle
from tests.agents.random_days import COURSE


def seen() -> Clinic:
    """A visit whose clinical part is over."""
    clinic = Clinic()
    for minute, kind in enumerate(COURSE):
        clinic.happens(kind, minute * 4, **(NORMAL if kind == "vitals-taken" else {}))
    return clinic


def back(clinic: Clinic, minute: float = 60) -> Clinic:
    """The same, checked out ten minutes before, and back."""
    clinic.happens("checked-out", minute - 10)
    clinic.happens("checkout-reversed", minute)
    return clinic


@pytest.mark.parametrize("agent", [name for name, agent in all_agents().items() if "visit" in agent.kinds])
def test_every_agent_of_visits_hears_the_whole_law(agent: str) -> None:
    assert demo_bundle().subscriptions[agent] >= LAW


def test_the_visit_is_open_for_every_agent_and_ends_again_for_every_agent() -> None:
    clinic = back(seen())
    phases = {name: side.phase for name, side in clinic.result.cases[VISIT].items()}
    assert set(phases.values()) == {"checked-in"}, phases
    assert case_open(clinic.result.cases[VISIT])
    clinic.happens("checked-out", 70)
    assert all(ended(side.phase) for side in clinic.result.cases[VISIT].values())
    assert not case_open(clinic.result.cases[VISIT])
    assert clinic.forgotten_after == []


def test_the_board_shows_the_stage_that_the_visit_had_without_the_room_and_the_ticket_is_kept() -> None:
    clinic = seen()
    before = clinic.view()
    back(clinic)
    assert clinic.view() == before
    assert (before.stage, before.room_id, before.ticket, before.ended_at) == ("visit-ended", None, "HK47", None)
    clinic.happens("checked-out", 70)
    view = clinic.view()
    assert (view.stage, view.ended_at) == ("checked-out", START + 70 * MINUTE)


def test_who_was_in_a_room_comes_back_without_one_and_the_room_is_released_once() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    back(clinic, 30)
    assert (clinic.view().stage, clinic.view().room_id) == ("roomed", None)
    clinic.happens("checked-out", 40)
    assert [event.case_id for event in clinic.happened("room-released")] == [ROOM]


def test_the_desk_checks_out_once_for_each_end() -> None:
    clinic = back(back(seen()), 80)
    made = [task.status for task in clinic.result.tasks.values() if task.rule == "checkout"]
    assert sorted(made) == ["completed", "completed", "requested"]


def test_the_clinical_end_after_a_reversal_asks_for_no_second_check_out() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    back(clinic, 30)
    clinic.happens("visit-ended", 40)
    assert [task.rule for task in clinic.tasks()].count("checkout") == 1
    assert clinic.forgotten_after == []


@pytest.mark.parametrize("first", COURSE[:3])
@pytest.mark.parametrize("steps", range(len(COURSE)))
def test_nobody_who_comes_back_is_forgotten_wherever_the_visit_stood(first: str, steps: int) -> None:
    clinic = Clinic()
    for minute, kind in enumerate((first, *(kind for kind in COURSE[:steps] if kind != first))):
        clinic.happens(kind, minute, **(NORMAL if kind == "vitals-taken" else {}))
    back(clinic, 60)
    assert "checkout" in clinic.open()
    assert clinic.forgotten_after == []


def test_only_open_cases_of_the_visit_hear_of_it() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("lab-test-ordered", 5)
    other = "6a4f8ad0-6a1c-5f0e-9a3e-0d6f3f5a2b11"
    clinic.happens("lab-test-ordered", 6, other)
    clinic.happens("order-cancelled", 8, other)
    back(clinic, 30)
    assert [event.case_id for event in clinic.happened("visit-reopened")] == [ORDER]


def test_a_patient_who_is_said_to_be_ready_again_is_new_to_the_provider() -> None:
    clinic = Clinic()
    for minute, kind in enumerate(("checked-in", "roomed", "ready-for-provider")):
        clinic.happens(kind, minute)
    back(clinic, 30)
    assert "see-patient" not in clinic.open()
    clinic.happens("ready-for-provider", 35)
    assert "see-patient" in clinic.open()


def test_a_reversal_that_is_refused_changes_nothing_for_any_agent() -> None:
    clinic = seen()
    before = {name: (side.phase, pack(side.data), side.tasks) for name, side in clinic.result.cases[VISIT].items()}
    refused = clinic.refusals(clinic.happens("checkout-reversed", 45))
    assert {why.code for why in refused.values()} == {"not-checked-out"}
    after = {name: (side.phase, pack(side.data), side.tasks) for name, side in clinic.result.cases[VISIT].items()}
    assert before == after
