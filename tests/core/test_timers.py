"""Timers: waits of rules and the ladder of a task, each fired as an event."""

from tests.core.bundle.small import task
from tests.core.kit import MINUTE, START, Story, an_event, kinds

HOUR = 60 * MINUTE
TRACE = {
    "id": "trace",
    "on": ["specimen-sent"],
    "wait": {"after": "PT12H", "unless": ["specimen-received"]},
    "task": task("trace-specimen"),
}
SENT = an_event("specimen-sent", case="order", specimen_id="s")


def fired(timer, key="", task_id=None, at=13 * 60):
    fields = {"agent": "nurse", "timer_id": timer, "task_id": task_id, "case": SENT.case_id, "due_at": START}
    return an_event("timer-fired", f"{timer}{key}", at=at, **fields)


def test_a_waiting_rule_sets_a_timer_and_acts_when_it_has_fired():
    story = Story([TRACE])
    (timer,) = story.when(SENT).timers_set
    assert (timer.due_at, timer.fires_at) == (START + 12 * HOUR, START + 12 * HOUR)
    outcome = story.when(fired(timer.timer_id))
    assert (kinds(outcome), outcome.timers_cleared, story.case.timers) == (["created"], (timer.timer_id,), ())
    made = story.the_task()
    assert made.cause == SENT.event_id
    assert made.due_at == START + 13 * HOUR + 5 * MINUTE


def test_an_event_that_makes_the_wait_needless_clears_the_timer():
    story = Story([TRACE]).given(SENT)
    outcome = story.when(an_event("specimen-received", case="order"))
    assert (len(outcome.timers_cleared), story.case.timers) == (1, ())
    late = story.when(fired(outcome.timers_cleared[0]))
    assert (late.rejection.code, kinds(late)) == ("timer-not-running", [])


def test_the_condition_of_a_waiting_rule_is_asked_when_the_timer_fires():
    rule = {"id": "slow", "on": ["roomed"], "when": "!has(case.temp)", "wait": {"after": "PT9M"}, "task": task("look")}
    for later, made in [([], ["created"]), ([an_event("vitals-taken", temp=370)], [])]:
        story = Story([rule]).given(an_event("checked-in"))
        (timer,) = story.when(an_event("roomed")).timers_set
        story.given(*later)
        firing = an_event("timer-fired", at=9, agent="nurse", timer_id=timer.timer_id, due_at=timer.due_at)
        assert kinds(story.when(firing)) == made


def test_the_length_of_a_wait_comes_from_a_table_with_each_clinics_own_figure():
    wait = {"table": "waits", "key": "trace"}
    own = {"waits": {"times": {"trace": "PT3H"}}}
    for clinic, hours in [({}, 12), ({"tables": own}, 3)]:
        story = Story([{**TRACE, "wait": wait}], tables={"waits": {"times": {"trace": "PT12H"}}}, clinic=clinic)
        assert [timer.due_at for timer in story.when(SENT).timers_set] == [START + hours * HOUR]


def test_a_wait_may_end_before_a_time_that_is_told_and_one_that_is_past_ends_at_once():
    wait = {"before": "PT2H", "from": "event.appointment_at"}
    rule = {"id": "remind", "on": ["checked-in"], "wait": wait, "task": task("remind")}
    for ahead, fires in [(5 * HOUR, START + 3 * HOUR), (0, START + MINUTE)]:
        story = Story([rule])
        (timer,) = story.when(an_event("checked-in", appointment_at=START + ahead)).timers_set
        assert (timer.due_at, timer.fires_at) == (START + ahead - 2 * HOUR, fires)


def test_a_due_time_may_count_from_what_the_agent_remembers_and_a_failure_to_tell_it_is_told():
    due = {"before": "PT1H", "from": "event.appointment_at"}
    rule = {"id": "plan", "on": ["checked-in"], "task": task("plan", due=due)}
    story = Story([rule]).given(an_event("checked-in", appointment_at=START + 3 * HOUR))
    assert story.the_task("plan").due_at == START + 2 * HOUR
    outcome = Story([rule]).when(an_event("checked-in"))
    assert [change.task.activity for change in outcome.tasks] == ["review-rule-error"]
    assert "appointment_at" in outcome.rule_errors[0].message


def test_a_wait_in_clinic_hours_stands_still_while_the_clinic_is_closed():
    hours = {"hours": {"daily": "08:00-16:00"}}
    story = Story([{**TRACE, "wait": {"after": "PT6H", "hours": "clinic"}}], clinic=hours)
    (timer,) = story.when(SENT).timers_set
    assert timer.due_at == START + 22 * HOUR, "four hours until closing, two from 08:00 of the next day"


def test_a_timer_fires_once():
    story = Story([TRACE])
    (timer,) = story.when(SENT).timers_set
    story.given(fired(timer.timer_id))
    assert story.when(fired(timer.timer_id, "again")).rejection.code == "timer-not-running"


def test_a_feed_that_catches_up_pages_nobody_for_a_minute():
    story = Story([TRACE])
    outcome = story.when(SENT, logged=START + 14 * HOUR)
    assert outcome.timers_set[0].fires_at == START + 14 * HOUR + MINUTE


def test_the_end_of_a_visit_stops_waits_but_not_those_of_rules_for_afterwards():
    rules = [
        {"id": "still-in", "on": ["roomed"], "wait": {"after": "PT9M"}, "task": task("look")},
        {"id": "call", "on": ["roomed"], "wait": {"after": "P1D"}, "after_end": True, "task": task("call")},
    ]
    story = Story(rules).given(an_event("checked-in"), an_event("roomed"))
    story.given(an_event("checked-out"))
    assert [timer.rule for timer in story.case.timers] == ["call"]


def test_the_ladder_of_a_task_is_climbed_step_by_step():
    ladder = [{"at": "50%", "to": ["RN"]}, {"at": "PT15M", "to": ["MA", "LEAD"]}]
    rule = {"id": "take", "on": ["roomed"], "task": task(due={"after": "PT10M"}, escalation=ladder)}
    story = Story([rule]).given(an_event("checked-in"), an_event("roomed"))
    first = story.the_task()
    assert first.escalate_at == START + 5 * MINUTE
    firing = an_event(
        "timer-fired", "1", agent="nurse", timer_id=first.escalation_timer, task_id=first.task_id, due_at=START
    )
    story.given(firing)
    second = story.the_task()
    assert (second.level, second.roles, second.escalate_at) == (1, ("MA", "RN"), START + 15 * MINUTE)
    assert second.escalation_timer != first.escalation_timer
    stale = an_event(
        "timer-fired", "2", agent="nurse", timer_id=first.escalation_timer, task_id=first.task_id, due_at=START
    )
    assert story.when(stale).rejection.code == "timer-not-running"
    last = an_event(
        "timer-fired", "3", agent="nurse", timer_id=second.escalation_timer, task_id=first.task_id, due_at=START
    )
    story.given(last)
    assert (story.the_task().roles, story.the_task().escalate_at) == (("MA", "RN", "LEAD"), None)


def test_a_last_step_that_repeats_comes_again_until_the_task_has_ended():
    ladder = [{"at": "PT5M", "to": ["RN"]}, {"at": "PT10M", "to": ["LEAD"], "repeat": "PT5M"}]
    rule = {"id": "take", "on": ["roomed"], "task": task(due={"after": "PT5M"}, escalation=ladder)}
    story = Story([rule]).given(an_event("checked-in"), an_event("roomed"))
    timers = set()
    for level, at in enumerate((5, 10, 15, 20, 25)):
        now = story.the_task()
        assert (now.level, now.escalate_at) == (level, START + at * MINUTE)
        timers.add(now.escalation_timer)
        story.given(climbs(now, at))
    assert len(timers) == 5
    assert story.the_task().roles == ("MA", "RN", "LEAD")
    # After an outage it goes on from when it came, not from all the times that it should have come.
    story.given(climbs(story.the_task(), 600))
    assert story.the_task().escalate_at == START + 605 * MINUTE


def climbs(now, at):
    fields = {"timer_id": now.escalation_timer, "task_id": now.task_id, "due_at": START}
    return an_event("timer-fired", str(at), at=at, agent="nurse", **fields)


def test_a_wait_counts_from_the_time_that_its_expression_gives():
    since = "has(event.expected_at) ? event.expected_at : event.occurred_at"
    rule = {**TRACE, "wait": {**TRACE["wait"], "from": since}}
    for expected, due in ((None, 12), (START + 3 * HOUR, 15)):
        sent = an_event("specimen-sent", case="order", specimen_id="s", expected_at=expected)
        (timer,) = Story([rule]).when(sent).timers_set
        assert timer.due_at == START + due * HOUR


def test_a_wait_that_cannot_say_from_when_is_a_failing_rule():
    rule = {**TRACE, "wait": {**TRACE["wait"], "from": "event.expected_at"}}
    story = Story([rule])
    outcome = story.when(SENT)
    assert (outcome.timers_set, [error.rule for error in outcome.rule_errors]) == ((), ["trace"])
    assert [change.task.rule for change in outcome.tasks] == ["review-rule-error"]


def test_two_cases_and_two_rules_have_timers_of_their_own():
    other = {**TRACE, "id": "other"}
    story = Story([TRACE, other])
    outcome = story.when(SENT)
    assert len({timer.timer_id for timer in outcome.timers_set}) == 2


def test_the_ladder_of_a_task_of_a_late_feed_begins_a_minute_after_it_came():
    rule = {"id": "take", "on": ["roomed"], "task": task(escalation=[{"at": "100%", "to": ["RN"]}])}
    story = Story([rule]).given(an_event("checked-in"))
    story.when(an_event("roomed"), logged=START + 2 * HOUR)
    assert story.the_task().due_at == START + 5 * MINUTE
    assert story.the_task().escalate_at == START + 2 * HOUR + MINUTE
