"""In which order open tasks are shown, and why: a total order in which nobody is overtaken for ever."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from clinicflow.core.ranking import POOL, Ranked, Reader, Standing, at_head, policy_of, position, rank, urgency
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView

MINUTE = 60_000_000
NOW = 10_000 * MINUTE
POLICY = policy_of({})


def a_task(name: str, priority: str = "routine", due: int = 10, **fields: Any) -> Task:
    """A task that is due in so many minutes."""
    basics: dict[str, Any] = {"agent": "rooming", "rule": "r", "activity": "a", "roles": ("MA",), "credential": "any"}
    times = {"created_at": NOW - 30 * MINUTE, "due_at": NOW + due * MINUTE}
    told = {"status": "requested", "cause": "c", "bundle": 1, "priority": priority, **fields}
    return Task(task_id=name, **basics, **times, **told)


def a_visit(case: str, came: int, booked: int | None = None, **fields: Any) -> VisitView:
    """Somebody who came so many minutes ago, with an appointment so many minutes ago."""
    appointment = None if booked is None else NOW - booked * MINUTE
    told = {"stage": "checked-in", "arrived_at": NOW - came * MINUTE, "appointment_at": appointment, **fields}
    return VisitView(case_id=case, org_id="demo", clinic_id="north", **told)


def stands(name: str, came: int, booked: int | None = None, *, visit: dict[str, Any] | None = None, **task: Any) -> Any:
    return Standing(a_task(name, **task), f"case-{name}", a_visit(f"case-{name}", came, booked, **(visit or {})))


def order(*standing: Standing, reader: Reader = POOL) -> str:
    return " ".join(ranked.task_id for ranked in rank(standing, reader, POLICY, NOW))


def reasons(name: str, *standing: Standing, reader: Reader = POOL) -> list[str]:
    (found,) = [one for one in rank(standing, reader, POLICY, NOW) if one.task_id == name]
    return [reason.kind for reason in found.reasons]


def test_the_class_comes_first_and_critical_leads_its_class() -> None:
    routine, urgent, asap, stat = (stands(name, 40, priority=name) for name in ("routine", "urgent", "asap", "stat"))
    critical = stands("critical", 5, priority="urgent", critical=True)

    assert order(routine, urgent, asap, stat, critical) == "stat asap critical urgent routine"


def test_a_patient_whom_triage_made_urgent_lifts_routine_work() -> None:
    usual, triaged = stands("usual", 50), stands("triaged", 5, visit={"acuity": "urgent"})

    assert order(usual, triaged) == "triaged usual"
    assert reasons("triaged", triaged) == ["patient-urgent", "waits"]


def test_who_comes_early_does_not_overtake_who_has_the_earlier_appointment() -> None:
    early, booked = stands("early", 60, booked=10), stands("booked", 30, booked=30)

    assert order(early, booked) == "booked early"


def test_who_comes_within_the_grace_time_keeps_the_place_and_later_queues_from_the_arrival() -> None:
    within, walk_in, too_late = stands("within", 30, booked=45), stands("walk-in", 40), stands("late", 20, booked=50)

    assert order(within, walk_in, too_late) == "within walk-in late"
    assert reasons("late", too_late) == ["late-arrival"]
    assert position(too_late, POLICY) == NOW - 20 * MINUTE


def test_what_has_no_patient_in_the_clinic_queues_by_its_due_time() -> None:
    refill = Standing(a_task("refill", due=24 * 60), "case-refill")
    late_refill = Standing(a_task("old", due=-14), "case-old")

    assert order(refill, late_refill, stands("patient", 10)) == "old patient refill"
    assert reasons("refill", refill) == []
    assert reasons("old", late_refill) == ["overdue"]


def test_the_tasks_of_one_patient_go_by_their_due_times() -> None:
    visit = a_visit("v", 20)
    first, second = Standing(a_task("b", due=3), "v", visit), Standing(a_task("a", due=9), "v", visit)

    assert order(second, first) == "b a"
    assert reasons("b", first) == ["due-soon", "waits"]


def test_long_overdue_and_escalated_work_goes_to_the_head_of_its_class_and_not_above_it() -> None:
    waiting = stands("waiting", 90)
    aged, climbed = stands("aged", 10, due=-15), stands("climbed", 5, level=2)
    urgent = stands("urgent", 1, priority="urgent")

    assert order(waiting, aged, climbed, urgent) == "urgent aged climbed waiting"
    assert reasons("aged", aged) == ["too-long", "waits"]
    (ranked,) = rank([climbed], POOL, POLICY, NOW)
    assert [(reason.kind, reason.level) for reason in ranked.reasons] == [("escalated", 2), ("waits", 0)]


def test_what_cannot_be_begun_yet_comes_last_and_is_never_overdue() -> None:
    waiting = stands("waiting", 42, priority="stat", due=-60, status="on-hold")
    paused = stands("paused", 40, due=-60, status="on-hold", owner="ana")
    usual = stands("usual", 5)

    assert order(waiting, paused, usual) == "paused usual waiting"
    assert reasons("waiting", waiting) == ["stat", "waits"]
    assert "too-long" in reasons("paused", paused)


def test_what_suits_the_reader_decides_between_neighbours_only() -> None:
    room = {"room_id": "n-1"}
    held = stands("held", 30, visit=room, owner="ana", status="accepted")
    elsewhere, same_place = stands("elsewhere", 23), stands("place", 22, visit=room)
    long_before = stands("before", 29)
    ana = Reader("ana", ("es",))

    assert order(held, elsewhere, same_place, long_before).split()[1:] == ["before", "elsewhere", "place"]
    assert order(held, elsewhere, same_place, long_before, reader=ana).split()[1:] == ["before", "place", "elsewhere"]
    assert reasons("place", held, same_place, reader=ana) == ["waits", "same-place"]


def test_same_patient_and_the_language_that_a_task_asks_for_are_named() -> None:
    held = stands("held", 30, owner="ana", status="accepted")
    more = Standing(a_task("more", language="es-MX"), held.case_id, held.visit)
    lab = Standing(a_task("lab"), "the-order", held.visit)
    ana = Reader("ana", ("en", "es"))

    assert reasons("more", held, more, reader=ana) == ["waits", "same-patient", "same-language"]
    assert reasons("lab", held, lab, reader=ana) == ["waits", "same-patient"]
    assert reasons("more", held, more) == ["waits"]
    hers = Standing(a_task("hers", meant_for="ana"), "case-hers")
    assert (reasons("hers", hers, reader=ana), reasons("hers", hers, reader=Reader("ben"))) == (["for-you"], [])
    assert reasons("held", held, reader=ana) == ["waits"], "what one holds is no reason for itself"


def test_neither_language_nor_patient_changes_the_order_of_a_pool() -> None:
    one, other = stands("a", 22, visit={"language": "so"}), stands("b", 21, visit={"language": "en"})

    assert order(one, other) == "a b"
    swapped = [replace(each, visit=replace(each.visit, language="id", patient_id="p")) for each in (one, other)]
    assert order(*swapped) == "a b"


def test_a_clinic_sets_its_own_times() -> None:
    policy = policy_of({"head_after_min": 60, "late_grace_min": 0})
    aged, waiting = stands("aged", 10, due=-30), stands("waiting", 90)

    assert [one.task_id for one in rank([aged, waiting], POOL, policy, NOW)] == ["waiting", "aged"]
    assert position(stands("x", 10, booked=11), policy) == NOW - 10 * MINUTE


PRIORITIES = st.sampled_from(["routine", "urgent", "asap", "stat"])
STANDING = st.builds(
    lambda came, booked, due, level, acuity, here, task: Standing(
        a_task("", due=due, level=level, **task), "c", a_visit("c", came, booked, acuity=acuity) if here else None
    ),
    st.integers(0, 200),
    st.none() | st.integers(-60, 200),
    st.integers(-100, 200),
    st.sampled_from([0, 0, 0, 1, 3]),
    PRIORITIES,
    st.booleans(),
    st.fixed_dictionaries({"priority": PRIORITIES, "critical": st.booleans(), "owner": st.sampled_from([None, "ana"])}),
)
MANY = st.lists(STANDING, max_size=12).map(
    lambda found: [
        replace(each, task=replace(each.task, task_id=f"t{place:02}"), case_id=f"c{place % 5}")
        for place, each in enumerate(found)
    ]
)
READERS = st.sampled_from([POOL, Reader("ana", ("es",)), Reader("ben")])


def group(one: Standing) -> tuple[int, bool]:
    return -urgency(one), not one.task.critical


@given(MANY, READERS, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_how_the_tasks_come(many: Any, reader: Reader, chance: Any) -> None:
    found = rank(many, reader, POLICY, NOW)
    mixed = list(many)
    chance.shuffle(mixed)

    assert sorted(one.task_id for one in found) == sorted(one.task.task_id for one in many)
    assert rank(mixed, reader, POLICY, NOW) == found


@given(MANY, READERS)
def test_taking_one_away_changes_the_order_of_no_other(many: Any, reader: Reader) -> None:
    free = [one for one in many if one.task.owner is None]
    whole = [one.task_id for one in rank(free, reader, POLICY, NOW)]
    for gone in free:
        rest = rank([one for one in free if one is not gone], reader, POLICY, NOW)
        assert [one.task_id for one in rest] == [name for name in whole if name != gone.task.task_id]


@given(MANY, READERS)
def test_whoever_waits_too_long_gets_to_the_head_of_the_class(many: Any, reader: Reader) -> None:
    by_id = {one.task.task_id: one for one in many}
    placed = [by_id[ranked.task_id] for ranked in rank(many, reader, POLICY, NOW)]

    assert [group(one) for one in placed] == sorted(group(one) for one in many)
    for before, after in itertools.pairwise(placed):
        if group(before) == group(after) and at_head(after, POLICY, NOW):
            assert at_head(before, POLICY, NOW)


@given(MANY, READERS, st.integers(0, 300))
def test_in_time_every_task_stands_behind_nothing_of_its_class_but_what_is_overdue_longer(
    many: Any, reader: Reader, minutes: int
) -> None:
    later = NOW + minutes * MINUTE
    by_id = {one.task.task_id: one for one in many}
    placed = [by_id[ranked.task_id] for ranked in rank(many, reader, POLICY, later)]
    for place, one in enumerate(placed):
        if later - one.task.due_at >= POLICY.head_after:
            before = [each for each in placed[:place] if group(each) == group(one)]
            assert all(each.task.due_at <= one.task.due_at for each in before)


@given(MANY, READERS)
def test_nobody_is_overtaken_by_more_than_the_few_minutes_that_the_clinic_allows(many: Any, reader: Reader) -> None:
    by_id = {one.task.task_id: one for one in many}
    placed = [by_id[ranked.task_id] for ranked in rank(many, reader, POLICY, NOW)]
    for place, one in enumerate(placed):
        for before in placed[:place]:
            if group(before) == group(one) and not at_head(before, POLICY, NOW):
                assert position(before, POLICY) - position(one, POLICY) < POLICY.fit


@given(MANY, READERS)
def test_every_place_has_a_reason_that_holds(many: Any, reader: Reader) -> None:
    by_id = {one.task.task_id: one for one in many}
    found: list[Ranked] = rank(many, reader, POLICY, NOW)
    for ranked in found:
        one, kinds = by_id[ranked.task_id], [reason.kind for reason in ranked.reasons]
        assert bool({"too-long", "escalated", "waited-long"} & set(kinds)) == at_head(one, POLICY, NOW)
        assert (one.task.priority in kinds) == (one.task.priority != "routine")
        queues = [kind for kind in kinds if kind in ("waits", "late-arrival", "waited-long")]
        assert len(queues) == (one.visit is not None)
        assert len(set(kinds)) == len(kinds)
