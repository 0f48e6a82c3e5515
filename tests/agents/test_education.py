"""The education agent where no scenario goes: what cannot be, comes twice, or is taken back."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle


def stage(clinic: str = "north") -> Stage:
    return Stage(all_agents(), demo_bundle(), clinic, read_defaults(data_dir("scenarios")))


def open_rules(clinic: Stage) -> set[str]:
    return {task.rule for task in clinic.result.tasks.values() if task.open and task.agent == "education"}


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("education-delivered", {}, "no-order"),
        ("teach-back-failed", {}, "no-order"),
        ("lens-teaching-done", {}, "no-order"),
        ("lens-handed-out", {}, "not-taught"),
        ("question-answered", {"question_event": "q-1"}, "no-question"),
        ("after-visit-summary-given", {}, "not-signed"),
    ],
)
def test_what_nobody_asked_for_is_refused(kind: str, fields: dict[str, Any], code: str) -> None:
    clinic = stage()
    event = clinic.happens(kind, 5, by="rn-grace", fields=fields)
    assert clinic.refusals(event)["education"] == code
    assert open_rules(clinic) == set()


def test_an_order_is_placed_once() -> None:
    clinic = stage()
    clinic.happens("education-ordered", 0)
    again = clinic.happens("education-ordered", 1, fields={"kind": "diet"})
    assert clinic.refusals(again)["education"] == "already-ordered"
    assert len(clinic.tasks("teach")) == 1


def test_lenses_are_not_taught_by_words_alone() -> None:
    clinic = stage()
    clinic.happens("education-ordered", 0, fields={"kind": "lenses", "topic": "contact-lenses"})
    told = clinic.happens("education-delivered", 5, by="rn-grace")
    assert clinic.refusals(told)["education"] == "no-order"
    assert clinic.newest("teach-lens").open


def test_teaching_that_was_written_for_another_patient_is_open_again() -> None:
    clinic = stage()
    clinic.happens("education-ordered", 0)
    done = clinic.happens("education-delivered", 8, by="ma-ana")
    assert not clinic.newest("teach").open
    clinic.happens("event-voided", 9, case="order", by="ma-ana", corrects=done.event_id)
    assert clinic.newest("teach").status == "requested"


def test_a_withdrawn_order_leaves_nothing_to_do() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    visit = clinic.happened("checked-in")[0].case_id
    clinic.happens("education-ordered", 1, fields={"visit_case_id": visit})
    clinic.happens("order-cancelled", 2, fields={"reason": "not_needed"})
    clinic.happens("checked-out", 30, by="fd-lena")
    assert open_rules(clinic) == set()
    assert [event.outcome for event in clinic.happened("case-closed")] == ["cancelled"]


def test_somebody_of_no_known_role_gives_no_advice() -> None:
    clinic = stage()
    asked = clinic.happens("clinical-question-raised", 0)
    told = clinic.happens("question-answered", 5, fields={"question_event": asked.event_id})
    assert clinic.refusals(told)["education"] == "no-advice"
    assert clinic.newest("answer-question").open


def test_a_nurse_may_answer_a_question_of_the_list_in_her_own_words() -> None:
    clinic = stage()
    asked = clinic.happens("clinical-question-raised", 0, fields={"topic": "what-to-bring"})
    clinic.happens("question-answered", 5, by="rn-grace", fields={"question_event": asked.event_id})
    assert clinic.newest("read-approved-answer").status == "completed"


def test_a_question_of_the_list_given_up_goes_to_licensed_staff() -> None:
    clinic = stage()
    clinic.happens("clinical-question-raised", 0, fields={"topic": "what-to-bring"})
    clinic.asks("claim", clinic.newest("read-approved-answer"), "ma-ana", 1)
    clinic.asks("fail", clinic.newest("read-approved-answer"), "ma-ana", 2, {"reason": "other"})
    assert set(clinic.newest("answer-question-again").roles) == {"PRV", "PHY", "RN"}


def test_a_new_version_of_the_plan_is_explained_again() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("encounter-note-signed", 30, by="prv-jonas", fields={"plan_version": "1"})
    clinic.happens("visit-ended", 31)
    clinic.happens("after-visit-summary-given", 35, by="ma-ana", fields={"plan_version": "1"})
    assert open_rules(clinic) == set()
    clinic.happens("encounter-note-signed", 36, by="prv-jonas", fields={"plan_version": "2"})
    assert open_rules(clinic) == {"explain-plan"}


def test_an_order_after_the_interpreter_came_needs_no_second_one() -> None:
    clinic = stage()
    clinic.happens("education-ordered", 0, fields={"patient_language": "id"})
    order = clinic.happened("education-ordered")[0].case_id
    for minute in (5, 6):
        clinic.happens("interpreter-booked", minute, case_id=order)
    assert len(clinic.tasks("teach-interpreted")) == 1
    assert open_rules(clinic) == {"teach-interpreted"}


def test_a_check_out_entered_by_mistake_leaves_the_plan_to_be_explained_and_nobody_to_call() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("encounter-note-signed", 30, by="prv-jonas")
    clinic.happens("visit-ended", 31)
    out = clinic.happens("checked-out", 33, by="fd-lena")
    assert open_rules(clinic) == {"call-about-summary"}
    clinic.happens("event-voided", 34, case="visit", by="fd-lena", corrects=out.event_id)
    assert open_rules(clinic) == {"explain-plan"}
