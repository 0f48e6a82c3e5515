"""Ids follow from what they stand for."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from clinicflow.core import ids


@given(st.text())
def test_the_quick_way_gives_the_same_id_as_the_library(name):
    assert ids.named(name) == str(uuid5(ids.NAMESPACE, name))


def test_ids_of_different_things_differ_and_are_uuids():
    made = [
        ids.derived_id("case", "cause", "rule", 0),
        ids.derived_id("case", "cause", "rule", 1),
        ids.task_id("case", "cause", "rule", 0),
        ids.timer_id("cause", "rule", 0, 0),
        ids.timer_id("cause", "rule", 0, 1),
        ids.fired_id("timer"),
        ids.room_case("demo", "n-1"),
        ids.event_id("demo", "client", "key"),
    ]
    assert len(set(made)) == len(made)
    assert {UUID(value).version for value in made} == {5}
