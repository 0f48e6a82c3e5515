"""What if: primary events again, everything else made by the code in virtual time."""

import msgspec

from clinicflow.core.agent import Raise
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.whatif import VirtualWorld, what_if
from clinicflow.events import LabTestOrdered, SpecimenCollected
from tests.core.bundle.small import document, task
from tests.core.kit import MINUTE, START, VISIT, an_event, nurse_agent

LADDER = [{"at": "100%", "to": ["RN"]}, {"at": "PT20M", "to": ["LEAD"]}]
RULES = [
    {"id": "take", "on": ["roomed"], "task": task(done_by=["vitals-taken"], escalation=LADDER)},
    {"id": "slow", "on": ["roomed"], "wait": {"after": "PT30M", "unless": ["provider-entered"]}, "task": task("look")},
    {"id": "orders", "on": ["case-opened"], "task": task("draw", done_by=["case-closed"])},
]


def agent():
    nurse = nurse_agent()

    @nurse.derives(LabTestOrdered)
    def opened(before, after, event, facts):
        return [Raise("case-opened", {"linked_case_id": event.case_id, "linked_kind": "order"}, case_id=VISIT)]

    @nurse.derives(SpecimenCollected)
    def closed(before, after, event, facts):
        return [Raise("case-closed", {"linked_case_id": event.case_id, "linked_kind": "order"}, case_id=VISIT)]

    return nurse


NURSE = agent()
AGENTS = {"nurse": NURSE}


def bundle(rules=RULES, number=1):
    return compile_bundle(document({"nurse": rules}), number, AGENTS)


ORDER = an_event("lab-test-ordered", case="order", at=5)
DAY = [
    an_event("checked-in"),
    an_event("roomed", at=2),
    ORDER,
    an_event("vitals-taken", at=25, actor_id="ana"),
    an_event("specimen-collected", case="order", at=28, specimen_id="s", two_ids_checked=True),
]


def by_activity(result):
    return {made.activity: made for made in result.tasks.values()}


def test_derived_events_reach_their_cases_and_timers_fire_in_virtual_time():
    result = what_if(AGENTS, bundle(), DAY, until=START + 40 * MINUTE)
    made = by_activity(result)
    assert {name: each.status for name, each in made.items()} == {
        "take-vitals": "completed",
        "draw": "completed",
        "look": "requested",
    }
    assert (made["take-vitals"].level, made["take-vitals"].roles) == (2, ("MA", "RN", "LEAD"))
    types = [placed.event.TYPE for placed in result.events]
    assert types == [
        *("checked-in", "roomed", "lab-test-ordered", "case-opened", "timer-fired", "timer-fired"),
        *("vitals-taken", "specimen-collected", "case-closed", "timer-fired"),
    ]
    assert [placed.position for placed in result.events] == list(range(10))
    logged = [placed.logged_at for placed in result.events]
    assert logged == sorted(logged)


def test_without_a_last_instant_no_timer_fires_after_the_last_event():
    result = what_if(AGENTS, bundle(), DAY)
    assert "look" not in by_activity(result)


def test_what_was_derived_or_fired_when_recorded_is_not_fed_again():
    recorded = what_if(AGENTS, bundle(), DAY, until=START + 40 * MINUTE)
    again = what_if(AGENTS, bundle(), recorded.events, until=START + 40 * MINUTE)
    assert again.tasks == recorded.tasks
    assert [placed.event for placed in again.events] == [placed.event for placed in recorded.events]


def test_other_rules_make_other_tasks_for_the_same_people():
    strict = [msgspec.json.decode(msgspec.json.encode(RULES[0])) | {"id": "take", "on": ["checked-in"]}]
    result = what_if(AGENTS, bundle(strict, 2), DAY)
    (made,) = result.tasks.values()
    assert (made.bundle, made.cause, made.status) == (2, DAY[0].event_id, "completed")


def test_a_correction_in_the_middle_is_folded_with_the_history_of_its_case():
    gone = an_event("event-voided", at=26, corrects=DAY[3].event_id)
    result = what_if(AGENTS, bundle(), [*DAY[:4], gone])
    assert by_activity(result)["take-vitals"].status == "requested"


def test_the_same_event_twice_counts_once():
    once, twice = what_if(AGENTS, bundle(), DAY), what_if(AGENTS, bundle(), [event for event in DAY for _ in "12"])
    assert once.tasks == twice.tasks
    assert len(once.events) == len(twice.events)


def test_a_world_may_be_played_event_by_event():
    world = VirtualWorld(AGENTS, bundle())
    for event in DAY:
        world.feed(event, event.recorded_at)
    assert world.result.tasks == what_if(AGENTS, bundle(), DAY).tasks
