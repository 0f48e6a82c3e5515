"""Contexts and answers of conditions are kept for events that say the same, and never for others."""

from typing import Any

import msgspec
import pytest

from clinicflow.core.cel import KEPT, Condition, Expression, Fields, Prepared
from clinicflow.core.event import Placed
from clinicflow.core.outcome import PatientFacts
from clinicflow.errors import RuleFailed
from clinicflow.events import VitalsTaken
from tests.core.rules.test_conditions import vitals

CLINICS = {"north": {"beds": 1, "open": True}, "south": {"beds": 2, "open": True}}


def fields(*texts: Condition | Expression) -> Fields:
    """The fields that these conditions name."""
    return Fields(VitalsTaken, [path for text in texts for path in text.paths])


def prepared(
    by: Fields,
    event: VitalsTaken,
    case: dict[str, Any] | None = None,
    patient: PatientFacts | None = None,
    tables: dict[str, Any] | None = None,
) -> Prepared:
    """What conditions on the event are asked on."""
    clinic = CLINICS[event.clinic_id]
    return by.prepared(Placed(event, 0, 1, 1, 1), case or {}, patient or PatientFacts(), clinic, tables or {})


def test_events_that_say_the_same_in_the_fields_that_are_named_share_a_context() -> None:
    """Given a condition on the temperature, when two events differ only in the pulse, then one context serves both."""
    fever = Condition("event.temp > 38.0")
    by = fields(fever)

    first = prepared(by, vitals(temp=381, heart_rate=70))

    assert prepared(by, vitals(temp=381, heart_rate=90)) is first
    assert first.holds(fever)
    assert not prepared(by, vitals(temp=380)).holds(fever)
    assert first.holds(fever)


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0, False), ("1", 1), (None, False)])
def test_values_that_python_calls_equal_are_told_apart(one: Any, other: Any) -> None:
    seen = Condition("has(case.seen) && case.seen == 1")
    by = fields(seen)

    assert prepared(by, vitals(), {"seen": one}) is not prepared(by, vitals(), {"seen": other})


def test_a_value_of_one_field_is_not_taken_for_that_of_another() -> None:
    which = Expression("has(case.a) ? 'a' : has(case.b) ? 'b' : 'none'")
    by = fields(which)

    answers = [prepared(by, vitals(), case).value(which) for case in ({"a": 1}, {"b": 1}, {})]

    assert answers == ["a", "b", "none"]


def test_patients_and_clinics_make_a_difference_where_they_are_named() -> None:
    old, small = Condition("patient.age_years >= 65"), Condition("clinic.beds == 1")
    by = fields(old, small)

    here = prepared(by, vitals(), patient=PatientFacts(age=70, age_unit="a"))
    young = prepared(by, vitals(), patient=PatientFacts(age=70, age_unit="mo"))
    there = prepared(
        by, msgspec.structs.replace(vitals(), clinic_id="south"), patient=PatientFacts(age=70, age_unit="a")
    )

    assert [each.holds(old) for each in (here, young, there)] == [True, False, True]
    assert [each.holds(small) for each in (here, young, there)] == [True, True, False]


def test_clinics_that_are_alike_in_what_is_named_share_a_context_and_their_tables_tell_them_apart() -> None:
    opened, fever = Condition("clinic.open"), Condition("event.temp >= table.limits.fever")
    strict, lax = {"limits": {"fever": 37.5}}, {"limits": {"fever": 39.0}}
    here, there = vitals(temp=380), msgspec.structs.replace(vitals(temp=380), clinic_id="south")

    by, among = fields(fever), fields(opened)
    assert prepared(among, here) is prepared(among, there)
    assert prepared(among, here).holds(opened)
    assert prepared(by, here, tables=strict) is prepared(by, there, tables=strict)
    assert prepared(by, here, tables=strict).holds(fever)
    assert not prepared(by, here, tables=lax).holds(fever)


class Counted(Condition):
    """A condition that counts how often it had to be run."""

    __slots__ = ("runs",)

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.runs = 0

    def holds(self, context: Any) -> bool:
        self.runs += 1
        return super().holds(context)


def test_a_condition_runs_again_only_when_something_that_it_names_itself_is_another() -> None:
    """Given two conditions, when events differ only in what one of them names, then the other is not run again."""
    fever, young = Counted("event.temp > 38.0"), Counted("patient.age_years < 16 && event.clinic_id == 'north'")
    by = fields(fever, young)
    child, grown = PatientFacts(age=30, age_unit="mo"), PatientFacts(age=30, age_unit="a")

    for patient in (child, grown, PatientFacts(age=2, age_unit="a")):
        for temp in (379, 380, 381, 390):
            asked = prepared(by, vitals(temp=temp), patient=patient)
            assert (asked.holds(fever), asked.holds(young)) == (temp > 380, patient is not grown)

    assert (fever.runs, young.runs) == (4, 2)


def test_what_a_condition_answered_under_other_tables_is_not_its_answer() -> None:
    fever = Counted("event.temp >= table.limits.fever")
    by = fields(fever, Condition("event.heart_rate > 100"))

    for rate, limit in ((70, 37.5), (80, 39.0), (90, 37.5)):
        assert prepared(by, vitals(temp=380, heart_rate=rate), tables={"limits": {"fever": limit}}).holds(fever) is (
            limit < 38.0
        )
    assert fever.runs == 3


def test_a_condition_that_fails_fails_each_time() -> None:
    """Given a condition on a value that is not there, when it is asked twice, then it is never taken for an answer."""
    fever = Condition("event.temp > 38.0")
    asked = prepared(fields(fever), vitals())

    for _ in range(2):
        with pytest.raises(RuleFailed):
            asked.holds(fever)


def test_a_list_that_somebody_changes_is_not_the_next_answer() -> None:
    reasons = Expression("['late', 'partial']")
    asked = prepared(fields(reasons), vitals())

    asked.value(reasons).append("spoilt")

    assert asked.value(reasons) == ["late", "partial"]


def test_only_so_many_contexts_are_kept_and_those_let_go_are_made_anew() -> None:
    fever = Condition("event.temp > 38.0")
    by = fields(fever)
    first = prepared(by, vitals(temp=450))

    for temp in range(300, 300 + KEPT):
        assert prepared(by, vitals(temp=temp)).holds(fever) is (temp > 380)

    again = prepared(by, vitals(temp=450))
    assert again is not first
    assert again.holds(fever)
