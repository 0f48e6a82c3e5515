"""A task that is made on hold until an event comes: nobody can take it before, and its time begins with that event."""

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
