"""For whom a patient waits, since when and why; and that nobody is forgotten."""

from clinicflow.core.view import VisitView
from clinicflow.core.waiting import Waiting, forgotten, waiting
from tests.core.bundle.small import task
from tests.core.kit import MINUTE, START, VISIT, Story, an_event, asks

RULES = [
    {"id": "room", "on": ["checked-in"], "task": task("room-patient", done_by=["roomed"])},
    {"id": "copay", "on": ["checked-in"], "task": task("collect-copay", roles=["FD"], due={"after": "PT2M"})},
    {"id": "alarm", "on": ["vitals-taken"], "task": task("alarm", roles=["RN"], priority="stat")},
    {
        "id": "still-in",
        "on": ["provider-entered"],
        "wait": {"after": "PT40M", "unless": ["provider-exited"]},
        "task": task(),
    },
]


def waits(story: Story, minute: int, stage: str = "checked-in") -> Waiting | None:
    case = story.case
    view = VisitView(case_id=VISIT, org_id="demo", clinic_id="north", stage=stage, since=START)
    return waiting(view, case.tasks, case.timers, START + minute * MINUTE)


def test_a_patient_waits_for_the_most_urgent_then_the_first_due_task():
    story = Story(RULES).given(an_event("checked-in"))
    assert waits(story, 1).activity == "collect-copay"
    story.given(an_event("vitals-taken", at=2))
    found = waits(story, 3)
    assert (found.activity, found.roles, found.since, found.overdue) == ("alarm", ("RN",), START + 2 * MINUTE, False)
    assert waits(story, 60).overdue


def test_the_reason_says_how_far_the_task_is():
    story = Story(RULES[:1]).given(an_event("checked-in"))
    made = story.the_task()
    reasons = [waits(story, 1).reason]
    for request in ("claim", "start", "pause"):
        story.given(asks(request, made))
        reasons.append(waits(story, 1).reason)
    assert reasons == ["not-taken", "taken", "being-done", "on-hold"]
    assert waits(story, 1).owner == "ana"


def test_a_task_that_cannot_be_begun_yet_is_waited_for_last_and_is_not_overdue():
    teach = {"id": "teach", "on": ["checked-in"], "task": task(priority="stat", waits_for=["roomed"])}
    story = Story([teach, RULES[1]]).given(an_event("checked-in"))
    assert (waits(story, 1).activity, waits(story, 1).roles) == ("collect-copay", ("FD",))
    alone = Story([teach]).given(an_event("checked-in"))
    assert (waits(alone, 600).reason, waits(alone, 600).overdue) == ("on-hold", False)
    alone.given(an_event("roomed", at=1))
    assert (waits(alone, 600).reason, waits(alone, 600).overdue) == ("not-taken", True)


def test_without_a_task_the_next_timer_is_waited_for_and_without_one_the_patient_is_forgotten():
    story = Story(RULES[3:]).given(an_event("checked-in"))
    assert (waits(story, 1).reason, forgotten({"nurse": story.case})) == ("forgotten", True)
    story.given(an_event("provider-entered"))
    found = waits(story, 1)
    assert (found.reason, found.until, forgotten({"nurse": story.case})) == ("timer", START + 40 * MINUTE, False)


def test_a_visit_that_has_ended_waits_for_nobody():
    story = Story(RULES).given(an_event("checked-in"), an_event("checked-out"))
    assert waits(story, 1, "checked-out") is None
    assert not forgotten({"nurse": story.case})
