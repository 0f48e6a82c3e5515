"""Conditions of rules on events: what they see, what they miss, and what happens when they fail."""

from typing import Any

import msgspec
import pytest

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.cel import Condition, Context, Expression, context
from clinicflow.core.cel_paths import paths_in
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import PatientFacts
from clinicflow.errors import InvalidBundle, RuleFailed
from clinicflow.events import Observation, ResultReceived, VitalsTaken
from tests.core.bundle.small import document, task

ENVELOPE: dict[str, Any] = {
    "event_id": "e-1",
    "org_id": "demo",
    "clinic_id": "north",
    "case_id": "c-1",
    "patient_id": "p-1",
    "occurred_at": 1_000_000,
    "recorded_at": 1_000_000,
    "source_system": "test",
}


class Nothing(msgspec.Struct, frozen=True):
    """An agent's state without anything."""


def bundle(when: str, on: str = "vitals-taken", **over: Any) -> Bundle:
    """A bundle with one rule under this condition."""
    rule = {"id": "rule", "on": [on], "when": when, "task": task()}
    return compile_bundle(
        document({"vitals": [rule]}, **over), 1, {"vitals": Agent("vitals", Nothing, ["visit", "order"])}
    )


def prepared(
    made: Bundle, event: Event, case: dict[str, Any] | None = None, patient: PatientFacts | None = None
) -> Context:
    """The context of all conditions on the event."""
    fields = made.fields_on("vitals", event.TYPE)
    assert fields is not None
    placed = Placed(event, 0, 1, event.occurred_at, 1)
    return context(fields, placed, case or {}, patient or PatientFacts(), made.clinic("north"), made.tables("north"))


def holds(when: str, event: Event, **over: Any) -> bool:
    """Whether the condition holds on the event."""
    known = {name: over.pop(name) for name in ("case", "patient") if name in over}
    made = bundle(when, event.TYPE, **over)
    rule = made.rules_on("vitals", event.TYPE)[0]
    assert rule.when is not None
    return rule.when.holds(prepared(made, event, **known))


def vitals(**fields: Any) -> VitalsTaken:
    """Measured vital signs; scaled integers, 381 is 38.1 degrees."""
    return VitalsTaken(**ENVELOPE, **fields)


@pytest.mark.parametrize(("temp", "expected"), [(380, False), (381, True), (382, True)])
def test_a_quantity_is_seen_in_its_unit_exactly_at_the_bound(temp: int, expected: bool) -> None:
    assert holds("event.temp >= 38.1", vitals(temp=temp)) is expected


def test_every_tenth_of_a_degree_compares_as_its_own_literal() -> None:
    """Given the scaled integer divided once, then it is the same double as the number a rule writes."""
    for temp in range(300, 450):
        assert holds(f"event.temp == {temp // 10}.{temp % 10}", vitals(temp=temp))


def test_a_whole_quantity_compares_with_whole_numbers() -> None:
    assert holds("event.systolic >= 180 && event.systolic < 181", vitals(systolic=180))


def test_what_was_not_measured_is_not_there() -> None:
    assert not holds("has(event.temp)", vitals())
    assert holds("has(event.temp)", vitals(temp=370))


def test_asking_for_what_is_not_there_fails_instead_of_being_false() -> None:
    with pytest.raises(RuleFailed, match=r"event\.temp"):
        holds("event.temp >= 38.0", vitals())


def test_a_condition_that_is_no_truth_fails() -> None:
    with pytest.raises(RuleFailed, match="Expected true or false"):
        holds("event.temp", vitals(temp=380))


@pytest.mark.parametrize(
    ("patient", "expected"),
    [
        (PatientFacts(17, "a"), False),
        (PatientFacts(18, "a"), True),
        (PatientFacts(191, "mo"), False),
        (PatientFacts(20, "d"), False),
    ],
)
def test_age_in_years_whatever_its_unit(patient: PatientFacts, expected: bool) -> None:
    assert holds("patient.age_years >= 18", vitals(), patient=patient) is expected


def test_an_unknown_age_is_not_there() -> None:
    assert not holds("has(patient.age_years)", vitals(), patient=PatientFacts(18, None))


def test_case_clinic_and_table_are_seen() -> None:
    when = "case.count == 2 && clinic.jurisdiction == 'US-CA' && table.news_2.bands['high'] == 7"

    assert holds(when, vitals(), case={"count": 2, "other": None}, tables={"news-2": {"bands": {"high": 7, "low": 1}}})


def test_a_clinics_own_value_goes_before_that_of_the_table() -> None:
    over = {"tables": {"limits": {"temp": 38.5, "pulse": 100}}, "clinic": {"tables": {"limits": {"temp": 37.0}}}}

    assert holds("table.limits.temp == 37.0 && table.limits.pulse == 100", vitals(), **over)


def test_lists_of_structures_are_seen_without_their_nulls() -> None:
    critical = Observation(code="2823-3", system="loinc", value="7.1", flag="HH", status="F")
    plain = Observation(code="2951-2", system="loinc", status="F")
    result = ResultReceived(**ENVELOPE, status="F", result_id="r-1", abnormal=True, observations=[plain, critical])

    assert holds("event.observations.exists(o, has(o.flag) && o.flag == 'HH')", result)


def test_a_context_holds_only_what_conditions_name() -> None:
    made = bundle("event.temp > 38.0 && event.actor_role == 'MA'")

    variables = prepared(made, vitals(temp=390, systolic=120, actor_role="MA")).variables

    assert variables == {"event": {"temp": 39.0, "actor_role": "MA"}}


def test_an_event_without_conditions_needs_no_context() -> None:
    made = compile_bundle(
        document({"vitals": [{"id": "rule", "on": ["roomed"], "task": task()}]}),
        1,
        {"vitals": Agent("vitals", Nothing, ["visit"])},
    )

    assert made.fields_on("vitals", "roomed") is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("event.a > 1 && has(case.b.c)", (("event", "a"), ("case", "b", "c"))),
        ("'event.x' == event.y", (("event", "y"),)),
        ("event.name.startsWith('case.z')", (("event", "name"),)),
        ("table.due_times['take-vitals'] > 3", (("table", "due_times", "take-vitals"),)),
        ("my.event.x == 1", ()),
        ("event.items[0].code == 'x'", (("event", "items"),)),
        ("size(event) > 1", (("event",),)),
    ],
)
def test_the_fields_that_a_condition_names(source: str, expected: tuple[tuple[str, ...], ...]) -> None:
    assert paths_in(source) == expected


def test_an_expression_gives_back_scaled_integers_for_quantities() -> None:
    assert Expression("38.1", scale=10).value(Context(variables={})) == 381
    with pytest.raises(RuleFailed, match="Expected a number"):
        Expression("'hot'", scale=10).value(Context(variables={}))


def test_what_is_no_cel_is_refused_with_the_text() -> None:
    with pytest.raises(InvalidBundle, match=r"event\.temp >"):
        Condition("event.temp >")


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0 == 1",
        "9223372036854775807 + 1 == 1",
        "[1][3] == 1",
        "event.nope.deeper == 1",
        "'a' < 1",
        "nope(1)",
        "nope",
    ],
)
def test_every_failure_of_the_library_is_a_failed_rule(source: str) -> None:
    with pytest.raises(RuleFailed):
        Condition(source).holds(Context(variables={"event": {}}))
