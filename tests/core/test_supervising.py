"""A task whose scope of practice asks for supervision names the supervisor while somebody holds it."""

from typing import Any

import pytest

from clinicflow.core.corrections import Refolding
from clinicflow.core.event import Event
from clinicflow.core.outcome import Outcome
from clinicflow.events import SiteSupervisor
from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds

RULE = {"id": "draw", "on": ["roomed"], "task": task("draw-blood", roles=["MA", "RN"], done_by=["vitals-taken"])}
PLAIN = {"id": "draw", "on": ["roomed"], "task": task("draw-blood", roles=["MA", "RN"])}
CA_MA: dict[str, Any] = {
    "id": "ca-draw",
    "role": ["MA"],
    "activities": ["draw-blood"],
    "decision": "allowed-with-supervision",
    "supervision": "on-site",
    "supervisor_roles": ["PRV", "PHY"],
    "valid_from": "2026-01-01",
    "source": "test",
}
CA_RN = {**CA_MA, "id": "ca-rn", "role": ["RN"], "decision": "allowed", "supervision": "none"}
GENERAL = {**CA_MA, "supervision": "general"}


def here(*staff: str) -> dict[str, Any]:
    """The stamp of who is on site: ids that begin with the role."""
    found = [SiteSupervisor(staff_id=name, role=name[:3].upper()) for name in staff]
    return {"supervisors": found, "on_site_supervisors": sorted({each.role for each in found})}


def held(*asked: str, rule: dict[str, Any] = RULE, scope: dict[str, Any] = CA_MA, **stamp: Any) -> Story:
    story = Story([rule], scope=[scope, CA_RN]).given(an_event("checked-in"), an_event("roomed"))
    return story.given(*(asks(each, story.the_task(), **(stamp or here("prv-a", "prv-b"))) for each in asked))


def check(story: Story, key: str, *staff: str, **over: Any) -> Event:
    fields: dict[str, Any] = {
        "task_id": story.the_task().task_id,
        "agent": "nurse",
        "holder": story.the_task().owner,
        "holder_role": "MA",
        "holder_credentials": [],
        "holder_on_shift": True,
        "holder_lead": False,
    }
    return an_event("task-permission-checked", key, at=5, **{**fields, **here(*staff), **over})


@pytest.mark.parametrize("asked", ["claim", "start"])
def test_who_takes_it_does_so_under_the_first_of_the_permitted_roles(asked: str) -> None:
    story = held(asked, **here("rn-z", "phy-b", "prv-a"))
    assert (story.the_task().owner, story.the_task().supervisor) == ("ana", "phy-b")


def test_a_task_whose_scope_asks_for_nobody_names_nobody() -> None:
    story = held("claim", actor_role="RN", **here("prv-a"))
    assert (story.the_task().owner, story.the_task().supervisor) == ("ana", None)


def test_supervision_from_afar_names_whoever_is_there_and_goes_on_without() -> None:
    assert held("claim", scope=GENERAL, **here("prv-a")).the_task().supervisor == "prv-a"
    story = held("start", scope=GENERAL, **here("prv-a"))
    outcome = story.when(check(story, "gone"))
    assert (kinds(outcome), story.the_task().status, story.the_task().supervisor) == (
        ["supervised"],
        "in-progress",
        None,
    )


def test_a_request_from_before_supervisors_were_stamped_names_nobody() -> None:
    assert held("claim", on_site_supervisors=["PRV"]).the_task().supervisor is None


def test_when_the_supervisor_leaves_it_names_another_and_its_holder_is_told() -> None:
    story = held("start")
    outcome = story.when(check(story, "left", "prv-b"))
    found = story.the_task()
    assert (kinds(outcome), outcome.tasks[0].told) == (["supervised"], "ana")
    assert (found.supervisor, found.status, found.owner) == ("prv-b", "in-progress", "ana")


def test_who_comes_later_takes_nothing_over_from_who_is_there() -> None:
    story = held("start", **here("prv-b"))
    assert story.when(check(story, "came", "prv-a", "prv-b")).tasks == ()
    started: Outcome = story.when(asks("claim", story.the_task(), key="2", **here("prv-a", "prv-b")))
    assert (started.tasks, story.the_task().supervisor) == ((), "prv-b")


@pytest.mark.parametrize(("asked", "status"), [("claim", "requested"), ("start", "on-hold")])
def test_when_the_last_one_leaves_it_names_nobody_and_is_for_nurses(asked: str, status: str) -> None:
    story = held(asked)
    story.when(check(story, "gone", "rn-z"))
    found = story.the_task()
    assert (found.status, found.supervisor, found.reason) == (status, None, "supervision-missing")
    assert "RN" in found.roles


def test_it_goes_on_under_whoever_is_back() -> None:
    story = held("start")
    story.given(check(story, "gone"))
    story.when(check(story, "back", "prv-b"))
    assert (story.the_task().status, story.the_task().supervisor) == ("in-progress", "prv-b")


def test_paused_work_names_who_is_there_or_nobody_and_stays_paused() -> None:
    story = held("start")
    story.given(asks("pause", story.the_task(), at=4))
    story.when(check(story, "gone"))
    assert (story.the_task().status, story.the_task().reason, story.the_task().supervisor) == ("on-hold", "break", None)
    story.given(asks("resume", story.the_task(), at=6, **here("prv-b")))
    assert (story.the_task().status, story.the_task().supervisor) == ("in-progress", "prv-b")


@pytest.mark.parametrize("asked", ["release", "decline"])
def test_who_gives_it_back_leaves_no_supervisor_behind(asked: str) -> None:
    story = held("claim")
    story.given(asks(asked, story.the_task(), at=4))
    assert (story.the_task().status, story.the_task().supervisor) == ("requested", None)


def test_it_rests_on_a_supervisor_of_whom_it_is_given_to() -> None:
    story = held("claim", **here("prv-b"))
    story.given(asks("delegate", story.the_task(), at=4, **here("prv-a")))
    assert (story.the_task().owner, story.the_task().supervisor) == ("ben", "prv-a")
    story.given(asks("delegate", story.the_task(), "ben", at=5, to_staff="rose", to_role="RN", **here("prv-a")))
    assert (story.the_task().owner, story.the_task().supervisor) == ("rose", None)


def test_what_is_done_keeps_the_supervisor_by_a_fact_and_by_a_word() -> None:
    story = held("start")
    story.given(an_event("vitals-taken", at=5, temp=370))
    assert (story.the_task().status, story.the_task().supervisor) == ("completed", "prv-a")
    words = held(rule=PLAIN)
    words.given(asks("completion", words.the_task(), **here("prv-b")))
    assert (words.the_task().status, words.the_task().supervisor) == ("completed", "prv-b")


def test_the_word_of_who_never_held_it_taken_back_leaves_no_supervisor() -> None:
    story = held(rule=PLAIN)
    said = asks("completion", story.the_task(), **here("prv-b"))
    story.given(said)
    story.given(an_event("event-voided", at=9, corrects=said.event_id))
    assert (story.the_task().status, story.the_task().supervisor) == ("requested", None)


def test_what_waits_for_a_signature_rests_on_whom_it_rested_then() -> None:
    story = held("start", rule=PLAIN)
    trainee: dict[str, Any] = {"actor_credentials": ["trainee"]}
    story.given(asks("completion", story.the_task(), at=4, **here("prv-a"), **trainee))
    assert story.the_task().reason == "awaiting-signature"
    assert story.when(check(story, "left", "prv-b")).tasks == ()
    assert story.the_task().supervisor == "prv-a"


def test_the_events_alone_tell_the_same_again() -> None:
    story = held("start")
    story.given(check(story, "left", "prv-b"))
    by = Refolding(story.agent, story.bundle, None)
    assert by.fold(story.history, frozenset()).tasks[story.the_task().task_id] == story.the_task()
