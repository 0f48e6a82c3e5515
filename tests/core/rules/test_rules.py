"""Rules as bundles give them to the fold: by event, with due times and escalations, titles and hashes."""

from typing import Any

import msgspec
import pytest

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, bundle_hash, compile_bundle
from clinicflow.core.durations import DAY, HOUR, MINUTE, SECOND, parse_duration, parse_fraction
from clinicflow.core.rules import Expression, Rule, TaskSpec
from clinicflow.errors import InvalidBundle
from clinicflow.events import CheckedIn
from tests.core.bundle.small import document, task

MONDAY_8 = 4 * DAY + 8 * HOUR
"""Monday, 5 January 1970, 08:00."""


class Nothing(msgspec.Struct, frozen=True):
    """An agent's state without anything."""


def compiled(*rules: dict[str, Any], **over: Any) -> Bundle:
    """A bundle with these rules of the agent ``vitals``."""
    agent = Agent("vitals", Nothing, ["visit"])
    agent.on(CheckedIn)(lambda state, event, facts: state)
    return compile_bundle(document({"vitals": rules}, **over), 7, {"vitals": agent})


def rule(id_: str = "rule", on: str = "roomed", **over: Any) -> dict[str, Any]:
    """A rule that makes a task."""
    return {"id": id_, "on": [on], "task": task(**over)}


APPOINTMENT = MONDAY_8 + 9 * DAY
"""Wednesday of the week after, 08:00."""

OPEN_WEEKDAYS = {"hours": dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "08:00-18:00")}


def due_of(spec: dict[str, Any], made: int, told: int | None, **over: Any) -> int:
    """When a task of this due time is due that is made at ``made``."""
    bundle = compiled(rule(due=spec), **over)
    return due_in(bundle, made, told)


def test_a_due_time_before_an_appointment_counts_back_from_it() -> None:
    spec = {"before": "P2D", "from": "appointment"}
    assert due_of(spec, MONDAY_8, APPOINTMENT) == APPOINTMENT - 2 * DAY
    assert due_of(spec, MONDAY_8, APPOINTMENT, clinic=OPEN_WEEKDAYS) == APPOINTMENT - 2 * DAY
    assert due_of({"before": "P3D", "from": "appointment"}, MONDAY_8, APPOINTMENT, clinic=OPEN_WEEKDAYS) == (
        APPOINTMENT - 5 * DAY
    ), "the weekend is left out"
    assert due_of({**spec, "hours": "wall"}, MONDAY_8, APPOINTMENT, clinic=OPEN_WEEKDAYS) == APPOINTMENT - 2 * DAY


def test_what_should_have_been_done_before_it_was_known_is_due_at_once() -> None:
    assert due_of({"before": "P2D", "from": "appointment"}, APPOINTMENT - DAY, APPOINTMENT) == APPOINTMENT - DAY
    assert due_of({"before": "P2D", "from": "appointment"}, MONDAY_8, None) == MONDAY_8
    assert due_of({"after": "PT10M", "from": "event.occurred_at"}, MONDAY_8, MONDAY_8 - HOUR) == MONDAY_8


def test_a_due_time_from_a_time_that_is_told_is_after_it() -> None:
    assert due_of({"after": "PT10M", "from": "event.occurred_at"}, MONDAY_8, MONDAY_8 + HOUR) == MONDAY_8 + 70 * MINUTE


def test_the_direction_may_come_from_a_table() -> None:
    tables = {"due-times": {"times": {"plan": {"before": "P1D"}, "check": {"after": "PT1H"}}}}
    told = {"table": "due-times", "from": "appointment"}
    assert due_of({**told, "key": "plan"}, MONDAY_8, APPOINTMENT, tables=tables) == APPOINTMENT - DAY
    assert due_of({**told, "key": "check"}, MONDAY_8, APPOINTMENT, tables=tables) == APPOINTMENT + HOUR


def test_steps_of_a_time_counted_back_are_shares_of_the_time_until_then_and_durations_after_it() -> None:
    steps = [{"at": "50%", "to": ["LEAD"]}, {"at": "100%", "to": ["RN"]}, {"at": "PT2H", "to": ["MGR"]}]
    bundle = compiled(rule(due={"before": "P1D", "from": "appointment"}, escalation=steps))
    due = due_in(bundle, MONDAY_8, APPOINTMENT)
    times = [bundle.escalation_at(only(bundle), MONDAY_8, due, level, "north") for level in range(4)]
    assert times == [MONDAY_8 + 4 * DAY, due, due + 2 * HOUR, None]


def test_what_is_due_the_same_day_is_due_as_the_clinic_closes_and_its_steps_are_shares_of_the_time_until_then() -> None:
    steps = [{"at": "50%", "to": ["LEAD"]}, {"at": "100%", "to": ["RN"]}, {"at": "PT2H", "to": ["MGR"]}]
    bundle = compiled(rule(due={"until": "closing"}, escalation=steps), clinic=OPEN_WEEKDAYS)
    closes = MONDAY_8 + 10 * HOUR
    assert due_in(bundle, MONDAY_8) == due_in(bundle, closes - 10 * MINUTE) == closes
    assert due_in(bundle, closes) == due_in(bundle, closes + HOUR) == closes + DAY
    assert due_in(bundle, MONDAY_8 + 5 * DAY) == closes + 7 * DAY, "on a Saturday: on Monday"
    times = [bundle.escalation_at(only(bundle), MONDAY_8, closes, level, "north") for level in range(4)]
    assert times == [MONDAY_8 + 5 * HOUR, closes, MONDAY_8 + DAY + 2 * HOUR, None], "the last one in opening hours"


def only(bundle: Bundle) -> Rule:
    """The one rule."""
    return bundle.rules_of("vitals")[0]


def task_of(found: Rule) -> TaskSpec:
    """The task that a rule makes."""
    assert found.task is not None, found.id
    return found.task


def due_in(bundle: Bundle, made: int, told: int | None = None, clinic: str = "north") -> int:
    """When the task of the one rule is due that is made at ``made``, if ``told`` is the time that it counts from."""
    return bundle.due_at(task_of(only(bundle)).due, made, clinic, told)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("PT5M", 5 * MINUTE), ("PT2H30M", 150 * MINUTE), ("P2D", 2 * DAY), ("P1WT1S", 7 * DAY + SECOND), ("PT0S", 0)],
)
def test_durations(text: str, expected: int) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["5M", "PT", "P", "P1M", "P1Y", "-PT5M", "PT5", "PT1.5H", "pt5m", 300, None])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(InvalidBundle, match="Expected a duration"):
        parse_duration(text)


def test_fractions() -> None:
    assert (parse_fraction("50%"), parse_fraction("150%"), parse_fraction("PT5M")) == (0.5, 1.5, None)


def test_rules_stand_under_the_events_they_look_at() -> None:
    bundle = compiled(
        rule("first"),
        rule("second", done_by=["vitals-taken"], cancelled_by=[{"event": "room-assigned", "when": "true"}]),
        {"id": "third", "on": ["roomed"], "wait": {"after": "PT20M", "unless": ["vitals-taken"]}, "task": task()},
    )

    assert [found.id for found in bundle.rules_on("vitals", "roomed")] == ["first", "second", "third"]
    assert bundle.rules_on("vitals", "vitals-taken") == ()
    assert [(found.id, kind) for found, kind, _ in bundle.facts_on("vitals", "vitals-taken")] == [("second", "done")]
    assert [(found.id, kind) for found, kind, _ in bundle.facts_on("vitals", "room-assigned")] == [("second", "cancel")]
    assert [found.id for found in bundle.waits_unless("vitals", "vitals-taken")] == ["third"]
    assert bundle.closing_event("vitals", "second") == ["vitals-taken"]
    assert bundle.closing_event("vitals", "gone") == []


def test_an_agent_sees_what_it_handles_what_its_rules_name_and_what_is_law() -> None:
    bundle = compiled(rule(done_by=["vitals-taken"]))

    seen = bundle.subscribed("vitals")

    assert {"roomed", "vitals-taken", "checked-in"} <= seen
    assert {"event-voided", "timer-fired", "bundle-migrated", "task-claim-requested", "checked-out"} <= seen
    assert not seen & {"result-received", "refill-requested", "task-request-refused", "room-cleaned"}
    assert bundle.types == seen


def test_a_rule_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidBundle, match="bundle 7 has no gone"):
        compiled(rule()).rule("vitals", "gone")


def test_every_agent_has_the_rule_of_failed_rules() -> None:
    assert compiled(rule()).rule("vitals", "review-rule-error").agent == "vitals"


def test_due_times_count_from_the_appointment_if_that_is_later() -> None:
    bundle = compiled(rule(due={"after": "PT10M", "from": "appointment"}))
    assert due_in(bundle, HOUR) == HOUR + 10 * MINUTE
    assert due_in(bundle, HOUR, 2 * HOUR) == 2 * HOUR + 10 * MINUTE
    assert due_in(bundle, 2 * HOUR, HOUR) == 2 * HOUR + 10 * MINUTE


def test_due_times_come_from_a_table_that_a_clinic_may_change() -> None:
    tables = {"due-times": {"times": {"take-vitals": "PT5M"}}}
    over = {"tables": {"due-times": {"times": {"take-vitals": "PT9M"}}}}
    bundle = compiled(rule(due={"table": "due-times", "key": "take-vitals"}), tables=tables, clinic=over)
    assert due_in(bundle, 0) == 9 * MINUTE
    assert due_in(bundle, 0, clinic="elsewhere") == 5 * MINUTE


def test_due_times_count_in_clinic_hours_unless_told_otherwise() -> None:
    weekdays = dict.fromkeys(("monday", "tuesday"), "08:00-17:00")
    over = {"clinic": {"hours": weekdays}}
    by_clinic = compiled(rule(due={"after": "PT2H"}), **over)
    by_wall = compiled(rule(due={"after": "PT2H", "hours": "wall"}), **over)
    late = MONDAY_8 + 8 * HOUR

    assert due_in(by_clinic, late) == MONDAY_8 + 25 * HOUR
    assert due_in(by_wall, late) == MONDAY_8 + 10 * HOUR


def test_a_day_in_clinic_hours_is_an_open_day() -> None:
    """Given a clinic open for eight hours on weekdays, when one day begins on Friday at 15:00, then Monday at 15:00."""
    weekdays = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "08:00-12:00, 13:00-17:00")
    bundle = compiled(rule(due={"after": "P1D"}, escalation=[{"at": "P1W", "to": ["RN"]}]), clinic={"hours": weekdays})
    friday = MONDAY_8 + 4 * DAY + 7 * HOUR
    due = due_in(bundle, friday)

    assert due == friday + 3 * DAY
    assert bundle.escalation_at(only(bundle), friday, due, 0, "north") == friday + 7 * DAY


LADDER = [{"at": "50%", "to": ["MA"]}, {"at": "100%", "to": ["RN"]}, {"at": "PT15M", "to": ["PRV"]}]


def test_the_ladder_counts_from_the_start_of_the_due_time() -> None:
    bundle = compiled(rule(due={"after": "PT10M"}, escalation=LADDER))
    due = due_in(bundle, HOUR)

    steps = [bundle.escalation_at(only(bundle), HOUR, due, level, "north") for level in range(4)]

    assert steps == [HOUR + 5 * MINUTE, HOUR + 10 * MINUTE, HOUR + 15 * MINUTE, None]


def test_the_ladder_of_a_later_appointment_begins_at_the_appointment() -> None:
    """Given a task made an hour before the appointment, then nobody is paged before its time."""
    bundle = compiled(rule(due={"after": "PT10M", "from": "appointment"}, escalation=LADDER))
    due = due_in(bundle, HOUR, 2 * HOUR)

    steps = [bundle.escalation_at(only(bundle), HOUR, due, level, "north") for level in range(3)]

    assert steps == [2 * HOUR + 5 * MINUTE, 2 * HOUR + 10 * MINUTE, 2 * HOUR + 15 * MINUTE]


def test_the_ladder_pauses_while_the_clinic_is_closed() -> None:
    weekdays = dict.fromkeys(("monday", "tuesday"), "08:00-17:00")
    bundle = compiled(rule(due={"after": "PT10M"}, escalation=LADDER), clinic={"hours": weekdays})
    start = MONDAY_8 + 8 * HOUR + 53 * MINUTE
    due = due_in(bundle, start)

    steps = [bundle.escalation_at(only(bundle), start, due, level, "north") for level in range(3)]

    tuesday = MONDAY_8 + DAY
    assert steps == [start + 5 * MINUTE, tuesday + 3 * MINUTE, tuesday + 8 * MINUTE]


def test_priorities_are_words_or_expressions() -> None:
    bundle = compiled(
        rule("fixed", priority="stat"), rule("said", priority="'urgent'"), rule("taken", priority_from="event.priority")
    )
    priorities = [task_of(found).priority for found in bundle.rules_of("vitals")]

    assert priorities[0] == "stat"
    assert [type(priority) for priority in priorities[1:]] == [Expression, Expression]


def test_titles_fall_back_to_the_first_language_of_the_bundle() -> None:
    bundle = compiled(rule("vitals", title={"en": "Take vital signs", "es": "Tomar los signos vitales"}))

    assert bundle.title("vitals", "vitals", "es-MX") == "Tomar los signos vitales"
    assert bundle.title("vitals", "vitals", "id") == "Take vital signs"
    assert bundle.title("vitals", "gone", "en") == "gone"


def test_the_hash_is_that_of_the_content_not_of_its_order() -> None:
    made = document({"vitals": [rule()]})
    turned = dict(reversed(list(made.items())))

    assert bundle_hash(made) == bundle_hash(turned)
    assert bundle_hash(made) != bundle_hash({**made, "name": "Other"})


def test_a_room_tells_its_clinic() -> None:
    bundle = compiled(rule())

    assert bundle.room("n-1") == {"id": "n-1", "name": "Room 1", "type": "exam", "clinic": "north"}
    assert bundle.room("n-9") is None
    assert bundle.clinic("nowhere") == {"id": "nowhere"}
