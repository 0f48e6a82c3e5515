"""A task looked at again: who may do it no more gives it up or stops, and goes on when what was missing is back."""

from typing import Any

import pytest

from clinicflow.core.event import Event
from clinicflow.core.outcome import Outcome
from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds

RULE = {
    "id": "draw",
    "on": ["roomed"],
    "task": task("draw-blood", credential="ma-phleb", roles=["MA"], escalation=[{"at": "100%", "to": ["LEAD"]}]),
}
CA_MA: dict[str, Any] = {
    "id": "ca-draw",
    "role": ["MA"],
    "activities": ["draw-blood"],
    "decision": "allowed-with-supervision",
    "credential_all_of": ["ma-phleb"],
    "supervision": "on-site",
    "supervisor_roles": ["PRV"],
    "valid_from": "2026-01-01",
    "source": "test",
}
CA_RN = {**CA_MA, "id": "ca-rn", "role": ["RN"], "decision": "allowed", "credential_all_of": [], "supervision": "none"}
WELL: dict[str, Any] = {"actor_credentials": ["ma-phleb"], "on_site_supervisors": ["PRV"]}


def held(*asked: str) -> Story:
    story = Story([RULE], scope=[CA_MA, CA_RN]).given(an_event("checked-in"), an_event("roomed"))
    return story.given(*(asks(each, story.the_task(), **WELL) for each in asked))


def check(story: Story, key: str = "", at: int = 5, **over: Any) -> Event:
    """A re-check as the shell stamps it: on shift, with the credential, the prescriber gone."""
    fields: dict[str, Any] = {
        "task_id": story.the_task().task_id,
        "agent": "nurse",
        "holder": story.the_task().owner,
        "holder_role": None if story.the_task().owner is None else "MA",
        "holder_credentials": ["ma-phleb"],
        "holder_on_shift": True,
        "holder_lead": False,
        "on_site_supervisors": ["RN"],
    }
    return an_event("task-permission-checked", key, at=at, **{**fields, **over})


def stopped(outcome: Outcome) -> list[Event]:
    return [event for event in outcome.derived if event.TYPE == "task-stopped"]


def test_what_was_taken_and_not_begun_goes_back_and_to_nurses_with_reason_and_rule() -> None:
    story = held("claim")
    outcome = story.when(check(story))
    found = story.the_task()
    assert (kinds(outcome), outcome.tasks[0].told) == (["released"], "ana")
    assert (found.status, found.owner, found.roles) == ("requested", None, ("MA", "RN"))
    assert (found.reason, found.scope_rule) == ("supervision-missing", "ca-draw")
    assert stopped(outcome) == []


def test_what_was_begun_stops_and_a_lead_is_told_at_the_case_of_the_clinic() -> None:
    story = held("start")
    outcome = story.when(check(story))
    found = story.the_task()
    assert (kinds(outcome), found.status, found.owner) == (["paused"], "on-hold", "ana")
    assert (found.reason, found.scope_rule, found.roles) == ("supervision-missing", "ca-draw", ("MA", "RN"))
    [told] = stopped(outcome)
    assert (told.staff_id, told.code, told.task_id) == ("ana", "supervision-missing", found.task_id)
    assert told.case_id != story.history[-1].event.case_id
    assert told.patient_id is None


def test_it_goes_on_when_the_supervisor_is_back() -> None:
    story = held("start")
    story.given(check(story))
    outcome = story.when(check(story, "back", on_site_supervisors=["PRV", "RN"]))
    found = story.the_task()
    assert (kinds(outcome), found.status, found.owner, found.roles) == (["resumed"], "in-progress", "ana", ("MA",))
    assert (found.reason, found.scope_rule) == (None, "ca-draw")


def test_a_nurse_who_took_it_over_and_was_stopped_too_goes_on_and_is_still_offered_it() -> None:
    story = held("claim")
    story.given(check(story))  # the prescriber is gone: nurses are offered it
    nurse: dict[str, Any] = {"actor_id": "rn", "actor_role": "RN", "on_site_supervisors": []}
    story.given(asks("start", story.the_task(), at=6, **nurse))
    as_nurse: dict[str, Any] = {"holder_role": "RN", "holder_credentials": []}
    story.given(check(story, "gone", at=7, **{**as_nurse, "holder_role": "FD"}))
    assert (story.the_task().status, story.the_task().reason) == ("on-hold", "role")
    story.given(check(story, "back", at=8, **as_nurse))
    assert (story.the_task().status, story.the_task().roles) == ("in-progress", ("MA", "RN"))


def test_who_was_stopped_may_not_resume_by_themselves() -> None:
    story = held("start")
    story.given(check(story))
    resumed = story.when(asks("resume", story.the_task(), at=6, **{**WELL, "on_site_supervisors": ["RN"]}))
    assert (resumed.rejection and resumed.rejection.code, story.the_task().status) == ("supervision-missing", "on-hold")


def test_what_a_person_paused_stays_paused_and_is_not_resumed_for_them() -> None:
    story = held("start")
    story.given(asks("pause", story.the_task(), at=4, **WELL))
    assert story.when(check(story)).tasks == ()
    assert story.when(check(story, "back", on_site_supervisors=["PRV"])).tasks == ()
    assert (story.the_task().status, story.the_task().reason) == ("on-hold", "break")


def test_what_nobody_holds_is_offered_to_nurses_and_to_assistants_alone_again() -> None:
    story = held()
    assert kinds(story.when(check(story))) == ["released"]
    assert story.the_task().roles == ("MA", "RN")
    assert story.when(check(story, "again")).tasks == ()
    story.when(check(story, "back", on_site_supervisors=["PRV", "RN"]))
    assert (story.the_task().roles, story.the_task().reason) == (("MA",), None)


def test_where_nobody_is_nothing_is_offered_to_anybody() -> None:
    story = held()
    assert story.when(check(story, on_site_supervisors=[])).tasks == ()


@pytest.mark.parametrize(
    ("stamped", "code"),
    [
        ({"holder_credentials": []}, "credential"),
        ({"holder_role": "FD"}, "role"),
        ({"holder_role": None}, "unknown-person"),
        ({}, "supervision-missing"),
    ],
)
@pytest.mark.parametrize(("asked", "status"), [("claim", "requested"), ("start", "on-hold")])
def test_each_loss_takes_the_task_away(stamped: dict[str, Any], code: str, asked: str, status: str) -> None:
    story = held(asked)
    story.when(check(story, **stamped))
    assert (story.the_task().status, story.the_task().reason) == (status, code)


def test_the_work_of_who_is_off_shift_is_handed_over_by_name_and_not_taken() -> None:
    story = held("claim")
    assert story.when(check(story, holder_on_shift=False)).tasks == ()
    story.when(check(story, "revoked", holder_on_shift=False, holder_credentials=[]))
    assert story.the_task().owner is None


def test_a_check_of_who_holds_it_no_more_changes_nothing() -> None:
    story = held("claim")
    late = check(story)
    story.given(asks("release", story.the_task(), at=4, **WELL))
    assert story.when(late).tasks == ()
    assert story.when(check(story, "unknown", task_id="00000000-0000-5000-8000-000000000000")).tasks == ()


def test_a_task_that_ended_is_left_alone() -> None:
    story = held("start")
    task_id = story.the_task().task_id
    story.given(asks("fail", story.the_task(), at=4, **WELL))
    assert story.when(check(story, task_id=task_id)).tasks == ()


def test_who_has_still_what_is_needed_keeps_the_task() -> None:
    story = held("claim")
    assert story.when(check(story, on_site_supervisors=["PRV"])).tasks == ()


def test_what_is_due_after_a_credential_has_ended_is_not_for_its_owner_to_take() -> None:
    story = held()
    ending = {**WELL, "credentials_ending": ["ma-phleb"]}
    refused = story.when(asks("claim", story.the_task(), **ending))
    assert refused.rejection is not None
    assert refused.rejection.code == "credential-ends"
    harmless = asks("claim", story.the_task(), key="x", **{**WELL, "credentials_ending": ["ma-eye"]})
    assert kinds(story.when(harmless)) == ["claimed"]


def test_who_is_on_a_break_takes_nothing_on() -> None:
    story = held()
    refused = story.when(asks("claim", story.the_task(), **WELL, on_break=True))
    assert refused.rejection is not None
    assert refused.rejection.code == "on-break"
