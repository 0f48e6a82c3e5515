"""Every cell of the task table, by name: what is asked of a task in a status, and what becomes of it.

The task is brought into its status by events, never built by hand.
"""

import pytest

from clinicflow.core.outcome import Outcome
from clinicflow.core.task import Task
from tests.core.bundle.small import task
from tests.core.kit import START, Story, an_event, asks, kinds

RULE = {
    "id": "take",
    "on": ["roomed"],
    "task": task(
        done_by=["vitals-taken"], cancelled_by=["ready-for-provider"], escalation=[{"at": "100%", "to": ["RN"]}]
    ),
}
PLAIN = {"id": "tidy", "on": ["roomed"], "task": task("tidy")}
STATUSES = ("requested", "accepted", "in-progress", "on-hold", "completed", "failed", "cancelled", "entered-in-error")
HELD = STATUSES[1:4]
ENDED = STATUSES[4:]


def story_with(status: str, rule: dict | None = None) -> Story:
    """A case whose only task has this status; Ana holds or held it."""
    story = Story([rule or RULE]).given(an_event("checked-in"), an_event("roomed"))
    made = story.the_task()
    steps = {
        "requested": [],
        "accepted": [asks("claim", made, key="given")],
        "in-progress": [asks("start", made, key="given")],
        "on-hold": [asks("start", made, key="given"), asks("pause", made, key="given")],
        "completed": [an_event("vitals-taken", at=2, actor_id="ana")],
        "failed": [asks("claim", made, key="given"), asks("fail", made, key="given")],
        "cancelled": [an_event("ready-for-provider", at=2)],
        "entered-in-error": [an_event("event-voided", at=2, corrects=made.cause)],
    }
    story.given(*steps[status])
    assert story.the_task().status == status
    return story


def refusal(outcome: Outcome) -> str | None:
    """The code of the refusal, when it was told to the person as well."""
    if outcome.rejection is None:
        return None
    told = [event for event in outcome.derived if event.TYPE == "task-request-refused"]
    assert [event.code for event in told] == [outcome.rejection.code]
    assert outcome.rejection.reason.startswith("Expected ")
    assert not outcome.tasks
    return outcome.rejection.code


def ask(status: str, request: str, person: str = "ana", rule: dict | None = None, **over) -> tuple[Outcome, Task]:
    """One request on a task in this status: the outcome, and the task after it."""
    story = story_with(status, rule)
    outcome = story.when(asks(request, story.the_task(), person, at=5, **over))
    return outcome, story.the_task()


# claim


def test_claim_of_a_requested_task_gives_it_to_the_person():
    outcome, after = ask("requested", "claim")
    assert (kinds(outcome), after.status, after.owner) == (["claimed"], "accepted", "ana")
    assert after.scope_rule == "anybody-anything"


@pytest.mark.parametrize("status", HELD)
def test_claim_of_a_held_task_by_its_owner_changes_nothing(status):
    outcome, after = ask(status, "claim")
    assert (kinds(outcome), outcome.rejection, after.status) == ([], None, status)


@pytest.mark.parametrize("status", HELD)
def test_claim_of_a_held_task_by_another_is_refused_and_says_who_holds_it(status):
    outcome, after = ask(status, "claim", "ben")
    assert refusal(outcome) == "held"
    assert "ana holds it" in outcome.rejection.reason
    assert after.owner == "ana"


@pytest.mark.parametrize("request_", ["claim", "start", "pause", "resume", "release", "decline", "delegate", "fail"])
@pytest.mark.parametrize("status", ENDED)
def test_request_on_an_ended_task_is_refused_with_its_status(status, request_):
    outcome, after = ask(status, request_, lead=True)
    assert refusal(outcome) == "ended"
    assert status in outcome.rejection.reason
    assert after.status == status


# start


def test_start_of_a_requested_task_takes_and_begins_it_at_once():
    outcome, after = ask("requested", "start")
    assert (kinds(outcome), after.status, after.owner) == (["started"], "in-progress", "ana")


@pytest.mark.parametrize(
    ("status", "changes"), [("accepted", ["started"]), ("in-progress", []), ("on-hold", ["started"])]
)
def test_start_of_a_held_task_by_its_owner_is_in_progress(status, changes):
    outcome, after = ask(status, "start")
    assert (kinds(outcome), after.status, after.owner) == (changes, "in-progress", "ana")


@pytest.mark.parametrize("status", HELD)
def test_start_of_a_held_task_by_another_is_refused(status):
    outcome, _ = ask(status, "start", "ben")
    assert refusal(outcome) == "held"


# pause and resume


@pytest.mark.parametrize("request_", ["pause", "resume"])
def test_pause_or_resume_of_a_requested_task_is_refused(request_):
    outcome, after = ask("requested", request_)
    assert (refusal(outcome), after.status) == ("not-held", "requested")


@pytest.mark.parametrize("status", ["accepted", "in-progress"])
def test_pause_by_the_owner_puts_the_task_on_hold_with_the_reason(status):
    outcome, after = ask(status, "pause")
    assert (kinds(outcome), after.status, after.reason) == (["paused"], "on-hold", "break")


def test_pause_of_a_task_on_hold_changes_nothing():
    outcome, after = ask("on-hold", "pause")
    assert (kinds(outcome), outcome.rejection, after.status) == ([], None, "on-hold")


@pytest.mark.parametrize(
    ("status", "changes"), [("accepted", ["resumed"]), ("in-progress", []), ("on-hold", ["resumed"])]
)
def test_resume_by_the_owner_is_in_progress(status, changes):
    outcome, after = ask(status, "resume")
    assert (kinds(outcome), after.status) == (changes, "in-progress")


@pytest.mark.parametrize("request_", ["pause", "resume"])
@pytest.mark.parametrize("status", HELD)
def test_pause_or_resume_by_another_is_refused_even_of_a_lead(status, request_):
    outcome, _ = ask(status, request_, "ben", lead=True)
    assert refusal(outcome) == "held"


# release and decline


def test_release_of_a_requested_task_is_refused():
    outcome, _ = ask("requested", "release")
    assert refusal(outcome) == "not-held"


@pytest.mark.parametrize("request_", ["release", "decline"])
@pytest.mark.parametrize("status", HELD)
def test_release_or_decline_by_the_owner_offers_the_task_again(status, request_):
    outcome, after = ask(status, request_)
    assert (len(outcome.tasks), after.status, after.owner) == (1, "requested", None)


@pytest.mark.parametrize("request_", ["release", "decline"])
@pytest.mark.parametrize("status", HELD)
def test_release_or_decline_by_a_lead_offers_the_task_again_and_tells_the_owner(status, request_):
    outcome, after = ask(status, request_, "ben", lead=True)
    assert (after.status, after.owner, outcome.tasks[0].told) == ("requested", None, "ana")


@pytest.mark.parametrize("request_", ["release", "decline"])
@pytest.mark.parametrize("status", HELD)
def test_release_or_decline_by_another_is_refused(status, request_):
    outcome, after = ask(status, request_, "ben")
    assert (refusal(outcome), after.owner) == ("held", "ana")


def test_decline_of_a_requested_task_keeps_it_from_this_person_only():
    story = story_with("requested")
    outcome = story.when(asks("decline", story.the_task(), "ben", at=5))
    assert (kinds(outcome), story.the_task().status, story.the_task().declined_by) == (
        ["declined"],
        "requested",
        ("ben",),
    )
    assert refusal(story.when(asks("claim", story.the_task(), "ben", at=6))) == "declined"
    assert kinds(story.when(asks("claim", story.the_task(), "ana", at=7))) == ["claimed"]


def test_decline_a_second_time_changes_nothing():
    story = story_with("requested")
    story.given(asks("decline", story.the_task(), "ben", at=5))
    outcome = story.when(asks("decline", story.the_task(), "ben", key="again", at=6))
    assert (kinds(outcome), outcome.rejection) == ([], None)


# delegate


def test_delegate_of_a_requested_task_by_a_lead_gives_it_to_the_other():
    outcome, after = ask("requested", "delegate", "lea", lead=True)
    assert (kinds(outcome), after.status, after.owner, outcome.tasks[0].told) == (
        ["delegated"],
        "accepted",
        "ben",
        "ben",
    )


def test_delegate_of_a_requested_task_by_anybody_else_is_refused():
    outcome, _ = ask("requested", "delegate", "cat")
    assert refusal(outcome) == "not-lead"


@pytest.mark.parametrize(("person", "lead"), [("ana", False), ("lea", True)])
@pytest.mark.parametrize("status", HELD)
def test_delegate_of_a_held_task_by_owner_or_lead_gives_it_to_the_other(status, person, lead):
    outcome, after = ask(status, "delegate", person, lead=lead)
    assert (kinds(outcome), after.status, after.owner) == (["delegated"], "accepted", "ben")


@pytest.mark.parametrize("status", HELD)
def test_delegate_of_a_held_task_by_another_is_refused(status):
    outcome, _ = ask(status, "delegate", "cat")
    assert refusal(outcome) == "held"


@pytest.mark.parametrize("status", ["requested", *HELD])
@pytest.mark.parametrize(
    ("stamped", "code"),
    [({"to_on_shift": False}, "off-shift"), ({"to_role": "FD"}, "role"), ({"to_role": None}, "role")],
)
def test_delegate_to_a_person_who_may_not_do_it_is_refused(status, stamped, code):
    outcome, _ = ask(status, "delegate", "ana", lead=True, **stamped)
    assert refusal(outcome) == code


# complete


def test_completion_of_a_requested_task_without_need_of_a_fact_records_the_doer_without_a_claim():
    outcome, after = ask("requested", "completion", rule=PLAIN)
    assert (kinds(outcome), after.status, after.doers, after.owner) == (["completed"], "completed", ("ana",), None)


@pytest.mark.parametrize("status", HELD)
@pytest.mark.parametrize("person", ["ana", "ben"])
def test_completion_of_a_held_task_by_the_owner_or_a_second_permitted_person(status, person):
    outcome, after = ask(status, "completion", person, rule=PLAIN)
    assert (kinds(outcome), after.status, after.doers) == (["completed"], "completed", (person,))
    assert outcome.tasks[0].told == (None if person == "ana" else "ana")


@pytest.mark.parametrize("status", HELD)
def test_completion_of_a_held_task_by_a_lead_of_another_role(status):
    outcome, after = ask(status, "completion", "lea", rule=PLAIN, role="RN", lead=True)
    assert (kinds(outcome), after.status) == (["completed"], "completed")


@pytest.mark.parametrize("status", ["requested", *HELD])
def test_completion_by_a_person_who_may_not_do_it_is_refused(status):
    outcome, _ = ask(status, "completion", "fay", rule=PLAIN, role="FD")
    assert refusal(outcome) == "role"


@pytest.mark.parametrize("status", ["requested", *HELD])
def test_completion_without_the_fact_that_the_rule_asks_for_is_refused(status):
    outcome, _ = ask(status, "completion")
    assert refusal(outcome) == "closing-event-expected"


@pytest.mark.parametrize("status", ["requested", *HELD])
def test_completion_by_an_event_that_did_not_complete_it_is_refused(status):
    outcome, _ = ask(status, "completion", closing_event_id=an_event("roomed").event_id)
    assert refusal(outcome) == "closing-event-unfit"


def test_completion_after_the_same_closing_event_changes_nothing():
    fact = an_event("vitals-taken")
    outcome, after = ask("completed", "completion", closing_event_id=fact.event_id)
    assert (kinds(outcome), outcome.rejection, after.closing) == ([], None, fact.event_id)


@pytest.mark.parametrize("status", ENDED)
def test_completion_of_an_ended_task_by_another_event_is_refused(status):
    outcome, _ = ask(status, "completion", closing_event_id=an_event("roomed").event_id)
    assert refusal(outcome) == "ended"


# fail


def test_fail_of_a_requested_task_by_a_lead_ends_it_with_the_reason():
    outcome, after = ask("requested", "fail", "lea", lead=True)
    assert (kinds(outcome), after.status, after.reason) == (["failed"], "failed", "other")


def test_fail_of_a_requested_task_by_anybody_else_is_refused():
    outcome, _ = ask("requested", "fail")
    assert refusal(outcome) == "not-lead"


@pytest.mark.parametrize(("person", "lead"), [("ana", False), ("lea", True)])
@pytest.mark.parametrize("status", HELD)
def test_fail_of_a_held_task_by_owner_or_lead_ends_it(status, person, lead):
    outcome, after = ask(status, "fail", person, lead=lead)
    assert (kinds(outcome), after.status) == (["failed"], "failed")


@pytest.mark.parametrize("status", HELD)
def test_fail_of_a_held_task_by_another_is_refused(status):
    outcome, _ = ask(status, "fail", "ben")
    assert refusal(outcome) == "held"


# facts


def test_a_fact_completes_a_requested_task_by_the_actor_of_the_fact():
    story = story_with("requested")
    outcome = story.when(an_event("vitals-taken", at=5, actor_id="ben"))
    after = story.the_task()
    assert (kinds(outcome), after.status, after.doers, after.owner) == (["completed"], "completed", ("ben",), None)
    assert after.escalate_at is None


@pytest.mark.parametrize("status", HELD)
def test_a_fact_by_another_completes_a_held_task_and_tells_the_owner(status):
    story = story_with(status)
    outcome = story.when(an_event("vitals-taken", at=5, actor_id="ben"))
    assert (kinds(outcome), story.the_task().status, outcome.tasks[0].told) == (["completed"], "completed", "ana")


@pytest.mark.parametrize("status", ENDED)
def test_a_fact_leaves_an_ended_task_as_it_is(status):
    story = story_with(status)
    outcome = story.when(an_event("vitals-taken", "later", at=5))
    assert (kinds(outcome), story.the_task().status) == ([], status)


# withdrawals


@pytest.mark.parametrize("withdrawal", ["ready-for-provider", "checked-out"])
@pytest.mark.parametrize("status", ["requested", *HELD])
def test_a_withdrawing_event_or_the_visits_end_cancels_an_open_task_and_tells_its_owner(status, withdrawal):
    story = story_with(status)
    outcome = story.when(an_event(withdrawal, "now", at=5))
    after = story.the_task()
    assert (kinds(outcome), after.status, after.reason) == (["cancelled"], "cancelled", withdrawal)
    assert outcome.tasks[0].told == (None if status == "requested" else "ana")


@pytest.mark.parametrize("withdrawal", ["ready-for-provider", "checked-out"])
@pytest.mark.parametrize("status", ENDED)
def test_a_withdrawing_event_or_the_visits_end_leaves_an_ended_task_as_it_is(status, withdrawal):
    story = story_with(status)
    outcome = story.when(an_event(withdrawal, "now", at=5))
    assert (kinds(outcome), story.the_task().status) == ([], status)


# escalation


def fired(task_: Task, key: str = ""):
    """The escalation timer of a task fires."""
    fields = {"agent": "nurse", "timer_id": task_.escalation_timer or key, "task_id": task_.task_id}
    return an_event("timer-fired", f"{key}{task_.level}", at=6, due_at=task_.escalate_at or START, **fields)


@pytest.mark.parametrize("status", ["requested", *HELD])
def test_the_escalation_timer_raises_the_level_and_widens_the_pool(status):
    story = story_with(status)
    outcome = story.when(fired(story.the_task()))
    after = story.the_task()
    assert (kinds(outcome), after.level, after.roles, after.status) == (["escalated"], 1, ("MA", "RN"), status)
    assert outcome.tasks[0].told == (None if status == "requested" else "ana")
    assert after.escalate_at is None


@pytest.mark.parametrize("status", ENDED)
def test_the_escalation_timer_of_an_ended_task_runs_no_more(status):
    story = story_with(status)
    before = story.the_task()
    outcome = story.when(fired(before, "stale"))
    assert (kinds(outcome), outcome.rejection.code, story.the_task()) == ([], "timer-not-running", before)


# cause voided, fact voided


@pytest.mark.parametrize("status", ["requested", *HELD])
def test_a_voided_cause_makes_an_open_task_an_error_and_tells_the_owner(status):
    story = story_with(status)
    outcome = story.when(an_event("event-voided", "now", at=5, corrects=story.the_task().cause))
    assert (kinds(outcome), story.the_task().status) == (["entered-in-error"], "entered-in-error")
    assert outcome.tasks[0].told == (None if status == "requested" else "ana")


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled"])
def test_a_voided_cause_leaves_an_ended_task_but_marks_it(status):
    story = story_with(status)
    outcome = story.when(an_event("event-voided", "now", at=5, corrects=story.the_task().cause))
    after = story.the_task()
    assert (kinds(outcome), after.status, after.cause_voided) == (["marked"], status, True)


def test_a_cause_voided_twice_changes_nothing_the_second_time():
    story = story_with("entered-in-error")
    outcome = story.when(an_event("event-voided", "now", at=5, corrects=story.the_task().cause))
    assert (kinds(outcome), story.the_task().status) == ([], "entered-in-error")


@pytest.mark.parametrize("status", ["requested", *HELD])
def test_a_voided_fact_puts_the_task_back_to_the_status_before(status):
    story = story_with(status)
    fact = an_event("vitals-taken", "fact", at=5, actor_id="ben")
    before = story.the_task()
    story.given(fact)
    outcome = story.when(an_event("event-voided", "now", at=6, corrects=fact.event_id))
    after = story.the_task()
    assert (kinds(outcome), after.status, after.owner) == (["reopened"], status, before.owner)
    assert (after.task_id, after.closing, after.doers) == (before.task_id, None, ())


# critical, two persons, escalated pool

CRITICAL = {
    "id": "acknowledge",
    "on": ["roomed"],
    "task": task(
        "acknowledge",
        roles=["RN"],
        critical=True,
        done_by=["critical-vitals-acknowledged"],
        cancelled_by=["ready-for-provider"],
    ),
}


def test_a_critical_task_is_ended_by_the_fact_of_a_permitted_role_only():
    story = Story([CRITICAL]).given(an_event("checked-in"), an_event("roomed"))
    by_assistant = an_event("critical-vitals-acknowledged", "ma", at=2, actor_id="ana", actor_role="MA")
    by_nobody = an_event("critical-vitals-acknowledged", "none", at=2)
    assert (kinds(story.when(by_assistant)), kinds(story.when(by_nobody))) == ([], [])
    outcome = story.when(an_event("critical-vitals-acknowledged", "rn", at=3, actor_id="rose", actor_role="RN"))
    assert (kinds(outcome), story.the_task().doers) == (["completed"], ("rose",))


def test_a_critical_task_out_of_scope_stays_open():
    prohibited = {"id": "no", "role": ["RN"], "activities": ["acknowledge"], "decision": "prohibited"}
    story = Story([CRITICAL], scope=[{**prohibited, "valid_from": "2020-01-01", "source": "test"}])
    story.given(an_event("checked-in"), an_event("roomed"))
    outcome = story.when(an_event("critical-vitals-acknowledged", at=3, actor_id="rose", actor_role="RN"))
    assert (kinds(outcome), story.the_task().status) == ([], "requested")


@pytest.mark.parametrize("event", ["ready-for-provider", "checked-out", "visit-cancelled"])
def test_a_critical_task_is_not_withdrawn(event):
    story = Story([CRITICAL]).given(an_event("checked-in"), an_event("roomed"))
    outcome = story.when(an_event(event, at=3))
    assert (kinds(outcome), story.the_task().status) == ([], "requested")


@pytest.mark.parametrize("request_", ["completion", "fail"])
def test_a_critical_task_is_not_ended_by_a_request(request_):
    story = Story([CRITICAL]).given(an_event("checked-in"), an_event("roomed"))
    outcome = story.when(asks(request_, story.the_task(), "rose", "RN", lead=True))
    assert refusal(outcome) == "critical"


def test_a_critical_task_whose_cause_is_voided_stays_open_and_is_marked_until_acknowledged():
    story = Story([CRITICAL]).given(an_event("checked-in"), an_event("roomed"))
    outcome = story.when(an_event("event-voided", at=2, corrects=an_event("roomed").event_id))
    after = story.the_task()
    assert (kinds(outcome), after.status, after.cause_voided) == (["marked"], "requested", True)
    acknowledged = an_event("critical-vitals-acknowledged", at=3, actor_id="rose", actor_role="RN")
    assert kinds(story.when(acknowledged)) == ["completed"]
    voided = story.when(an_event("event-voided", "ack", at=4, corrects=acknowledged.event_id))
    assert (kinds(voided), story.the_task().status) == (["reopened"], "requested")


TWO = {"id": "count", "on": ["roomed"], "task": task("count", two_person=True)}


def test_a_two_person_task_refuses_the_same_person_twice():
    story = Story([TWO]).given(an_event("checked-in"), an_event("roomed"))
    first = story.when(asks("completion", story.the_task(), "ana"))
    assert (kinds(first), story.the_task().status) == (["co-signed"], "requested")
    assert refusal(story.when(asks("completion", story.the_task(), "ana", key="again", at=2))) == "same-person"
    second = story.when(asks("completion", story.the_task(), "ben", at=3))
    assert (kinds(second), story.the_task().doers) == (["completed"], ("ana", "ben"))


def test_a_two_person_task_by_facts_needs_two_actors():
    story = Story([{**TWO, "task": task("count", two_person=True, done_by=["vitals-taken"])}])
    story.given(an_event("checked-in"), an_event("roomed"))
    fact = an_event("vitals-taken", "1", at=2, actor_id="ana")
    assert kinds(story.when(fact)) == ["co-signed"]
    same_batch = story.when(asks("completion", story.the_task(), "ana", at=2, closing_event_id=fact.event_id))
    assert (kinds(same_batch), same_batch.rejection) == ([], None)
    assert kinds(story.when(an_event("vitals-taken", "2", at=3, actor_id="ana"))) == []
    assert kinds(story.when(an_event("vitals-taken", "3", at=4, actor_id="ben"))) == ["completed"]


def test_an_escalated_task_may_be_claimed_by_the_wider_pool():
    story = story_with("requested")
    assert refusal(story.when(asks("claim", story.the_task(), "rose", "RN"))) == "role"
    story.given(fired(story.the_task()))
    assert kinds(story.when(asks("claim", story.the_task(), "rose", "RN", key="now", at=7))) == ["claimed"]
