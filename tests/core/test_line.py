"""In which order waiting patients are taken in: urgency, then the line, and nobody is passed over for ever."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicflow.core.line import QUEUE, Line, line_of, parse_minutes, place, too_long, waits_from
from clinicflow.core.ranking import POOL, Standing, at_head, line_up, policy_of, rank
from clinicflow.core.view import VisitView
from clinicflow.errors import InvalidBundle
from tests.core.test_ranking import MINUTE, NOW, POLICY, a_task, a_visit

QUEUE_OF_CLINIC = {"grace_minutes": 10, "overtake_cap_minutes": 30}


def line(*visits: VisitView, policy: Any = POLICY) -> str:
    return " ".join(one.case_id for one in line_up(visits, policy, NOW))


def why(case: str, *visits: VisitView) -> list[str]:
    return [reason.kind for one in line_up(visits, POLICY, NOW) if one.case_id == case for reason in one.reasons]


def test_who_comes_early_does_not_overtake_and_who_walks_in_stands_from_the_arrival() -> None:
    early, booked, walk_in = a_visit("early", 40, booked=5), a_visit("booked", 20, booked=20), a_visit("walk-in", 10)

    assert line(early, walk_in, booked) == "booked walk-in early"


def test_who_comes_within_the_grace_time_keeps_the_place_and_later_stands_from_the_arrival() -> None:
    within, later = a_visit("within", 25, booked=40), a_visit("later", 24, booked=40)
    between = a_visit("between", 30, booked=30)

    assert line(later, between, within) == "within between later"
    assert (why("within", within), why("later", later)) == (["waits"], ["late-arrival"])
    assert line(later, between, within, policy=policy_of({}, {"grace_minutes": 5})) == "between within later"


def test_urgency_goes_before_every_wait() -> None:
    long, urgent = a_visit("long", 120), a_visit("urgent", 1, acuity="urgent")

    assert line(long, urgent) == "urgent long"
    assert why("urgent", urgent) == ["patient-urgent", "waits"]


def test_who_has_waited_beyond_the_cap_goes_to_the_head_of_the_class_by_the_wait() -> None:
    keeps_place, here_longer = a_visit("place", 45, booked=60), a_visit("longer", 70, booked=46)
    urgent = a_visit("urgent", 5, acuity="urgent")

    assert line(keeps_place, here_longer, urgent) == "urgent longer place", "46 minutes wait before 45"
    assert why("longer", here_longer) == ["waited-long"]
    assert line(keeps_place, here_longer, policy=policy_of({}, {"overtake_cap_minutes": 60})) == "place longer"


def test_only_who_waits_to_be_taken_in_stands_in_line() -> None:
    stages = ("arrived", "checked-in", "roomed", "with-provider", "visit-ended", "checked-out")
    visits = [a_visit(stage, 10, stage=stage) for stage in stages]

    assert set(line(*visits).split()) == QUEUE
    assert not too_long(a_visit("in the room", 300, stage="roomed"), POLICY.line, NOW)


def test_the_tasks_of_who_has_waited_beyond_the_cap_come_first_on_the_work_list() -> None:
    rooms = {name: a_visit(name, came) for name, came in (("first", 46), ("second", 44))}
    one = Standing(a_task("first", due=30), "first", rooms["first"])
    other = Standing(a_task("second", due=3, critical=False), "second", rooms["second"])
    found = rank([other, one], POOL, POLICY, NOW)

    assert at_head(one, POLICY, NOW)
    assert not at_head(other, POLICY, NOW)
    assert [ranked.task_id for ranked in found] == ["first", "second"]
    assert [(reason.kind, reason.at) for reason in found[0].reasons] == [("waited-long", NOW - 46 * MINUTE)]


def test_a_clinic_says_its_own_times_else_the_table_counts_else_what_is_shipped() -> None:
    table = {"late_grace_min": 20, "overtake_cap_min": 90}

    assert line_of({}, {}) == Line(15 * MINUTE, 45 * MINUTE)
    assert line_of(table, {}) == Line(20 * MINUTE, 90 * MINUTE)
    assert line_of(table, QUEUE_OF_CLINIC) == Line(10 * MINUTE, 30 * MINUTE)


@pytest.mark.parametrize("value", [-1, 1.5, "15", True, None])
def test_a_time_of_the_line_is_whole_minutes(value: Any) -> None:
    with pytest.raises(InvalidBundle, match="whole minutes"):
        parse_minutes(value)


VISITS = st.lists(
    st.tuples(st.integers(0, 120), st.none() | st.integers(-30, 120), st.sampled_from(["routine", "urgent"])),
    max_size=10,
).map(lambda found: [a_visit(f"v{n}", came, booked, acuity=acuity) for n, (came, booked, acuity) in enumerate(found)])


@given(VISITS, st.randoms())
def test_the_line_is_one_line_and_in_a_class_nobody_stands_before_who_has_waited_beyond_the_cap(
    visits: list[VisitView], chance: Any
) -> None:
    by_case = {visit.case_id: visit for visit in visits}
    placed = [by_case[one.case_id] for one in line_up(visits, POLICY, NOW)]
    mixed = list(visits)
    chance.shuffle(mixed)

    assert sorted(by_case) == sorted(visit.case_id for visit in placed)
    assert line_up(mixed, POLICY, NOW) == line_up(visits, POLICY, NOW)
    for at, visit in enumerate(placed):
        for before in placed[:at]:
            if before.acuity == visit.acuity and too_long(visit, POLICY.line, NOW):
                assert waits_from(before) <= waits_from(visit)
            elif before.acuity == visit.acuity and not too_long(before, POLICY.line, NOW):
                assert place(before, POLICY.line) <= place(visit, POLICY.line)
