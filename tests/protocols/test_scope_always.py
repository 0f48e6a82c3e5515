"""Whatever is told of people and asked of tasks, in any order: nobody at work holds what the scope forbids then."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.requests import has_role
from clinicflow.protocols.stage import MINUTE, START, Stage
from tests.support.bundles import shipped

STAFF = ("ma-ana", "rn-grace")
PRESCRIBERS = ("prv-jonas", "prv-mara", "phy-paul")


@cache
def bundle() -> Bundle:
    """The demo network's."""
    found = shipped()
    return compile_bundle(found, 1, all_agents())


TAGS = st.sampled_from(("ma-basic", "ma-phleb", "rn"))
OF_STAFF = st.sampled_from(STAFF)
LATER = st.integers(10, 400).map(lambda minute: {"minute": minute})

TOLD = st.one_of(
    st.tuples(st.just("credential-granted"), st.fixed_dictionaries({"staff_id": OF_STAFF, "credential": TAGS})),
    st.tuples(st.just("credential-revoked"), st.fixed_dictionaries({"staff_id": OF_STAFF, "credential": TAGS})),
    st.tuples(
        st.just("credential-expiring"),
        st.fixed_dictionaries({"staff_id": OF_STAFF, "credential": TAGS, "valid_until": LATER}),
    ),
    st.tuples(
        st.sampled_from(("supervisor-left", "supervisor-on-site")),
        st.fixed_dictionaries({"supervisor_id": st.sampled_from(PRESCRIBERS)}),
    ),
    st.tuples(
        st.sampled_from(("shift-ended", "shift-started", "break-started")),
        st.fixed_dictionaries({"staff_id": st.sampled_from((*STAFF, *PRESCRIBERS))}),
    ),
    st.tuples(
        st.just("staff-role-changed"),
        st.fixed_dictionaries({"staff_id": OF_STAFF, "new_role": st.sampled_from(("MA", "FD", "RN"))}),
    ),
)
ASKED = st.tuples(
    st.sampled_from(("claim", "start", "pause", "resume", "delegate")), st.integers(0, 20), OF_STAFF, OF_STAFF
)
STEPS = st.lists(st.tuples(st.integers(0, 40), st.one_of(TOLD, ASKED)), min_size=4, max_size=25)
REASONS = {"pause": {"reason": "other"}, "delegate": {"reason": "other"}}
NEEDED = {"shift-ended": {"open_tasks": 0}, "supervisor-left": {"others_on_site": False}, "staff-role-changed": {}}


def a_clinic() -> Stage:
    """A visit with its room, a blood test, a dose: work for assistants, nurses and the desk."""
    stage = Stage(all_agents(), bundle(), "north", {})
    stage.happens("checked-in", 0, fields={"identifiers_matched": 2})
    stage.happens("roomed", 1, fields={"room_id": "n-1"})
    order = {"order_number": "1", "test_code": "24323-8", "test_system": "loinc", "priority": "routine"}
    stage.happens("lab-test-ordered", 2, fields=order)
    stage.asks("claim", stage.newest("collect-specimen-routine"), "ma-ana", 2)
    stage.asks("start", stage.newest("take-vitals"), "ma-ana", 2)
    return stage


def take(stage: Stage, what: tuple[Any, ...], minute: int) -> None:
    if isinstance(what[1], dict):
        kind, fields = what
        by = "mgr-selma" if kind in ("staff-role-changed", "credential-granted") else None
        more: dict[str, Any] = {"leads": False} if kind == "staff-role-changed" else NEEDED.get(kind, {})
        stage.happens(kind, minute, by=by, fields={**fields, **more})
        return
    asked, which, by, other = what
    tasks = [task for task in stage.result.tasks.values() if task.open]
    if tasks:
        fields = {**REASONS.get(asked, {}), **({"to_staff": other} if asked == "delegate" else {})}
        stage.asks(asked, tasks[which % len(tasks)], by, minute, fields)


def forbidden(stage: Stage, minute: int) -> list[str]:
    """The tasks at work in the hands of somebody at work to whom the scope does not allow them."""
    at = START + minute * MINUTE
    people = stage.rechecking.people("north")
    found = []
    for task in stage.result.tasks.values():
        if task.status not in ("accepted", "in-progress") or task.owner is None:
            continue
        person = people.person(task.owner, at)
        if person is None or not person.on_shift:
            continue
        decision = bundle().may(task.activity, person, "north", at)
        if not decision.allowed or not has_role(task, person):
            found.append(f"{task.rule} of {task.owner}: {decision.reason}")
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_nobody_at_work_holds_what_the_scope_forbids(steps: list[tuple[int, tuple[Any, ...]]]) -> None:
    stage, minute = a_clinic(), 3
    for wait, what in steps:
        minute += wait
        take(stage, what, minute)
        assert forbidden(stage, minute) == []
