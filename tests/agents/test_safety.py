"""Incidents and complaints: answers before their questions, reports told twice, and who may answer."""

import pytest

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle

DEFAULTS = read_defaults(data_dir("scenarios"))


def clinic() -> Stage:
    return Stage(all_agents(), demo_bundle(), "north", DEFAULTS)


def test_an_incident_that_is_told_twice_makes_its_tasks_once() -> None:
    stage = clinic()
    stage.happens("incident-reported", 0)
    again = stage.happens("incident-reported", 1)
    assert stage.refusals(again) == {"safety": "already-reported"}
    assert [len(stage.tasks(rule)) for rule in ("make-safe", "notify-clinicians", "investigate")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("incident-made-safe", "nothing-reported"),
        ("incident-acknowledged", "nothing-reported"),
        ("incident-closed", "nothing-reported"),
        ("complaint-acknowledged", "no-complaint"),
        ("privacy-incident-assessed", "nothing-reported"),
    ],
)
def test_an_answer_before_its_report_is_refused(kind: str, code: str) -> None:
    stage = clinic()
    assert stage.refusals(stage.happens(kind, 1, by="mgr-selma")) == {"safety": code}


def test_a_complaint_is_not_resolved_before_it_was_acknowledged() -> None:
    stage = clinic()
    stage.happens("incident-reported", 0, case="a fall")
    other = stage.happens("complaint-acknowledged", 0, case="a fall", by="mgr-selma")
    assert stage.refusals(other) == {"safety": "no-complaint"}
    stage.happens("complaint-received", 0)
    early = stage.happens("complaint-resolved", 1, by="mgr-selma")
    assert stage.refusals(early) == {"safety": "not-acknowledged"}
    stage.happens("complaint-acknowledged", 2, by="mgr-selma")
    assert stage.refusals(stage.happens("complaint-resolved", 3, by="mgr-selma")) == {}


def test_an_incident_entered_by_mistake_stays_open_until_the_manager_says_so() -> None:
    stage = clinic()
    report = stage.happens("incident-reported", 0)
    stage.happens("event-voided", 1, case="incident", corrects=report.event_id)
    assert (stage.newest("investigate").status, stage.newest("investigate").cause_voided) == ("requested", True)
    closed = stage.happens("incident-closed", 2, by="mgr-selma", fields={"measure": "none_needed"})
    assert stage.refusals(closed) == {}
    assert stage.newest("investigate").status == "completed"


def test_an_incident_in_a_visit_outlives_the_visit() -> None:
    stage = clinic()
    visit = stage.happens("checked-in", 0)
    stage.happens("incident-reported", 1, fields={"visit_case_id": visit.case_id})
    stage.happens("checked-out", 20)
    assert all(stage.newest(rule).open for rule in ("make-safe", "notify-clinicians", "investigate"))
