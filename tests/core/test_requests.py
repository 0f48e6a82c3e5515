"""Who may do a task, and what a person is told who may not."""

import pytest

from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds

RULE = {
    "id": "draw",
    "on": ["roomed"],
    "task": task("draw-blood", credential="ma-phleb", roles=["MA", "RN", "FD", "LEAD"]),
}


def scope(**over):
    return {
        "id": "ca-draw",
        "role": ["MA", "RN", "FD"],
        "activities": ["draw-blood"],
        "decision": "allowed",
        "valid_from": "2026-01-01",
        "valid_to": "2026-06-30",
        "source": "test",
        **over,
    }


def roomed(**parts) -> Story:
    return Story([RULE], **parts).given(an_event("checked-in"), an_event("roomed"))


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told_why():
    story = roomed()
    won = story.when(asks("claim", story.the_task(), "ana", actor_credentials=["ma-phleb"]))
    lost = story.when(asks("claim", story.the_task(), "ben", actor_credentials=["ma-phleb"]))
    assert kinds(won) == ["claimed"]
    assert (lost.rejection.code, story.the_task().owner) == ("held", "ana")
    refused = lost.derived[0]
    assert (refused.TYPE, refused.request, refused.task_id) == (
        "task-request-refused",
        "task-claim-requested",
        story.the_task().task_id,
    )
    assert refused.caused_by == refused.request_event == story.history[-1].event.event_id


def test_a_task_that_the_agent_does_not_have_is_refused():
    story = roomed()
    outcome = story.when(asks("claim", "00000000-0000-5000-8000-000000000000"))
    assert outcome.rejection.code == "unknown-task"
    assert [event.TYPE for event in outcome.derived] == ["task-request-refused"]


def test_a_request_to_another_agent_does_not_concern_this_one():
    story = roomed()
    story.when(asks("claim", story.the_task(), agent="front_desk", actor_credentials=["ma-phleb"]))
    assert story.the_task().status == "requested"


@pytest.mark.parametrize(
    ("stamped", "code"),
    [
        ({"on_shift": False, "actor_credentials": ["ma-phleb"]}, "off-shift"),
        ({"clinic_assigned": False, "actor_credentials": ["ma-phleb"]}, "off-shift"),
        ({"actor_credentials": []}, "credential"),
        ({"actor_role": "BIL", "actor_credentials": ["ma-phleb"]}, "role"),
        ({"actor_role": None, "actor_credentials": ["ma-phleb"]}, "role"),
        ({"actor_role": "FD", "actor_credentials": []}, "credential"),
    ],
)
@pytest.mark.parametrize("request_", ["claim", "start", "completion"])
def test_a_person_who_may_not_do_the_task_is_refused_at_claim_start_and_completion(request_, stamped, code):
    story = roomed()
    assert story.when(asks(request_, story.the_task(), **stamped)).rejection.code == code


def test_a_nurse_needs_no_competency_of_an_assistant_but_her_scope():
    story = roomed(scope=[scope(role=["RN"])])
    assert kinds(story.when(asks("claim", story.the_task(), "rose", "RN"))) == ["claimed"]


def test_a_lead_may_claim_what_is_offered_to_leads_whatever_the_role():
    story = roomed(scope=[scope(role=["LPN"])])
    outcome = story.when(asks("claim", story.the_task(), "lee", "LPN", lead=True))
    assert kinds(outcome) == ["claimed"]


def test_no_rule_of_scope_means_not_allowed_and_the_reason_is_shown():
    story = roomed(scope=[])
    outcome = story.when(asks("claim", story.the_task(), actor_credentials=["ma-phleb"]))
    assert outcome.rejection.code == "no-scope-rule"
    assert "draw-blood" in outcome.rejection.reason


def test_the_scope_rule_is_kept_with_the_task():
    story = roomed(scope=[scope()])
    story.given(asks("claim", story.the_task(), actor_credentials=["ma-phleb"]))
    assert story.the_task().scope_rule == "ca-draw"


def test_scope_goes_by_when_the_request_was_placed_not_by_what_its_sender_says():
    story = roomed(scope=[scope()])
    late = asks("claim", story.the_task(), actor_credentials=["ma-phleb"])
    outcome = story.when(late, logged=late.recorded_at + 300 * 86_400_000_000)
    assert outcome.rejection.code == "no-scope-rule"


def test_supervision_must_be_on_site():
    rules = [scope(decision="allowed-with-supervision", supervision="on-site", supervisor_roles=["PRV"])]
    story = roomed(scope=rules)
    alone = story.when(asks("claim", story.the_task(), actor_credentials=["ma-phleb"]))
    assert alone.rejection.code == "supervision-missing"
    seen = asks("claim", story.the_task(), key="2", actor_credentials=["ma-phleb"], on_site_supervisors=["PRV"])
    assert kinds(story.when(seen)) == ["claimed"]


def test_an_agent_hears_of_what_a_person_gives_up_and_rules_may_follow():
    follow = {"id": "ask", "on": ["task-fail-requested"], "task": task("ask-prescriber", roles=["RN"])}
    story = Story([RULE, follow]).given(an_event("checked-in"), an_event("roomed"))
    story.given(asks("claim", story.the_task(), actor_credentials=["ma-phleb"]))
    refused = story.when(asks("fail", story.the_task("draw-blood"), "ben"))
    assert (refused.rejection.code, kinds(refused)) == ("held", [])
    granted = story.when(asks("fail", story.the_task("draw-blood"), "ana"))
    assert kinds(granted) == ["failed", "created"]
