"""Corrections: an event is taken back or replaced, and what followed from it follows."""

import msgspec
import pytest

from clinicflow.core.agent import Raise
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.event import Placed
from clinicflow.core.step import step
from clinicflow.errors import HistoryNeeded
from clinicflow.events import Roomed, VitalsTaken
from tests.core.bundle.small import document, task
from tests.core.kit import MINUTE, START, Story, an_event, asks, kinds, nurse_agent

TAKE = {"id": "take", "on": ["roomed"], "task": task(done_by=["vitals-taken"])}
HOT = {"id": "hot", "on": ["vitals-taken"], "when": "has(event.temp) && event.temp > 39.0", "task": task("call")}


def void(of, key="", **fields):
    return an_event("event-voided", f"{of.event_id}{key}", at=9, corrects=of.event_id, **fields)


def replaced(of, key="", **fields):
    """The same event with other values, entered later."""
    later = {"event_id": an_event(of.TYPE, f"instead/{key}").event_id, "corrects": of.event_id}
    return msgspec.structs.replace(of, **{**later, "recorded_at": START + 9 * MINUTE, **fields})


def reading(key="", temp=395, at=2):
    return an_event("vitals-taken", key, at=at, temp=temp, actor_id="ana")


def visit(*rules, agent=None) -> Story:
    return Story(rules or (TAKE, HOT), agent=agent).given(an_event("checked-in"), an_event("roomed"))


def test_a_correction_asks_for_the_history_of_its_case():
    story = visit()
    placed = msgspec.structs.replace(story.history[-1], event=void(reading()), position=9)
    with pytest.raises(HistoryNeeded):
        step(story.agent, story.case, placed, story.bundle)


def test_rows_of_the_history_from_the_correction_on_do_not_count():
    story = visit().given(reading())
    before, rows = story.case, len(story.history)
    story.given(void(reading()), reading("later", temp=402))
    again = step(story.agent, before, story.history[rows], story.bundle, story.history)
    assert again == story.outcomes[rows]


# voids


def test_a_voided_event_takes_its_tasks_and_its_part_of_the_state_with_it():
    story = visit().given(reading())
    outcome = story.when(void(reading()))
    assert story.statuses() == {"take-vitals": "requested", "call": "entered-in-error"}
    assert sorted(kinds(outcome)) == ["entered-in-error", "reopened"]
    assert (story.case.data.temp, story.case.data.vitals) == (None, 0)


def test_persons_later_acts_on_other_tasks_stay_in_force():
    tidy = {"id": "tidy", "on": ["roomed"], "task": task("tidy")}
    story = visit(TAKE, HOT, tidy).given(reading())
    story.given(asks("claim", story.the_task("tidy"), "ben"), asks("claim", story.the_task("call"), "cat"))
    outcome = story.when(void(reading()))
    assert (story.the_task("tidy").status, story.the_task("tidy").owner) == ("accepted", "ben")
    told = {change.task.activity: change.told for change in outcome.tasks}
    assert told == {"take-vitals": None, "call": "cat"}


def test_a_request_that_was_refused_stays_refused_when_its_reason_is_gone():
    story = visit().given(reading())
    refused = story.when(asks("claim", story.the_task("take-vitals"), "ben", at=3))
    assert refused.rejection.code == "ended"
    story.given(void(reading()))
    assert (story.the_task("take-vitals").status, story.the_task("take-vitals").owner) == ("requested", None)


def test_a_request_refused_before_an_earlier_correction_stays_refused_after_a_later_one():
    story = visit().given(reading())
    refused = story.when(asks("claim", story.the_task("take-vitals"), "ben", at=3))
    story.given(*refused.derived, void(reading()), reading("2", temp=380))
    story.given(void(reading("2")))
    assert story.the_task("take-vitals").owner is None


def test_a_voided_void_brings_everything_back_under_the_same_ids():
    story = visit().given(reading())
    before = dict(story.tasks)
    story.given(void(reading()))
    outcome = story.when(void(void(reading())))
    assert story.statuses() == {"take-vitals": "completed", "call": "requested"}
    assert sorted(kinds(outcome)) == ["completed", "reopened"]
    assert story.tasks.keys() == before.keys()
    assert story.case.data.temp == 395


def test_a_voided_ending_opens_the_visit_and_its_tasks_again():
    story = visit()
    story.given(an_event("checked-out", at=5))
    outcome = story.when(void(an_event("checked-out")))
    assert (kinds(outcome), story.the_task().status, story.case.phase) == (["reopened"], "requested", "checked-in")


def test_what_was_refused_because_of_a_voided_event_counts_after_all():
    story = visit().given(an_event("checked-out", "wrong", at=5), an_event("checked-out", "right", at=7))
    story.given(void(an_event("checked-out", "wrong")))
    assert story.case.phase == "checked-out"
    assert story.the_task().closing == an_event("checked-out", "right").event_id


def test_a_request_refused_long_ago_stays_refused_as_its_refusal_is_in_the_history():
    story = visit().given(reading())
    first = story.when(asks("claim", story.the_task("take-vitals"), "ben", at=3))
    story.given(*first.derived)
    for number in range(25):
        story.given(*story.when(asks("claim", story.the_task("take-vitals"), "cat", key=str(number), at=3)).derived)
    assert first.derived[0].request_event not in story.case.refused
    story.given(void(reading()))
    assert story.the_task("take-vitals").owner is None


# replacements


def test_a_replacement_stands_in_the_place_and_under_the_id_of_the_original():
    story = visit().given(reading(temp=380), an_event("ready-for-provider", at=4))
    outcome = story.when(replaced(reading(temp=380), temp=401))
    made = story.the_task("call")
    assert (kinds(outcome), made.cause) == (["created"], reading().event_id)
    assert story.the_task("take-vitals").closing == reading().event_id
    assert story.case.data.temp == 401


def test_a_replacement_that_causes_nothing_any_more_takes_the_task_back():
    story = visit().given(reading())
    story.given(replaced(reading(), temp=371))
    assert story.statuses() == {"take-vitals": "completed", "call": "entered-in-error"}


def test_a_replacement_that_causes_the_same_keeps_the_task_with_its_owner():
    story = visit().given(reading())
    story.given(asks("claim", story.the_task("call"), "ben", at=3))
    outcome = story.when(replaced(reading(), temp=399))
    assert (kinds(outcome), story.the_task("call").owner) == ([], "ben")


def test_a_replacement_at_another_time_moves_the_due_time_and_tells_the_owner():
    story = visit().given(reading())
    story.given(asks("claim", story.the_task("call"), "ben", at=3))
    outcome = story.when(replaced(reading(), occurred_at=START + MINUTE))
    moved = [change for change in outcome.tasks if change.task.activity == "call"]
    assert [(change.kind, change.told) for change in moved] == [("rescheduled", "ben")]
    assert story.the_task("call").due_at == START + 6 * MINUTE


def test_the_correction_of_a_correction_decides():
    story = visit().given(reading())
    first = replaced(reading(), "1", temp=371)
    second = replaced(first, "2", temp=402, corrects=first.event_id)
    story.given(first)
    assert story.the_task("call").status == "entered-in-error"
    outcome = story.when(second)
    assert (kinds(outcome), story.the_task("call").status) == (["reopened"], "requested")
    assert story.case.data.temp == 402


def test_of_two_corrections_of_one_event_the_later_decides_and_voided_the_earlier():
    story = visit().given(reading())
    cold, void_ = replaced(reading(), "1", temp=371), void(reading())
    story.given(cold, void_)
    assert story.case.data.temp is None
    story.given(void(void_))
    assert story.case.data.temp == 371
    story.given(void(cold))
    assert story.case.data.temp == 395


# before their event


def test_a_void_that_comes_before_its_event_waits_for_it():
    story = visit()
    waiting = story.when(void(reading()))
    assert (waiting.rejection, kinds(waiting), len(waiting.case.waiting)) == (None, [], 1)
    outcome = story.when(reading())
    assert (kinds(outcome), story.case.waiting, story.case.data.temp) == ([], (), None)
    assert story.statuses() == {"take-vitals": "requested"}


def test_a_replacement_that_comes_before_its_event_counts_in_its_place():
    story = visit().given(replaced(reading(temp=371), temp=401))
    outcome = story.when(reading(temp=371))
    assert sorted(kinds(outcome)) == ["completed", "created"]
    assert story.the_task("call").cause == reading().event_id


def test_a_waiting_void_that_is_itself_voided_lets_the_event_count():
    story = visit().given(void(reading()), void(void(reading())))
    outcome = story.when(reading())
    assert sorted(kinds(outcome)) == ["completed", "created"]


def test_a_void_of_a_void_may_come_before_both():
    story = visit().given(void(void(reading())), void(reading()))
    outcome = story.when(reading())
    assert sorted(kinds(outcome)) == ["completed", "created"]


# refusals


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (void(reading(), patient_id="patient-2"), "other-patient"),
        (an_event("roomed", "x", corrects=reading().event_id), "other-type"),
    ],
)
def test_a_correction_that_does_not_fit_its_event_is_refused_and_never_counts(wrong, code):
    story = visit().given(reading())
    outcome = story.when(wrong)
    assert (outcome.rejection.code, kinds(outcome)) == (code, [])
    story.given(void(an_event("roomed")))
    assert story.case.data.temp == 395


def test_a_timer_that_has_fired_cannot_be_corrected():
    wait = {"id": "slow", "on": ["roomed"], "wait": {"after": "PT9M"}, "task": task("look")}
    story = visit(wait)
    firing = an_event("timer-fired", at=9, agent="nurse", timer_id=story.case.timers[0].timer_id, due_at=START)
    story.given(firing)
    assert story.when(void(firing)).rejection.code == "not-correctable"


def test_a_correction_of_itself_is_refused():
    story = visit()
    own = an_event("event-voided")
    assert story.when(msgspec.structs.replace(own, corrects=own.event_id)).rejection.code == "corrects-itself"


def test_two_corrections_of_each_other_end_nowhere():
    one = an_event("event-voided", "one", corrects=an_event("event-voided", "two").event_id)
    two = an_event("event-voided", "two", corrects=one.event_id)
    story = visit().given(one, two, reading())
    assert story.the_task("call").status == "requested"


def test_corrections_of_corrections_count_to_a_depth_and_are_refused_beyond_it():
    story = visit().given(reading())
    last, standing = reading(), []
    for _ in range(50):
        last = void(last)
        story.given(last)
        standing.append(story.case.data.temp)
    assert standing == [None, 395] * 25
    for _ in range(3):
        last = void(last)
        assert story.when(last).rejection.code == "too-deep"
    assert story.case.data.temp == 395


def test_a_correction_of_what_the_agent_does_not_look_at_changes_nothing():
    called = an_event("patient-called", call_no=1, channel="voice")
    story = visit().given(called)
    outcome = story.when(void(called))
    assert (outcome.rejection, kinds(outcome), outcome.case.data) == (None, [], story.case.data)


def test_in_a_room_a_correction_reaches_back_only_so_far():
    clean = {"id": "clean", "on": ["room-vacated"], "task": task("clean", done_by=["room-cleaned"])}
    story = Story([clean])
    old, *_ = turns = [
        an_event(type_, str(number), case="room", at=number)
        for number in range(260)
        for type_ in ("room-vacated", "room-cleaned")
    ]
    story.given(*turns)
    outcome = story.when(void(old, case="room", patient_id=None))
    assert (outcome.rejection.code, kinds(outcome)) == ("too-old", [])
    recent = story.when(void(turns[-1], case="room"))
    assert kinds(recent) == ["reopened"]


# critical tasks and tasks that stay


def test_a_completed_task_without_its_fact_and_its_cause_was_an_error():
    story = visit().given(reading())
    story.given(void(an_event("roomed")))
    assert (story.the_task("take-vitals").status, story.the_task("take-vitals").cause_voided) == ("completed", True)
    outcome = story.when(void(reading()))
    assert story.the_task("take-vitals").status == "entered-in-error"
    assert sorted(kinds(outcome)) == ["entered-in-error", "entered-in-error"]
    story.given(void(void(an_event("roomed"))))
    assert story.the_task("take-vitals").status == "requested"


def test_a_critical_task_that_is_kept_goes_back_to_its_owner_when_its_acknowledgement_is_voided():
    alarm = {
        "id": "ack",
        "on": ["roomed"],
        "task": task("ack", critical=True, done_by=["critical-vitals-acknowledged"]),
    }
    story = visit(alarm)
    story.given(asks("start", story.the_task(), "ana"), void(an_event("roomed")))
    acknowledged = an_event("critical-vitals-acknowledged", at=10, actor_id="ben", actor_role="MA")
    story.given(acknowledged, void(acknowledged))
    after = story.the_task()
    assert (after.status, after.owner, after.cause_voided) == ("in-progress", "ana", True)


def test_a_marked_task_loses_its_mark_when_the_void_is_voided():
    story = visit().given(reading(temp=370))
    story.given(void(an_event("roomed")))
    outcome = story.when(void(void(an_event("roomed"))))
    after = story.the_task("take-vitals")
    assert (kinds(outcome), after.status, after.cause_voided) == (["marked"], "completed", False)
    assert story.case.tasks == ()


# derived events


def flagging_agent():
    agent = nurse_agent()

    @agent.derives(VitalsTaken)
    def flags(before, after, event, facts):
        if event.temp is None or event.temp < 390:
            return []
        fields = {
            "rule_id": "hot",
            "table": "t",
            "table_version": "1",
            "level": "stat",
            "complete": True,
            "late": False,
        }
        return [Raise("vitals-critical-flagged", {**fields, "value": str(event.temp), "vitals_event": event.event_id})]

    @agent.derives(Roomed)
    def occupied(before, after, event, facts):
        fields = {"visit_case_id": event.case_id, "room_id": event.room_id}
        return [Raise("room-occupied", fields, case_id=f"room {event.room_id}", key=event.room_id)]

    return agent


def test_a_derived_event_that_is_no_longer_caused_is_voided():
    story = visit(TAKE, agent=flagging_agent())
    (flag,) = story.when(reading()).derived
    (voided,) = story.when(void(reading())).derived
    assert (voided.TYPE, voided.corrects, voided.case_id) == ("event-voided", flag.event_id, flag.case_id)
    assert voided.caused_by == void(reading()).event_id


def test_a_derived_event_with_other_content_is_replaced():
    story = visit(TAKE, agent=flagging_agent())
    (flag,) = story.when(reading()).derived
    (again,) = story.when(replaced(reading(), temp=405)).derived
    assert (again.TYPE, again.corrects, again.value) == (flag.TYPE, flag.event_id, "405")
    assert again.event_id != flag.event_id


def test_a_derived_event_that_is_caused_again_comes_as_a_correction_of_the_withdrawn_one():
    story = visit(TAKE, agent=flagging_agent())
    (flag,) = story.when(reading()).derived
    story.given(void(reading()))
    (again,) = story.when(void(void(reading()))).derived
    assert (again.TYPE, again.corrects, again.value) == (flag.TYPE, flag.event_id, "395")
    (voided,) = story.when(void(void(void(reading())))).derived
    assert (voided.TYPE, voided.corrects) == ("event-voided", flag.event_id)


def test_a_derived_event_that_goes_to_another_case_is_voided_there_and_sent_here():
    story = visit(TAKE, agent=flagging_agent())
    (first,) = (event for event in story.derived if event.TYPE == "room-occupied")
    voided, sent = story.when(replaced(an_event("roomed"), room_id="n-2")).derived
    assert (voided.TYPE, voided.case_id, voided.corrects) == ("event-voided", "room n-1", first.event_id)
    assert (sent.TYPE, sent.case_id, sent.corrects) == ("room-occupied", "room n-2", None)


def test_the_agent_applies_its_own_correction_of_a_derived_event():
    flagged = {
        "id": "ack",
        "on": ["vitals-critical-flagged"],
        "task": task("ack", critical=True, done_by=["critical-vitals-acknowledged"]),
    }
    story = visit(flagged, agent=flagging_agent())
    story.given(*story.when(reading()).derived)
    story.given(*story.when(void(reading())).derived)
    assert (story.the_task("ack").status, story.the_task("ack").cause_voided) == ("requested", True)


# timers


def test_timers_follow_the_correction():
    wait = {
        "id": "slow",
        "on": ["roomed"],
        "wait": {"after": "PT30M", "unless": ["vitals-taken"]},
        "task": task("look"),
    }
    story = visit(wait)
    (timer,) = story.case.timers
    assert story.when(reading()).timers_cleared == (timer.timer_id,)
    back = story.when(void(reading()))
    assert [again.timer_id for again in back.timers_set] == [timer.timer_id]
    assert story.when(void(an_event("roomed"))).timers_cleared == (timer.timer_id,)


def test_a_timer_moves_with_the_time_of_its_cause():
    wait = {"id": "slow", "on": ["roomed"], "wait": {"after": "PT30M"}, "task": task("look")}
    story = visit(wait)
    (timer,) = story.case.timers
    outcome = story.when(replaced(an_event("roomed"), occurred_at=START + 5 * MINUTE))
    assert [(moved.timer_id, moved.due_at) for moved in outcome.timers_set] == [(timer.timer_id, START + 35 * MINUTE)]
    assert [moved.due_at for moved in story.case.timers] == [START + 35 * MINUTE]


def test_a_timer_whose_time_has_passed_fires_a_minute_after_the_correction():
    wait = {"id": "slow", "on": ["roomed"], "wait": {"after": "PT5M", "unless": ["vitals-taken"]}, "task": task("look")}
    story = visit(wait).given(reading())
    outcome = story.when(void(reading()), logged=START + 60 * MINUTE)
    assert outcome.timers_set[0].fires_at == START + 61 * MINUTE


def test_an_escalation_that_was_passed_waits_a_minute_when_the_task_is_open_again():
    rule = {
        "id": "take",
        "on": ["roomed"],
        "task": task(done_by=["vitals-taken"], escalation=[{"at": "100%", "to": ["RN"]}]),
    }
    story = visit(rule).given(reading())
    story.when(void(reading()), logged=START + 60 * MINUTE)
    assert story.the_task().escalate_at == START + 61 * MINUTE


# several bundles


def test_a_history_under_several_bundles_is_folded_row_by_row_under_its_own():
    stricter = {
        "id": "clean",
        "on": ["room-vacated"],
        "task": task("clean", due={"after": "PT1M"}, done_by=["room-cleaned"]),
    }
    looser = {**stricter, "task": task("clean", due={"after": "PT50M"}, done_by=["room-cleaned"])}
    first = Story([stricter])
    vacated, cleaned = an_event("room-vacated", case="room"), an_event("room-cleaned", case="room", at=1)
    first.given(vacated, cleaned)
    numbered = {1: first.bundle, 2: compile_bundle(document({"nurse": [looser]}), 2, {"nurse": first.agent})}
    placed = Placed(void(cleaned, case="room"), 0, 2, START + 9 * MINUTE, 2)
    outcome = step(first.agent, first.case, placed, numbered[2], first.history, numbered.__getitem__)
    assert kinds(outcome) == ["reopened"]
    assert outcome.tasks[0].task.due_at == START + MINUTE
