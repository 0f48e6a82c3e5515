"""A task that is on hold until an event comes, from the first or once it was begun: nobody can take it before that."""

import pytest

from clinicflow.core.event import Event
from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds

MINUTE = 60_000_000
RULE = {
    "id": "teach",
    "on": ["roomed"],
    "task": task(
        "teach",
        waits_for=["interpreter-booked"],
        done_by=["vitals-taken"],
        cancelled_by=["ready-for-provider"],
        escalation=[{"at": "100%", "to": ["RN"]}],
    ),
}


def story() -> Story:
    return Story([RULE]).given(an_event("checked-in"), an_event("roomed", at=1))


def booked(key: str = "", at: int = 20) -> Event:
    return an_event("interpreter-booked", key, at=at, language="id", channel="video")


def test_a_task_that_waits_is_on_hold_and_does_not_escalate():
    made = story().the_task()
    assert (made.status, made.owner, made.reason) == ("on-hold", None, "interpreter-booked")
    assert (made.escalate_at, made.escalation_timer) == (None, None)


@pytest.mark.parametrize("request_", ["claim", "start", "pause", "resume", "release", "decline", "delegate"])
@pytest.mark.parametrize("lead", [False, True])
def test_nobody_takes_it_or_frees_it_before(request_, lead):
    waiting = story()
    outcome = waiting.when(asks(request_, waiting.the_task(), at=2, lead=lead))
    assert outcome.rejection is not None
    assert outcome.rejection.code == "waits"
    assert waiting.the_task().status == "on-hold"


def test_the_event_offers_it_and_its_time_begins():
    waiting = story()
    before = waiting.the_task()
    outcome = waiting.when(booked())
    after = waiting.the_task()
    assert (kinds(outcome), after.status, after.reason, after.task_id) == (
        ["resumed"],
        "requested",
        None,
        before.task_id,
    )
    assert after.due_at - before.due_at == 19 * MINUTE
    assert after.escalate_at == after.due_at
    assert after.escalation_timer is not None
    assert kinds(waiting.when(asks("claim", after, at=21))) == ["claimed"]


def test_a_second_such_event_changes_nothing():
    waiting = story().given(booked())
    before = waiting.the_task()
    assert kinds(waiting.when(booked("again", at=25))) == []
    assert waiting.the_task() == before


@pytest.mark.parametrize(("event", "status"), [("vitals-taken", "completed"), ("ready-for-provider", "cancelled")])
def test_a_fact_ends_it_while_it_waits(event, status):
    waiting = story()
    waiting.when(an_event(event, at=5, actor_id="ana"))
    assert waiting.the_task().status == status


def test_the_event_voided_lets_it_wait_again():
    waiting = story()
    before = waiting.the_task()
    event = booked()
    waiting.given(event)
    waiting.when(an_event("event-voided", at=22, corrects=event.event_id))
    assert waiting.the_task() == before


HELD = {
    "id": "learn",
    "on": ["roomed"],
    "task": task(
        "learn",
        held_by=["interpreter-booked"],
        resumed_by=["ready-for-provider"],
        done_by=["vitals-taken"],
        escalation=[{"at": "100%", "to": ["RN"]}, {"at": "200%", "to": ["LEAD"]}],
    ),
}


def learning(*asked: str) -> Story:
    """A task made in minute 1, due in minute 6; what was asked of it in minute 2."""
    begun = Story([HELD]).given(an_event("checked-in"), an_event("roomed", at=1))
    return begun.given(*(asks(each, begun.the_task(), at=2) for each in asked))


def eased(key: str = "", at: int = 40) -> Event:
    return an_event("ready-for-provider", key, at=at)


@pytest.mark.parametrize(
    ("asked", "told"), [((), None), (("claim",), "ana"), (("start",), "ana"), (("start", "pause"), "ana")]
)
def test_an_event_holds_it_whoever_has_it_and_that_one_is_told(asked, told):
    held = learning(*asked)
    outcome = held.when(booked(at=4))
    found = held.the_task()
    assert (kinds(outcome), outcome.tasks[0].told) == (["paused"], told)
    assert (found.status, found.owner, found.reason) == ("on-hold", None, "interpreter-booked")
    assert (found.escalate_at, found.escalation_timer, found.waits) == (None, None, True)


@pytest.mark.parametrize("request_", ["claim", "start", "pause", "resume", "release", "decline", "delegate"])
def test_nobody_takes_it_while_it_is_held_and_is_told_since_when(request_):
    held = learning("start").given(booked(at=4))
    outcome = held.when(asks(request_, held.the_task(), at=5, key="late", lead=True))
    assert outcome.rejection is not None
    assert (outcome.rejection.code, "on hold since interpreter-booked" in outcome.rejection.reason) == ("waits", True)


def test_it_is_offered_again_due_later_by_as_long_as_it_was_held():
    held = learning("start")
    before = held.the_task()
    held.given(booked(at=4))
    outcome = held.when(eased(at=40))
    after = held.the_task()
    assert (kinds(outcome), after.task_id, after.status, after.owner) == (
        ["resumed"],
        before.task_id,
        "requested",
        None,
    )
    assert (after.due_at - before.due_at, after.reason, after.held_since) == (36 * MINUTE, None, None)
    assert (after.escalate_at, after.escalation_timer) == (after.due_at, before.escalation_timer)


def test_a_level_that_it_has_climbed_stays():
    held = learning()
    task_ = held.the_task()
    fired = {"agent": "nurse", "timer_id": task_.escalation_timer, "task_id": task_.task_id, "due_at": task_.due_at}
    held.given(an_event("timer-fired", at=6, **fired))
    assert held.the_task().level == 1
    held.given(booked(at=7), eased(at=17))
    found = held.the_task()
    assert (found.level, found.roles) == (1, ("MA", "RN"))
    assert found.due_at - task_.due_at == 10 * MINUTE
    assert found.escalate_at == task_.due_at + 15 * MINUTE


def test_an_event_twice_changes_nothing_more():
    held = learning().given(booked(at=4))
    before = held.the_task()
    assert held.when(booked("again", at=9)).tasks == ()
    assert held.the_task() == before
    held.given(eased(at=20))
    assert held.when(eased("again", at=30)).tasks == ()


def test_what_nothing_held_is_not_resumed():
    held = learning("start", "pause")
    assert held.when(eased()).tasks == ()
    assert (held.the_task().status, held.the_task().owner) == ("on-hold", "ana")


def test_a_fact_ends_it_while_it_is_held_and_taken_back_lets_it_be_held_again():
    held = learning("start").given(booked(at=4))
    before = held.the_task()
    done = an_event("vitals-taken", at=5, actor_id="ana")
    held.given(done)
    assert held.the_task().status == "completed"
    held.when(an_event("event-voided", at=6, corrects=done.event_id))
    assert held.the_task() == before


def test_the_event_that_held_it_voided_gives_it_back():
    held = learning("start")
    before = held.the_task()
    held.given(booked(at=4))
    held.when(an_event("event-voided", "hold", at=6, corrects=booked(at=4).event_id))
    after = held.the_task()
    assert (after.status, after.owner, after.due_at) == ("in-progress", "ana", before.due_at)


def test_what_waits_for_a_signature_is_not_held():
    held = learning()
    held.given(an_event("vitals-taken", at=3, actor_id="ana", actor_role="MA", actor_credentials=["trainee"]))
    assert held.the_task().reason == "awaiting-signature"
    assert held.when(booked(at=4)).tasks == ()


def test_what_has_not_begun_waits_on_and_begins_by_its_own_event():
    both = {**RULE, "task": {**RULE["task"], "held_by": ["provider-entered"], "resumed_by": ["ready-for-provider"]}}
    waiting = Story([{**both, "task": {**both["task"], "cancelled_by": []}}])
    waiting.given(an_event("checked-in"), an_event("roomed", at=1))
    assert waiting.when(an_event("provider-entered", at=2)).tasks == ()
    assert waiting.when(eased(at=3)).tasks == ()
    assert waiting.the_task().reason == "interpreter-booked"
    assert kinds(waiting.when(booked(at=20))) == ["resumed"]
    waiting.given(an_event("provider-entered", "2", at=21))
    assert waiting.when(booked("again", at=22)).tasks == (), "it was held, and that did not hold it"
    assert kinds(waiting.when(eased("end", at=23))) == ["resumed"]
