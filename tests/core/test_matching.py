"""A fact about one of several ends that one's task; a task for somebody is theirs first, or theirs alone."""

import pytest

from tests.core.bundle.small import task
from tests.core.kit import MINUTE, START, Story, an_event, asks, kinds

LABEL = {
    "id": "label",
    "on": ["specimen-collected"],
    "task": task("label", done_by=[{"event": "specimen-labelled", "match": {"specimen_id": "specimen_id"}}]),
}
TRACE = {
    "id": "trace",
    "on": ["specimen-sent"],
    "wait": {"after": "PT12H", "unless": [{"event": "specimen-received", "match": {"specimen_id": "specimen_id"}}]},
    "task": task("trace", done_by=[{"event": "specimen-received", "match": {"specimen_id": "specimen_id"}}]),
}
STAFF = [
    {"id": name, "role": role, "credentials": [], "clinics": ["north"], "shifts": [], "lead": name == "lea"}
    for name, role in (("ana", "MA"), ("ben", "MA"), ("cem", "RN"), ("lea", "RN"))
]
OWN = {
    "id": "own",
    "on": ["specimen-collected"],
    "task": task(
        "label",
        roles=["RN"],
        **{"for": "has(event.actor_id) ? event.actor_id : null"},
        escalation=[{"at": "100%", "to": ["LEAD"]}],
    ),
}


def tube(kind, name, at=0, **fields):
    more = {"specimen-collected": {"two_ids_checked": True}}.get(kind, {})
    if kind == "specimen-labelled":
        more = {"two_ids": True, "time_on_label": True, "collector_on_label": True}
    return an_event(kind, f"{name}/{at}", at=at, case="order", specimen_id=name, **more, **fields)


def open_about(story):
    return [value for each in story.case.tasks if each.open for _, value in each.about]


def test_a_fact_ends_the_task_of_the_one_that_it_names_and_no_other():
    story = Story([LABEL]).given(tube("specimen-collected", "a"), tube("specimen-collected", "b", 1))
    assert open_about(story) == ["a", "b"]
    assert kinds(story.when(tube("specimen-labelled", "b", 2))) == ["completed"]
    assert open_about(story) == ["a"]
    assert kinds(story.when(tube("specimen-labelled", "c", 3))) == []


@pytest.mark.parametrize(("sent", "ended"), [(("a", "b"), 0), (("a",), 1)])
def test_a_fact_that_does_not_say_which_ends_a_task_only_if_there_is_no_other(sent, ended):
    story = Story([{**TRACE, "wait": {"after": "PT0S"}}])
    for name in sent:
        timer = story.when(tube("specimen-sent", name)).timers_set[0]
        story.when(fired(timer))
    assert kinds(story.when(tube("specimen-received", None, 5))) == ["completed"] * ended


def fired(timer):
    return an_event(
        "timer-fired", timer.timer_id, at=900, case="order", agent="nurse", timer_id=timer.timer_id, due_at=timer.due_at
    )


def test_a_wait_for_one_goes_on_when_another_has_come_and_its_task_is_about_that_one():
    story = Story([TRACE])
    (first,), (second,) = (story.when(tube("specimen-sent", name)).timers_set for name in ("a", "b"))
    assert story.when(tube("specimen-received", "a", 5)).timers_cleared == (first.timer_id,)
    story.when(fired(second))
    assert open_about(story) == ["b"]
    assert kinds(story.when(tube("specimen-received", "a", 901))) == []
    assert kinds(story.when(tube("specimen-received", "b", 902))) == ["completed"]


def test_what_a_fact_is_about_may_come_from_the_case():
    matched = {"event": "room-assigned", "match": {"room_id": "case.room"}}
    story = Story([{"id": "bring", "on": ["roomed"], "task": task("bring", done_by=[matched])}])
    story.given(an_event("checked-in"), an_event("roomed"))
    assert open_about(story) == ["n-1"]
    assert kinds(story.when(an_event("room-assigned", "x", room_id="n-2"))) == []
    assert kinds(story.when(an_event("room-assigned", "y", room_id="n-1"))) == ["completed"]


def test_a_fact_about_another_one_that_is_voided_reopens_only_the_task_it_had_ended():
    story = Story([LABEL]).given(tube("specimen-collected", "a"), tube("specimen-collected", "b", 1))
    wrong = tube("specimen-labelled", "a", 2)
    story.given(wrong)
    outcome = story.when(an_event("event-voided", case="order", at=3, corrects=wrong.event_id))
    assert kinds(outcome) == ["reopened"]
    assert sorted(open_about(story)) == ["a", "b"]


def test_a_task_for_somebody_is_theirs_whatever_their_role_until_it_escalates():
    story = Story([OWN], staff=STAFF).given(tube("specimen-collected", "a", actor_id="ana"))
    made = story.the_task("label")
    assert (made.meant_for, made.reserved) == ("ana", True)
    for person, role in (("ben", "MA"), ("cem", "RN")):
        refused = story.when(asks("claim", made, person, role, case="order"))
        assert refused.rejection.code == "meant-for-another"
        assert refused.rejection.reason == f"Expected ana, for whom it is until it escalates, but got {person}."
    assert kinds(story.when(asks("claim", made, "ana", case="order"))) == ["claimed"]


def test_after_a_step_of_its_escalation_the_pool_may_take_it_and_so_may_who_it_was_meant_for():
    for person, role, taken in (("ben", "MA", []), ("cem", "RN", ["claimed"]), ("ana", "MA", ["claimed"])):
        story = Story([OWN], staff=STAFF).given(tube("specimen-collected", "a", actor_id="ana"))
        made = story.the_task("label")
        story.given(
            an_event(
                "timer-fired",
                at=6,
                case="order",
                agent="nurse",
                timer_id=made.escalation_timer,
                task_id=made.task_id,
                due_at=START + 5 * MINUTE,
            )
        )
        assert kinds(story.when(asks("claim", made, person, role, case="order", at=7))) == taken


def test_who_declines_leaves_it_to_the_pool():
    story = Story([OWN], staff=STAFF).given(tube("specimen-collected", "a", actor_id="ana"))
    made = story.the_task("label")
    story.given(asks("decline", made, "ana", case="order"))
    assert kinds(story.when(asks("claim", made, "cem", "RN", case="order", at=2))) == ["claimed"]


def test_a_task_for_somebody_only_stays_theirs():
    only = {**OWN["task"], "for": {"staff": "event.actor_id", "only": True}}
    story = Story([{**OWN, "task": only}], staff=STAFF).given(tube("specimen-collected", "a", actor_id="ana"))
    made = story.the_task("label")
    story.given(
        an_event(
            "timer-fired",
            at=6,
            case="order",
            agent="nurse",
            timer_id=made.escalation_timer,
            task_id=made.task_id,
            due_at=START + 5 * MINUTE,
        )
    )
    refused = story.when(asks("claim", made, "cem", "RN", case="order", at=7))
    assert refused.rejection.reason == "Expected ana, for whom it is, but got cem."


@pytest.mark.parametrize("collector", [None, "a stranger"])
def test_nobody_waits_for_somebody_who_is_not_known(collector):
    story = Story([OWN], staff=STAFF).given(tube("specimen-collected", "a", actor_id=collector))
    made = story.the_task("label")
    assert made.meant_for is None
    assert kinds(story.when(asks("claim", made, "cem", "RN", case="order"))) == ["claimed"]


def test_a_task_with_a_fact_may_be_said_to_be_done_where_its_rule_allows_that():
    for plain, code in ((False, "closing-event-expected"), (True, None)):
        story = Story([{**LABEL, "task": {**LABEL["task"], "plain": plain}}]).given(tube("specimen-collected", "a"))
        outcome = story.when(asks("completion", story.the_task("label"), case="order"))
        assert (outcome.rejection.code if outcome.rejection else None) == code
        assert kinds(outcome) == (["completed"] if plain else [])
