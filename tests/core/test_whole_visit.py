"""The agents and the demo bundle as they are: one visit from the door to the door, alive, again, and what if."""

from functools import cache

import pytest

from clinicflow.agents import all_agents
from clinicflow.bundle_files import load
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.outcome import AgentCase
from clinicflow.core.step import applies, bundle_for, pack, step
from clinicflow.core.waiting import forgotten
from clinicflow.core.whatif import VirtualWorld, what_if
from clinicflow.data import data_dir
from clinicflow.errors import HistoryNeeded
from tests.core.kit import MINUTE, START, VISIT, an_event

AGE = {"patient_age": 40, "patient_age_unit": "a", "patient_language": "en", "visit_type": "follow-up"}
READING = {
    "systolic": 124,
    "diastolic": 80,
    "heart_rate": 84,
    "resp_rate": 16,
    "spo2": 98,
    "temp": 370,
    "consciousness": "A",
    "on_oxygen": False,
}
ORDER = {"case": "order-1"}
DAY = [
    an_event("patient-arrived"),
    an_event("ticket-issued", at=1),
    an_event("checked-in", at=3, actor_id="fd-1", **AGE),
    an_event("room-assigned", at=8),
    an_event("roomed", at=9),
    an_event("vitals-taken", at=12, actor_id="ma-1", **{**READING, "heart_rate": 135, "resp_rate": 26}),
    an_event("critical-vitals-acknowledged", at=14, actor_id="rn-1", actor_role="RN", actor_credentials=["rn"]),
    an_event("ready-for-provider", at=15),
    an_event("provider-entered", at=20, actor_id="prv-1", actor_role="PRV"),
    an_event("lab-test-ordered", at=25, visit_case_id=VISIT, specimen_class="blood", **ORDER, **AGE),
    an_event("specimen-collected", at=28, specimen_id="s", two_ids_checked=True, **ORDER),
    an_event("provider-exited", at=35),
    an_event("visit-ended", at=40),
    an_event("checked-out", at=45),
]


@cache
def demo() -> Bundle:
    return compile_bundle(load(data_dir("bundles") / "demo", data_dir("protocols")), 1, all_agents())


def world_of(events) -> VirtualWorld:
    world = VirtualWorld(all_agents(), demo())
    for event in events:
        world.feed(event, event.recorded_at)
    return world


def test_nobody_is_forgotten_at_any_event_of_the_visit():
    world = VirtualWorld(all_agents(), demo())
    for event in DAY:
        world.feed(event, event.recorded_at)
        assert not forgotten(world.result.cases[VISIT]), event.TYPE
    assert {side.phase for side in world.result.cases[VISIT].values()} == {"checked-out"}


def test_the_visit_makes_and_completes_its_tasks_without_a_failing_rule():
    result = world_of(DAY).result
    done = {task.activity for task in result.tasks.values() if task.status == "completed"}
    assert done >= {"check-in", "room-patient", "take-vitals", "acknowledge-critical-vitals", "see-patient"}
    assert "review-rule-error" not in {task.activity for task in result.tasks.values()}
    assert result.rejections == []
    left = {task.activity for task in result.tasks.values() if task.open}
    assert "take-vitals" not in left, "the visit has ended"


def test_the_log_of_the_visit_folded_again_gives_the_same_bytes():
    result = world_of(DAY).result
    cases: dict[str, dict[str, AgentCase]] = {}
    for index, placed in enumerate(result.events):
        sides = cases.setdefault(placed.event.case_id, {})
        for name, agent in all_agents().items():
            if applies(agent, demo(), placed):
                assert bundle_for(agent, sides.get(name), placed) == 1
                try:
                    sides[name] = step(agent, sides.get(name), placed, demo()).case
                except HistoryNeeded:
                    sides[name] = step(agent, sides.get(name), placed, demo(), result.events[:index]).case
    assert {case: pack(sides) for case, sides in cases.items()} == {
        case: pack(sides) for case, sides in result.cases.items()
    }


def test_what_if_under_the_same_bundle_is_what_was():
    was = world_of(DAY).result
    again = what_if(all_agents(), demo(), was.events)
    assert again.tasks == was.tasks


def test_a_critical_reading_entered_for_the_wrong_patient_is_taken_back_everywhere():
    reading = DAY[5]
    gone = an_event("event-voided", at=13, corrects=reading.event_id, reason="wrong_patient")
    result = world_of([*DAY[:6], gone]).result
    tasks = {task.activity: task for task in result.tasks.values()}
    assert tasks["take-vitals"].status == "requested"
    alarm = tasks["acknowledge-critical-vitals"]
    assert (alarm.status, alarm.cause_voided) == ("requested", True), "a critical one stays open, marked"
    voids = [placed.event.corrects for placed in result.events if placed.event.TYPE == "event-voided"]
    flags = [placed.event.event_id for placed in result.events if placed.event.TYPE == "vitals-critical-flagged"]
    assert set(voids) == {reading.event_id, *flags}


@pytest.mark.parametrize("index", range(len(DAY)))
def test_any_event_of_the_visit_may_be_voided_and_restored(index):
    gone = an_event("event-voided", "1", at=46, case=DAY[index].case_id, corrects=DAY[index].event_id)
    back = an_event("event-voided", "2", at=46, case=DAY[index].case_id, corrects=gone.event_id)
    world = world_of(DAY)
    world.pass_time(START + 46 * MINUTE)
    was, now = world.result, world_of([*DAY, gone, back]).result
    for name, side in was.cases[VISIT].items():
        after = now.cases[VISIT][name]
        assert (after.data, after.phase, after.view) == (side.data, side.phase, side.view), name
    assert {key: now.tasks[key].status for key in was.tasks} == {key: task.status for key, task in was.tasks.items()}


def test_times_of_the_day_are_in_order():
    assert DAY[0].occurred_at == START
    assert DAY[-1].occurred_at == START + 45 * MINUTE
