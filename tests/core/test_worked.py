"""Given tasks that people did, when their work is added up, then each kind has its tasks and its time."""

from __future__ import annotations

from typing import Any

import pytest

from clinicflow.core.event import Event
from clinicflow.core.worked import NOT_SAID, Amount, Shares, together, worked
from clinicflow.events import EVENT_TYPES
from clinicflow.least_fields import MINUTE
from clinicflow.simulate.synthetic import START, VirtualClinic, synthetic_day
from clinicflow.work_text import lines_of
from tests.replay.day import bundle

KINDS = {"check-in": "administrative", "take-vitals": "clinical", "log-call": "other", "see-patient": "clinical"}


def asked(kind: str, minute: float, task: str, who: str, role: str) -> Event:
    envelope: dict[str, Any] = {
        "event_id": f"{kind} {minute} {task} {who}", "org_id": "demo", "clinic_id": "north", "case_id": "visit-1",
        "occurred_at": START + round(minute * MINUTE), "recorded_at": START + round(minute * MINUTE),
        "source_system": "test", "actor_id": who, "actor_role": role,
    }  # fmt: skip
    if kind.startswith("task-"):
        envelope |= {"task_id": task, "agent": "vitals", "on_shift": True, "lead": False, "clinic_assigned": True}
    if kind == "task-pause-requested":
        envelope["reason"] = "interrupted"
    return EVENT_TYPES[kind](**envelope)


def done(task_id: str, activity: str, minute: float, owner: str | None = "ana", **more: Any) -> Any:
    from clinicflow.core.task import Task

    fields: dict[str, Any] = {
        "task_id": task_id, "agent": "vitals", "rule": activity, "activity": activity, "roles": ("MA",),
        "credential": "any", "priority": "routine", "status": "completed", "created_at": START, "due_at": START,
        "cause": "cause", "bundle": 1, "owner_before_closing": owner, "closed_at": START + round(minute * MINUTE),
    }  # fmt: skip
    return Task(**{**fields, **more})


def amount(shares: Shares, role: str, kind: str) -> tuple[int, float]:
    found = shares.get(role, {}).get(kind, Amount())
    return found.tasks, found.time / MINUTE


def test_time_counts_from_the_claim_until_the_task_was_completed() -> None:
    events = [
        asked("task-claim-requested", 1, "vitals", "ana", "MA"),
        asked("task-start-requested", 2, "vitals", "ana", "MA"),
        asked("task-claim-requested", 3, "desk", "omar", "FD"),
    ]
    shares = worked([done("vitals", "take-vitals", 5), done("desk", "check-in", 5.5, "omar")], events, KINDS)

    assert amount(shares, "MA", "clinical") == (1, 4.0)
    assert amount(shares, "FD", "administrative") == (1, 2.5)


def test_a_pause_is_no_work() -> None:
    events = [
        asked("task-claim-requested", 0, "call", "ana", "MA"),
        asked("task-pause-requested", 2, "call", "ana", "MA"),
        asked("task-resume-requested", 7, "call", "ana", "MA"),
    ]

    assert amount(worked([done("call", "log-call", 10)], events, KINDS), "MA", "other") == (1, 5.0)


def test_only_whoever_ended_it_has_worked_on_it_and_only_what_was_completed_counts() -> None:
    events = [
        asked("task-claim-requested", 0, "vitals", "ben", "MA"),
        asked("task-claim-requested", 6, "vitals", "grace", "RN"),
        asked("task-claim-requested", 0, "left", "ana", "MA"),
    ]
    tasks = [done("vitals", "take-vitals", 8, "grace"), done("left", "take-vitals", 9, status="cancelled")]

    shares = worked(tasks, events, KINDS)
    assert amount(shares, "RN", "clinical") == (1, 2.0)
    assert shares.keys() == {"RN"}


def test_what_nobody_claimed_is_counted_for_whoever_told_it_and_has_no_time() -> None:
    fact = asked("provider-exited", 4, "", "omar", "FD")
    task = done("desk", "check-in", 4, None, closing=fact.event_id)

    shares = worked([task], [fact], KINDS)
    assert amount(shares, "FD", "administrative") == (1, 0.0)
    assert shares["FD"]["administrative"].timed == 0


def test_a_prescriber_works_on_a_visit_while_with_the_patient() -> None:
    events = [
        asked("provider-entered", 10, "", "jonas", "PRV"),
        asked("provider-exited", 22, "", "jonas", "PRV"),
    ]

    assert amount(worked([], events, KINDS), "PRV", "clinical") == (0, 12.0)


def test_an_activity_without_a_kind_is_told_as_not_said() -> None:
    shares = worked([done("odd", "juggle", 3)], [], KINDS)

    assert amount(shares, "MA", NOT_SAID) == (1, 0.0)
    assert any(NOT_SAID in line for line in lines_of(shares))


def test_the_table_tells_shares_of_tasks_and_minutes_beside_the_published_ones() -> None:
    events = [asked("task-claim-requested", 0, name, "ana", "MA") for name in ("a", "b", "c")]
    tasks = [done("a", "take-vitals", 6), done("b", "check-in", 3), done("c", "log-call", 1)]

    lines = list(lines_of(worked(tasks, events, KINDS)))
    clinical = next(line for line in lines if line.strip().startswith("clinical"))
    assert clinical.split() == ["clinical", "1", "33", "%", "6", "60", "%", "50", "%"]
    assert list(lines_of({})) == ["no task was completed"]


def test_roles_are_added_up_by_kind() -> None:
    shares = {"MA": {"clinical": Amount(2, 2, 10)}, "RN": {"clinical": Amount(1, 0, 5), "other": Amount(1, 1, 1)}}

    assert together(shares, ["MA", "RN"]) == {"clinical": Amount(3, 2, 15), "other": Amount(1, 1, 1)}


@pytest.fixture(scope="module")
def day() -> VirtualClinic:
    return synthetic_day(bundle(), 5, 40, all_areas=True)


def test_every_activity_of_the_shipped_packs_has_a_kind() -> None:
    assert set(bundle().work.values()) == {"clinical", "administrative", "other"}


def test_a_simulated_day_has_work_of_every_kind_near_the_published_share(day: VirtualClinic) -> None:
    """Of everybody: assistants of the demo have desks and billers beside them, and do more with patients."""
    shares = worked(day.result.tasks.values(), (placed.event for placed in day.result.events), bundle().work)
    everybody = together(shares, shares)
    tasks = sum(one.tasks for one in everybody.values())

    assert NOT_SAID not in everybody
    for kind, published in (("clinical", 50), ("administrative", 35), ("other", 15)):
        assert abs(100 * everybody[kind].tasks / tasks - published) <= 10, kind
