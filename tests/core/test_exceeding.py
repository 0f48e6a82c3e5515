"""A fact by a person out of scope is kept but ends no task; by a program, or by who may, it ends it as ever."""

from typing import Any

import pytest

from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds

RULES = [
    {
        "id": "draw",
        "on": ["roomed"],
        "task": task("draw-blood", credential="ma-phleb", roles=["MA"], done_by=["vitals-taken"]),
    },
]
SCOPE: dict[str, Any] = {
    "id": "ca-draw",
    "role": ["MA", "RN"],
    "activities": ["draw-blood"],
    "decision": "allowed-with-supervision",
    "supervision": "on-site",
    "supervisor_roles": ["PRV"],
    "valid_from": "2026-01-01",
    "source": "test",
}


def roomed() -> Story:
    return Story(RULES, scope=[SCOPE]).given(an_event("checked-in"), an_event("roomed"))


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        ({"actor_id": "fay", "actor_role": "FD"}, "credential"),
        ({"actor_id": "bob", "actor_role": "BIL", "actor_credentials": ["ma-phleb"]}, "no-scope-rule"),
        ({"actor_id": "ana", "actor_role": "MA"}, "credential"),
    ],
)
def test_a_fact_out_of_scope_is_kept_and_the_task_stays_open(actor: dict[str, Any], code: str) -> None:
    story = roomed()
    outcome = story.when(an_event("vitals-taken", at=3, temp=370, **actor))
    assert (outcome.rejection, story.case and story.case.data.vitals) == (None, 1), "what happened is not lost"
    assert (kinds(outcome), story.the_task().status, story.the_task().reason) == (["marked"], "requested", code)
    [told] = [event for event in outcome.derived if event.TYPE == "scope-exceeded"]
    assert (told.staff_id, told.code, told.act_event) == (actor["actor_id"], code, story.history[-1].event.event_id)
    assert told.patient_id is None


@pytest.mark.parametrize(
    "actor",
    [
        {},
        {"actor_id": "ana", "actor_role": "MA", "actor_credentials": ["ma-phleb"]},
        {"actor_id": "rose", "actor_role": "RN"},
        {"actor_id": "feed-1"},
    ],
)
def test_a_fact_by_who_may_or_by_a_program_ends_it(actor: dict[str, Any]) -> None:
    story = roomed()
    outcome = story.when(an_event("vitals-taken", at=3, temp=370, **actor))
    assert (kinds(outcome), story.the_task().status) == (["completed"], "completed")
    assert outcome.derived == ()


def test_a_task_that_waits_keeps_why_it_waits() -> None:
    story = roomed()
    well: dict[str, Any] = {"actor_credentials": ["ma-phleb"], "on_site_supervisors": ["PRV"]}
    story.given(asks("start", story.the_task(), **well), asks("pause", story.the_task(), at=2, **well))
    outcome = story.when(an_event("vitals-taken", at=3, temp=370, actor_id="fay", actor_role="FD"))
    assert (outcome.tasks, story.the_task().reason) == ((), "break")
    assert [event.TYPE for event in outcome.derived] == ["scope-exceeded"]


def test_who_may_do_one_of_what_a_fact_shows_has_done_that() -> None:
    check = {"id": "check", "on": ["roomed"], "task": task("check-label", roles=["RN"], done_by=["vitals-taken"])}
    nurse = {**SCOPE, "id": "rn", "role": ["RN"], "activities": ["check-label"], "supervision": "none"}
    story = Story([*RULES, check], scope=[SCOPE, nurse]).given(an_event("checked-in"), an_event("roomed"))
    actor = {"actor_id": "ana", "actor_role": "MA", "actor_credentials": ["ma-phleb"]}
    assert kinds(story.when(an_event("vitals-taken", at=3, temp=370, **actor))) == ["completed", "completed"]


def test_the_fact_is_told_again_by_who_may_and_ends_it() -> None:
    story = roomed().given(an_event("vitals-taken", "one", at=3, temp=370, actor_id="fay", actor_role="FD"))
    story.when(an_event("vitals-taken", "two", at=4, temp=370, actor_id="rose", actor_role="RN"))
    assert story.the_task().status == "completed"
