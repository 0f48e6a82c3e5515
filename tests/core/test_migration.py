"""A case that comes under another bundle: its open tasks are looked at again, by the new rules and by what was told of
people, in the one way that serves every change."""

from typing import Any

import pytest

from clinicflow.core.event import Placed
from clinicflow.core.step import bundle_for
from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds
from tests.core.small_world import SmallWorld, member, small_bundle

TAKE = {
    "id": "take",
    "on": ["roomed"],
    "task": task(credential="ma-basic", escalation=[{"at": "100%", "to": ["RN"]}, {"at": "200%", "to": ["LEAD"]}]),
}
WAITS = {
    "id": "take",
    "on": ["roomed"],
    "task": task(waits_for=["interpreter-booked"], escalation=[{"at": "100%", "to": ["RN"]}]),
}
HELD = {**TAKE, "task": {**TAKE["task"], "held_by": ["provider-entered"], "resumed_by": ["ready-for-provider"]}}
BASIC = member("ana", "MA", "ma-basic")
NURSE = member("rosa", "RN", "rn")
RN_MAY: dict[str, Any] = {
    "id": "rn-may",
    "role": ["RN"],
    "activities": ["take-vitals"],
    "decision": "allowed",
    "valid_from": "2020-01-01",
    "source": "test",
}
MAY = [RN_MAY, {**RN_MAY, "id": "ma-may", "role": ["MA"]}]
NO_MORE = [RN_MAY, {**RN_MAY, "id": "no-more", "role": ["MA"], "decision": "prohibited"}]
MIGRATED = an_event("bundle-migrated", at=5, to_bundle=2)


def a_world(*asked: str, staff: tuple[dict[str, Any], ...] = (BASIC, NURSE)) -> SmallWorld:
    world = SmallWorld(small_bundle(1, [TAKE], staff=staff, scope=MAY))
    world.happens("checked-in")
    world.happens("roomed")
    for each in asked:
        world.asks(each, "ana")
    return world


def next_bundle(rules: list[dict[str, Any]] | None = None, **changes: Any) -> Any:
    return small_bundle(2, [TAKE] if rules is None else rules, **{"staff": [BASIC, NURSE], "scope": MAY, **changes})


LOSSES = [
    ({"scope": NO_MORE}, "prohibited"),
    ({"scope": [RN_MAY]}, "no-scope-rule"),
    ({"staff": [{**BASIC, "credentials": []}, NURSE]}, "credential"),
    ({"staff": [NURSE]}, "unknown-person"),
]


@pytest.mark.parametrize(("changes", "code"), LOSSES)
def test_who_may_not_do_a_task_any_more_gives_it_back_to_nurses_too(changes: dict[str, Any], code: str) -> None:
    world = a_world("claim")
    world.migrated(next_bundle(**changes))
    after = world.task()
    assert (after.status, after.owner, after.roles, after.reason) == ("requested", None, ("MA", "RN"), code)
    assert (after.level, world.stopped()) == (0, [])


@pytest.mark.parametrize(("changes", "code"), LOSSES)
def test_work_that_was_begun_stops_and_is_not_put_back(changes: dict[str, Any], code: str) -> None:
    world = a_world("start")
    world.migrated(next_bundle(**changes))
    after = world.task()
    assert (after.status, after.owner, after.roles, after.reason) == ("on-hold", "ana", ("MA", "RN"), code)
    assert [event.code for event in world.stopped()] == [code]


def test_work_stopped_as_the_bundle_knew_nothing_of_it_goes_on_when_it_does_again() -> None:
    world = a_world("start")
    world.migrated(next_bundle([]))
    assert (world.task().status, world.task().reason) == ("on-hold", "unknown-activity")
    world.migrated(small_bundle(3, [TAKE], staff=[BASIC, NURSE], scope=MAY))
    assert (world.task().status, world.task().owner, world.task().reason) == ("in-progress", "ana", None)


def test_work_that_stays_stopped_for_another_reason_says_so_and_a_lead_is_told() -> None:
    world = a_world("start")
    world.migrated(next_bundle(scope=NO_MORE))
    world.migrated(small_bundle(3, [TAKE], staff=[{**BASIC, "credentials": []}, NURSE], scope=MAY))
    assert (world.task().status, world.task().owner, world.task().reason) == ("on-hold", "ana", "credential")
    assert [event.code for event in world.stopped()] == ["prohibited", "credential"]


def test_what_waits_for_a_signature_goes_on_waiting_with_all_that_was_done() -> None:
    learning = {**BASIC, "credentials": [{"tag": "ma-basic"}, {"tag": "trainee"}]}
    world = a_world("start", "completion", staff=(learning, NURSE))
    before = world.task()
    assert (before.reason, before.doers) == ("awaiting-signature", ("ana",))
    world.migrated(next_bundle(scope=NO_MORE))
    assert world.task() == before


def test_a_credential_that_was_granted_by_an_event_counts_under_the_new_bundle_too() -> None:
    world = a_world(staff=({**BASIC, "credentials": []}, NURSE))
    world.told("credential-granted", "ana", credential="ma-basic")
    world.asks("claim", "ana")
    assert world.task().owner == "ana"
    world.migrated(next_bundle(staff=[{**BASIC, "credentials": []}, NURSE]))
    assert (world.task().status, world.task().owner) == ("accepted", "ana")


def test_who_may_still_do_it_keeps_it_also_off_shift() -> None:
    world = a_world("claim")
    world.told("shift-ended", "ana", open_tasks=1)
    world.migrated(next_bundle())
    assert (world.task().status, world.task().owner) == ("accepted", "ana")


def test_a_bundle_alone_changes_nothing_of_a_case_that_keeps_its_own() -> None:
    world = a_world("claim")
    world.now_under(next_bundle(scope=NO_MORE))
    world.told("break-started", "rosa")
    assert world.task().status == "accepted"


def test_a_task_that_waits_under_a_rule_that_is_gone_is_offered() -> None:
    world = SmallWorld(small_bundle(1, [WAITS], staff=[BASIC, NURSE]))
    world.happens("checked-in")
    world.happens("roomed")
    assert world.task().waits
    world.migrated(next_bundle([], activities={"take-vitals": []}))
    after = world.task()
    assert (after.status, after.reason, after.escalate_at) == ("requested", None, None)
    world.asks("claim", "ana")
    world.asks("completion", "ana")
    assert world.task().status == "completed"


def test_a_task_whose_rule_waits_no_more_is_offered_and_its_time_begins() -> None:
    world = SmallWorld(small_bundle(1, [WAITS], staff=[BASIC, NURSE]))
    world.happens("checked-in")
    world.happens("roomed")
    before = world.task()
    world.pass_time(world.now + 3_600_000_000)
    world.minute += 60
    world.migrated(next_bundle([{**WAITS, "task": {**WAITS["task"], "waits_for": []}}]))
    after = world.task()
    assert (after.status, after.reason) == ("requested", None)
    assert after.due_at - before.due_at >= 3_600_000_000
    assert after.escalate_at == after.due_at
    world.pass_time(after.due_at)
    assert world.task().roles == ("MA", "RN")


def test_a_task_whose_rule_waits_for_another_event_says_so() -> None:
    world = SmallWorld(small_bundle(1, [WAITS], staff=[BASIC, NURSE]))
    world.happens("checked-in")
    world.happens("roomed")
    world.migrated(next_bundle([{**WAITS, "task": {**WAITS["task"], "waits_for": ["vitals-taken"]}}]))
    assert (world.task().status, world.task().reason) == ("on-hold", "vitals-taken")
    world.happens("vitals-taken")
    assert world.task().status == "requested"


def a_held_task() -> SmallWorld:
    world = SmallWorld(small_bundle(1, [HELD], staff=[BASIC, NURSE]))
    for each in ("checked-in", "roomed", "provider-entered"):
        world.happens(each)
    assert (world.task().waits, world.task().reason) == (True, "provider-entered")
    return world


def test_a_task_that_was_held_stays_so_under_a_rule_that_would_resume_it() -> None:
    world = a_held_task()
    before = world.task()
    world.migrated(next_bundle([HELD]))
    assert world.task() == before
    world.happens("ready-for-provider")
    assert world.task().status == "requested"


@pytest.mark.parametrize("gone", [True, False])
def test_a_task_that_was_held_is_offered_when_nothing_would_resume_it(gone: bool) -> None:
    world = a_held_task()
    before = world.task()
    world.pass_time(world.now + 3_600_000_000)
    world.minute += 60
    without = [] if gone else [TAKE]
    world.migrated(next_bundle(without, activities={"take-vitals": []}))
    after = world.task()
    assert (after.status, after.reason, after.held_since) == ("requested", None, None)
    assert (after.escalate_at is None) is gone
    assert (after.due_at - before.due_at >= 3_600_000_000) is not gone


def test_the_migration_itself_tells_each_open_task_anew_and_changes_none() -> None:
    story = Story([TAKE], staff=[BASIC]).given(an_event("checked-in"), an_event("roomed"))
    story.given(asks("claim", story.the_task(), "ana", actor_credentials=["ma-basic"]))
    before = story.the_task()
    story.bundle = small_bundle(2, [TAKE], scope=NO_MORE, staff=[NURSE])
    outcome = story.when(MIGRATED)
    assert (kinds(outcome), story.the_task(), outcome.case.bundle) == (["marked"], before, 2)


def test_a_migration_is_the_first_event_under_the_new_bundle() -> None:
    story = Story([TAKE], staff=[BASIC]).given(an_event("checked-in"), an_event("roomed"))
    placed = Placed(MIGRATED, 0, 99, MIGRATED.recorded_at, 1)
    assert bundle_for(story.agent, story.case, placed) == 2
    assert bundle_for(story.agent, None, placed) == 1
    assert bundle_for(story.agent, story.case, Placed(an_event("roomed", "later"), 0, 100, 0, 2)) == 1


def test_a_room_goes_by_each_bundle_in_force_and_so_does_what_becomes_of_its_tasks() -> None:
    wipe = {"id": "take", "on": ["room-vacated"], "task": task(credential="ma-basic")}
    world = SmallWorld(small_bundle(1, [wipe], staff=[BASIC, NURSE], scope=MAY))
    world.happens("room-vacated", case="room", patient_id=None)
    world.asks("start", "ana", case="room")
    world.now_under(next_bundle([wipe], scope=NO_MORE))
    assert (world.task().status, world.task().reason, world.task().scope_rule) == ("on-hold", "prohibited", "no-more")
    world.now_under(small_bundle(3, [wipe], staff=[BASIC, NURSE], scope=MAY))
    assert (world.task().status, world.task().owner) == ("in-progress", "ana")
