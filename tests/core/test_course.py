"""The plain course of events through an agent: visit law, handlers, rules, facts, derived events, end of a visit."""

import pytest

from clinicflow.core.agent import Raise
from clinicflow.core.outcome import PatientFacts, Rejection
from clinicflow.core.step import case_open, case_view, next_hash, step
from clinicflow.core.view import VisitView
from clinicflow.events import CheckedIn, Roomed
from tests.core.bundle.small import task
from tests.core.kit import MINUTE, START, VISIT, Story, an_event, asks, kinds, nurse_agent

TAKE = {"id": "take", "on": ["roomed"], "task": task(done_by=["vitals-taken"])}


# where rules hold


@pytest.mark.parametrize(
    ("where", "made"),
    [
        ({"jurisdictions": ["US"]}, True),
        ({"jurisdictions": "US-CA"}, True),
        ({"jurisdictions": ["UK", "US-NY"]}, False),
        ({"settings": ["dental"]}, True),
        ({"settings": ["eye"]}, False),
        ({"jurisdictions": ["US"], "settings": ["eye"]}, False),
    ],
)
def test_a_rule_acts_only_at_clinics_of_its_jurisdictions_and_settings(where, made):
    story = Story([{**TAKE, **where}], clinic={"setting": "dental"}).given(an_event("checked-in"))
    assert kinds(story.when(an_event("roomed"))) == (["created"] if made else [])


def test_a_rule_that_says_where_does_not_act_at_a_clinic_that_the_bundle_lacks():
    story = Story([{**TAKE, "jurisdictions": ["US"]}]).given(an_event("checked-in"))
    assert kinds(story.when(an_event("roomed", clinic_id="elsewhere"))) == []


# the law of visits


@pytest.mark.parametrize("ending", ["checked-out", "left-without-being-seen", "visit-cancelled", "patient-deceased"])
@pytest.mark.parametrize("late", ["patient-arrived", "ticket-issued", "checked-in", "checked-out", "visit-cancelled"])
def test_after_the_ending_no_arrival_and_no_second_ending(ending, late):
    story = Story().given(an_event("checked-in", "first"), an_event(ending, "first", at=5))
    outcome = story.when(an_event(late, "late", at=6))
    assert outcome.rejection.code == "visit-ended"
    assert outcome.rejection.reason == f"Expected an open visit, but it ended with {ending}."
    assert outcome.case.phase == ending


def test_a_check_out_can_be_reversed_and_the_visit_ends_again():
    story = Story([{**TAKE, "on": ["checkout-reversed"]}]).given(an_event("checked-in"), an_event("checked-out", at=5))
    outcome = story.when(an_event("checkout-reversed", at=6))
    assert (outcome.rejection, outcome.case.phase, kinds(outcome)) == (None, "checked-in", ["created"])
    assert case_open({"nurse": outcome.case})
    again = story.when(an_event("checked-out", "again", at=8))
    assert (again.rejection, again.case.phase, kinds(again)) == (None, "checked-out", ["cancelled"])
    assert not case_open({"nurse": again.case})


def test_each_reversal_makes_a_task_of_its_own():
    story = Story([{**TAKE, "on": ["checkout-reversed"]}]).given(an_event("checked-in"))
    for turn in "ab":
        story.given(an_event("checked-out", turn), an_event("checkout-reversed", turn))
    assert sorted(task.status for task in story.tasks.values()) == ["cancelled", "requested"]


def test_a_reversed_visit_is_checked_in_and_refuses_another_check_in():
    story = Story().given(an_event("patient-arrived"), an_event("checked-out"), an_event("checkout-reversed"))
    assert story.case.phase == "checked-in"
    assert story.when(an_event("checked-in")).rejection.code == "already-checked-in"
    assert story.when(an_event("ticket-issued")).rejection is None


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ([], "has not ended"),
        (["checked-in"], "has not ended"),
        (["checked-in", "checked-out", "checkout-reversed"], "has not ended"),
        (["checked-in", "left-without-being-seen"], "ended with left-without-being-seen"),
        (["checked-in", "visit-cancelled"], "ended with visit-cancelled"),
        (["checked-in", "patient-deceased"], "ended with patient-deceased"),
        (["checked-in", "left-without-being-seen", "checked-out"], "ended with left-without-being-seen"),
    ],
)
def test_only_a_check_out_that_stands_can_be_reversed(before, found):
    story = Story([{**TAKE, "on": ["checkout-reversed"], "after_end": True}]).given(
        *(an_event(kind) for kind in before)
    )
    phase = story.case.phase if story.case else ""
    outcome = story.when(an_event("checkout-reversed", "late", at=9))
    assert outcome.rejection.code == "not-checked-out"
    assert outcome.rejection.reason == f"Expected a visit that ended with checked-out, but it {found}."
    assert (outcome.case.phase, kinds(outcome)) == (phase, [])


def test_a_voided_check_out_leaves_nothing_to_reverse_and_a_voided_reversal_leaves_the_end():
    story = Story([{**TAKE, "on": ["checkout-reversed"]}]).given(an_event("checked-in"))
    out, back = an_event("checked-out", at=5), an_event("checkout-reversed", at=6)
    story.given(out, back, an_event("event-voided", "out", at=7, corrects=out.event_id))
    assert (story.case.phase, story.statuses()) == ("checked-in", {"take-vitals": "entered-in-error"})
    story = Story([{**TAKE, "on": ["checkout-reversed"]}]).given(an_event("checked-in"), out, back)
    story.given(an_event("event-voided", "back", at=7, corrects=back.event_id))
    assert (story.case.phase, story.statuses()) == ("checked-out", {"take-vitals": "entered-in-error"})


def test_after_a_reversal_rules_act_as_in_any_open_visit():
    story = Story([TAKE]).given(an_event("checked-in"), an_event("checked-out"), an_event("checkout-reversed"))
    assert kinds(story.when(an_event("roomed"))) == ["created"]


def test_a_second_check_in_is_refused():
    story = Story().given(an_event("patient-arrived"), an_event("checked-in"))
    outcome = story.when(an_event("checked-in", "again"))
    assert (outcome.rejection.code, outcome.case.phase) == ("already-checked-in", "checked-in")


def test_a_ticket_after_check_in_is_no_step_back():
    story = Story().given(an_event("checked-in"), an_event("ticket-issued"))
    assert story.case.phase == "checked-in"


def test_the_clinical_end_is_no_ending():
    story = Story([{**TAKE, "on": ["visit-ended"]}]).given(an_event("checked-in"))
    outcome = story.when(an_event("visit-ended"))
    assert (kinds(outcome), outcome.case.phase) == (["created"], "checked-in")


def test_an_ending_without_an_arrival_is_accepted():
    outcome = Story().when(an_event("visit-cancelled"))
    assert (outcome.rejection, outcome.case.phase) == (None, "visit-cancelled")


def test_a_late_fact_after_the_ending_evolves_the_state_but_only_rules_for_it_act():
    rules = [
        {"id": "again", "on": ["vitals-taken"], "task": task("again")},
        {"id": "call", "on": ["vitals-taken"], "after_end": True, "task": task("call")},
    ]
    story = Story(rules).given(an_event("checked-in"), an_event("checked-out"))
    outcome = story.when(an_event("vitals-taken", temp=401))
    assert outcome.rejection is None
    assert [change.task.activity for change in outcome.tasks] == ["call"]
    assert story.case.data.temp == 401


# handlers


def test_an_event_that_the_agent_refuses_changes_nothing():
    story = Story([TAKE]).given(an_event("checked-in"), an_event("roomed"))
    before = story.case
    outcome = story.when(an_event("roomed", "again"))
    assert (outcome.rejection.code, kinds(outcome)) == ("same-room", [])
    assert (outcome.case.data, outcome.case.tasks) == (before.data, before.tasks)
    assert outcome.case.hash != before.hash


def test_a_check_in_that_the_agent_refuses_leaves_phase_and_patient_as_they_were():
    agent = nurse_agent()

    @agent.on(CheckedIn)
    def strict(state, event, facts):
        return Rejection("one-identifier", f"Expected two identifiers, but got {event.identifiers_matched}.")

    story = Story(agent=agent).given(an_event("patient-arrived"))
    outcome = story.when(an_event("checked-in", identifiers_matched=1, patient_age=3, patient_age_unit="mo"))
    assert (outcome.rejection.code, outcome.case.phase) == ("one-identifier", "arrived")
    assert outcome.case.patient == PatientFacts()


def test_the_running_hash_tells_cases_of_another_past_apart():
    story = Story().given(an_event("patient-arrived"))
    outcome = story.when(an_event("checked-in"))
    assert next_hash(story.outcomes[0].case.hash, story.history[-1], outcome) == outcome.case.hash
    assert next_hash(b"another past", story.history[-1], outcome) != outcome.case.hash


def test_a_row_that_was_applied_before_changes_nothing():
    story = Story([TAKE]).given(an_event("checked-in"), an_event("roomed"))
    again = step(story.agent, story.case, story.history[-1], story.bundle)
    assert (again.case, again.tasks) == (story.case, ())


def test_what_is_known_of_the_patient_comes_with_events_and_a_null_forgets_nothing():
    story = Story().given(an_event("checked-in", patient_age=40, patient_age_unit="a", patient_language="es"))
    story.given(an_event("demographics-updated", pregnant=True))
    assert story.case.patient == PatientFacts(age=40, age_unit="a", language="es", pregnant=True)


# rules and tasks


def test_a_rule_makes_a_task_due_from_when_it_happened():
    story = Story([TAKE]).given(an_event("checked-in"))
    outcome = story.when(an_event("roomed", at=10), logged=START + 60 * MINUTE)
    made = outcome.tasks[0].task
    assert (made.created_at, made.due_at) == (START + 10 * MINUTE, START + 15 * MINUTE)
    assert (made.cause, made.rule, made.bundle) == (an_event("roomed").event_id, "take", 1)


def test_a_task_due_from_the_appointment_counts_from_the_later_time():
    rule = {"id": "room", "on": ["checked-in"], "task": task("room", due={"after": "PT10M", "from": "appointment"})}
    story = Story([rule])
    story.when(an_event("checked-in", appointment_at=START + 30 * MINUTE))
    assert story.the_task().due_at == START + 40 * MINUTE


@pytest.mark.parametrize(("temp", "made"), [(380, []), (381, ["created"]), (None, [])])
def test_a_rule_looks_at_exact_values_and_at_nothing_that_is_not_there(temp, made):
    rule = {"id": "hot", "on": ["vitals-taken"], "when": "has(event.temp) && event.temp > 38.0", "task": task("call")}
    outcome = Story([rule]).given(an_event("checked-in")).when(an_event("vitals-taken", temp=temp))
    assert kinds(outcome) == made


def test_a_rule_sees_the_state_after_the_event():
    rule = {"id": "second", "on": ["vitals-taken"], "when": "case.vitals == 2", "task": task("compare")}
    story = Story([rule]).given(an_event("checked-in"), an_event("vitals-taken", "1"))
    assert kinds(story.when(an_event("vitals-taken", "2"))) == ["created"]


def test_the_priority_may_come_from_the_event():
    rule = {"id": "draw", "on": ["lab-test-ordered"], "task": task("draw", priority_from="event.priority")}
    story = Story([rule])
    story.when(an_event("lab-test-ordered", priority="stat"))
    assert story.the_task().priority == "stat"


def test_a_condition_that_fails_is_told_and_the_other_rules_go_on():
    broken = {"id": "broken", "on": ["vitals-taken"], "when": "event.temp > 38.0", "task": task("call")}
    other = {"id": "other", "on": ["vitals-taken"], "task": task("note")}
    story = Story([broken, other]).given(an_event("checked-in"))
    outcome = story.when(an_event("vitals-taken"))
    assert [error.rule for error in outcome.rule_errors] == ["broken"]
    assert [change.task.activity for change in outcome.tasks] == ["review-rule-error", "note"]
    again = story.when(an_event("vitals-taken", "again"))
    assert [change.task.activity for change in again.tasks] == ["note"], "asked to look once while that is open"
    closed = story.when(asks("completion", story.the_task("review-rule-error"), "lea", "MGR"))
    assert kinds(closed) == ["completed"]


def test_an_event_that_completes_a_task_may_make_the_next_of_the_same_rule():
    rule = {"id": "take", "on": ["roomed", "vitals-taken"], "task": task(done_by=["vitals-taken"])}
    story = Story([rule]).given(an_event("checked-in"), an_event("roomed"))
    assert kinds(story.when(an_event("vitals-taken"))) == ["completed", "created"]


def test_a_fact_completes_only_under_its_condition():
    rule = {
        "id": "take",
        "on": ["roomed"],
        "task": task(done_by=[{"event": "vitals-taken", "when": "has(event.temp)"}]),
    }
    story = Story([rule]).given(an_event("checked-in"), an_event("roomed"))
    assert kinds(story.when(an_event("vitals-taken", "1"))) == []
    assert kinds(story.when(an_event("vitals-taken", "2", temp=370))) == ["completed"]


def test_a_fact_about_one_event_completes_no_task_of_another():
    rule = {"id": "look", "on": ["result-received"], "task": task("look", done_by=["result-reviewed"])}
    result = {"result_id": "r", "status": "F", "abnormal": False, "case": "order-1"}
    story = Story([rule])
    first, second = (an_event("result-received", key, **result) for key in "12")
    story.given(first, second)
    story.given(an_event("result-reviewed", case="order-1", result_event=second.event_id))
    assert {task.cause: task.status for task in story.tasks.values()} == {
        first.event_id: "requested",
        second.event_id: "completed",
    }


# the end of a visit


def test_the_end_of_a_visit_withdraws_all_tasks_but_those_that_survive_or_are_critical():
    rules = [
        {"id": name, "on": ["roomed"], "task": task(name, **over)}
        for name, over in {
            "tidy": {},
            "call": {"survives": "visit-end"},
            "alarm": {"critical": True, "done_by": ["critical-vitals-acknowledged"]},
        }.items()
    ]
    story = Story(rules).given(an_event("checked-in"), an_event("roomed"))
    story.given(an_event("checked-out"))
    assert story.statuses() == {"tidy": "cancelled", "call": "requested", "alarm": "requested"}
    assert not case_open({"nurse": story.case}), "the visit has ended"


def test_the_ending_itself_may_make_tasks():
    rule = {"id": "follow", "on": ["left-without-being-seen"], "task": task("follow-up-lwbs-call")}
    story = Story([rule]).given(an_event("checked-in"))
    assert kinds(story.when(an_event("left-without-being-seen"))) == ["created"]


# derived events


def deriving_agent():
    agent = nurse_agent()

    @agent.derives(Roomed)
    def occupied(before, after, event, facts):
        fields = {"visit_case_id": event.case_id, "room_id": event.room_id}
        return [Raise("room-occupied", fields, case_id="room-case"), Raise("visit-ended", {}), Raise("visit-ended", {})]

    return agent


def test_derived_events_are_complete_and_have_ids_of_their_own():
    story = Story(agent=deriving_agent()).given(an_event("checked-in"))
    first, *others = story.when(an_event("roomed", at=3)).derived
    assert (first.TYPE, first.case_id, first.patient_id, first.room_id) == ("room-occupied", "room-case", None, "n-1")
    assert (first.caused_by, first.source_system) == (an_event("roomed").event_id, "agent:nurse")
    assert (first.occurred_at, first.clinic_id, first.org_id) == (START + 3 * MINUTE, "north", "demo")
    assert {other.patient_id for other in others} == {"patient-1"}
    assert len({first.event_id, *(other.event_id for other in others)}) == 3


def test_a_rule_may_raise_an_event_with_values_of_expressions():
    raised = {
        "event": "vitals-critical-flagged",
        "fields": {
            "rule_id": "'hot'",
            "table": "'t'",
            "table_version": "'1'",
            "level": "'stat'",
            "complete": "true",
            "late": "false",
            "score": "event.heart_rate / 10.0",
            "vitals_event": "event.event_id",
        },
    }
    rule = {"id": "hot", "on": ["vitals-taken"], "when": "event.temp > 39.0", "raise": raised}
    story = Story([rule]).given(an_event("checked-in"))
    flagged = story.when(an_event("vitals-taken", temp=400, heart_rate=120)).derived[0]
    assert (flagged.TYPE, flagged.level, flagged.score) == ("vitals-critical-flagged", "stat", 12)
    assert flagged.vitals_event == an_event("vitals-taken").event_id


def test_a_raised_event_that_does_not_fit_its_type_is_a_failing_rule():
    raised = {"event": "visit-closed", "fields": {"visit_case_id": "'v'", "how": "'nowhere'"}}
    story = Story([{"id": "odd", "on": ["checked-in"], "raise": raised}])
    outcome = story.when(an_event("checked-in"))
    assert (outcome.derived, [error.rule for error in outcome.rule_errors]) == ((), ["odd"])
    assert kinds(outcome) == ["created"], "somebody looks at it"


# bundles and views


def test_a_visit_keeps_the_bundle_of_its_first_row_until_it_is_migrated():
    story = Story().given(an_event("checked-in"))
    assert story.case.bundle == 1
    story.given(an_event("bundle-migrated", to_bundle=4))
    assert story.case.bundle == 4


def test_a_room_goes_by_the_bundle_of_each_row():
    story = Story([{**TAKE, "on": ["room-vacated"]}]).given(an_event("room-vacated", case="room"))
    assert (story.case.bundle, story.case.patient_id) == (0, None)
    assert case_open({"nurse": story.case})


def test_the_view_is_of_the_last_event_that_was_taken():
    agent = nurse_agent()
    agent.shows(
        lambda state, event: VisitView(
            case_id=event.case_id, org_id=event.org_id, clinic_id="north", room_id=state.room
        )
    )
    story = Story(agent=agent).given(an_event("checked-in"), an_event("roomed"))
    shown = case_view({"nurse": story.case}, story.history[-1])
    assert (shown.case_id, shown.room_id) == (VISIT, "n-1")


def test_an_ended_task_is_remembered_by_its_status_only_the_last_twenty():
    rule = {"id": "take", "on": ["roomed", "vitals-taken"], "task": task(done_by=["vitals-taken"])}
    story = Story([rule]).given(an_event("checked-in"), an_event("roomed"))
    first = story.the_task()
    story.given(*(an_event("vitals-taken", str(number)) for number in range(20)))
    assert (len(story.case.tasks), len(story.case.ended)) == (1, 20)
    assert story.when(asks("claim", first)).rejection.code == "ended"
    story.given(an_event("vitals-taken", "more"))
    assert story.when(asks("claim", first, key="2")).rejection.code == "unknown-task"
