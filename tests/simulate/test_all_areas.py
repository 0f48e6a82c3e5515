"""Given the demo network, when a day with every area is simulated, then each area occurs and the boards drain."""

from __future__ import annotations

from collections import Counter
from functools import cache

import msgspec
import pytest
import yaml

from clinicflow.agents import all_agents
from clinicflow.codec import encode, from_json
from clinicflow.core.event import Placed
from clinicflow.core.kinds import KEYS
from clinicflow.core.outcome import Outcome
from clinicflow.core.visit import ended, in_clinic
from clinicflow.core.waiting import forgotten
from clinicflow.data import data_dir
from clinicflow.events import EVENT_TYPES
from clinicflow.least_fields import read_defaults
from clinicflow.simulate.day import DayPlan
from clinicflow.simulate.door import doc_of
from clinicflow.simulate.simulation import Simulation
from clinicflow.simulate.strands import Tables, read_tables
from clinicflow.simulate.synthetic import START, VirtualClinic, synthetic_day
from tests.replay.day import bundle

VISITS = 100
SEED = 1

NOT_SIMULATED = {
    "bundle-migrated": "an administrator's decision",
    "case-merged": "intake tells it when a feed merges two records",
    "scope-exceeded": "nobody of the demo does what they may not",
    "patient-deceased": "nobody dies in a demo",
    "patient-still-here": "the simulated day ends before its clinics close",
    "service-overdue": "comes a week after a service is due, a day is simulated",
    "unmatched-received": "intake tells it of a message about nobody known",
    "workload-eased": "comes a day after the load was too high, less than a day is simulated",
    "unmatched-resolved": "work that needs a real look at a message",
}
"""Every other event of the catalogue occurs in two days. This list may only become shorter."""


class Watched(VirtualClinic):
    """Keeps the events after which somebody in a clinic was left to nobody."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(bundle(), simulation)
        self.forgotten_after: list[str] = []

    def _apply(self, placed: Placed) -> list[Outcome]:
        outcomes = super()._apply(placed)
        sides = self.result.cases[placed.event.case_id]
        here = any(in_clinic(side.phase) for side in sides.values() if side.kind == "visit")
        if here and forgotten(sides):
            self.forgotten_after.append(placed.event.TYPE)
        return outcomes


@cache
def day(seed: int = SEED, visits: int = VISITS) -> Watched:
    plan = DayPlan(bundle(), seed, all_areas=True)
    clinic = Watched(Simulation(bundle(), plan, START, visits=visits))
    patients = plan.patients()
    last = max(next(patients).arrives for _ in range(visits))
    clinic.run(START + round((last + 360) * 60_000_000))
    return clinic


def kinds(clinic: Watched | None = None) -> Counter[str]:
    return Counter(placed.event.TYPE for placed in (clinic or day()).result.events)


def test_every_event_of_the_catalogue_occurs_unless_a_reason_says_why_not() -> None:
    another = day(SEED + 3, 60)

    assert set(EVENT_TYPES) - set(kinds()) - set(kinds(another)) == set(NOT_SIMULATED)


def test_who_comes_back_is_checked_out_again() -> None:
    clinic, left = day(), []
    for placed in clinic.result.events:
        if placed.event.TYPE in ("checked-out", "checkout-reversed"):
            left.append((placed.event.case_id, placed.event.TYPE))
    returned = {case for case, kind in left if kind == "checkout-reversed"}
    assert returned
    for case in returned:
        assert left.count((case, "checked-out")) == left.count((case, "checkout-reversed")) + 1
        assert {side.phase for side in clinic.result.cases[case].values() if side.kind == "visit"} == {"checked-out"}


def test_every_agent_makes_tasks() -> None:
    assert {task.agent for task in day().result.tasks.values()} == set(all_agents())


def test_the_boards_drain() -> None:
    """What is open came within the last hour, or is not to be done today."""
    left = [task for task in day().result.tasks.values() if task.open]
    late = [task for task in left if task.created_at < day().now - 3_600_000_000 and task.due_at <= day().now]

    assert [(task.agent, task.rule) for task in late] == []
    assert len(left) <= 12, Counter(task.rule for task in left)


def test_every_patient_leaves_in_the_end() -> None:
    stages = [
        sides["flow"].view.stage for sides in day().result.cases.values() if "flow" in sides and sides["flow"].view
    ]

    assert len(stages) == VISITS
    assert all(ended(stage) for stage in stages), Counter(stages)


def test_nobody_is_forgotten_after_any_event() -> None:
    assert day().forgotten_after == []


def test_next_to_nothing_that_is_asked_or_told_is_refused() -> None:
    assert len(day().result.rejections) < len(day().primaries) / 100, Counter(
        (agent, why.code) for _, agent, why in day().result.rejections
    )


def test_what_a_trainee_does_waits_for_one_signature_and_is_told_once() -> None:
    """Somebody who looks at work that waits must not tell the fact again."""
    signed = [event for event in day().primaries if event.TYPE == "act-cosigned"]
    acts = [placed.event for placed in day().result.events if placed.event.TYPE == "supervised-act-performed"]
    waited = {act.task_id for act in acts if getattr(act, "task_id", None) is not None}

    assert len(waited) > 50
    assert len(signed) >= 0.9 * len(waited)
    asked = Counter(event.task_id for event in day().primaries if event.TYPE == "task-completion-requested")
    again = [task for task in waited if asked[task] > 1]
    assert len(again) <= len(waited) / 50, Counter(day().result.tasks[task].rule for task in again)


def test_next_to_no_task_is_given_up() -> None:
    assert kinds()["task-fail-requested"] <= len(day().result.tasks) / 300


def test_what_is_told_fits_the_form_of_the_public_door() -> None:
    defaults = {"org_id": "demo", "recorded_at": START, "source_system": "simulator"}
    stamps = {"on_shift": True, "clinic_assigned": True, "lead": False}
    stamps |= {"to_on_shift": True, "to_clinic_assigned": True}

    for event in day().primaries:
        role = {"actor_role": event.actor_role}  # the door says it of whom it knows
        assert from_json(doc_of(event), defaults=defaults | stamps | role).event_id == event.event_id


def test_things_are_told_under_their_own_case() -> None:
    from clinicflow.core.ids import endless_case

    for event in day().primaries:
        key = KEYS.get(event.CASE)
        if key is not None and hasattr(event, key):
            assert event.case_id == endless_case(event.CASE, "demo", getattr(event, key)), event.TYPE


def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    first, again, other = (
        [encode(placed.event) for placed in synthetic_day(bundle(), seed, 5, all_areas=True).result.events]
        for seed in (7, 7, 8)
    )

    assert first == again
    assert first != other


def test_the_plain_day_has_no_area_beyond_the_first_ones() -> None:
    plain = synthetic_day(bundle(), 1, 6)

    agents = {task.agent for task in plain.result.tasks.values()}
    assert agents <= {"front_desk", "flow", "rooming", "vitals", "specimens", "refills", "exam"}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables()


def test_the_tables_name_known_events_rules_and_activities(tables: Tables) -> None:
    rules = {rule.id for agent in all_agents() for rule in bundle().rules_of(agent)}
    scope = yaml.safe_load((data_dir("protocols") / "scope" / "activities.yaml").read_text("utf-8"))
    named = [strand.event for strand in tables.strands] + [
        one.event for found in tables.finishes.values() for one in found
    ]
    after = [strand.after for strand in tables.strands if strand.after is not None]

    assert set(named) | set(after) | set(tables.facts) <= set(EVENT_TYPES)
    assert set(tables.finishes) <= rules
    activities = set(tables.minutes) | set(tables.patience) | set(tables.waits) | set().union(*tables.waits.values())
    assert activities <= set(scope["activities"])


def test_the_tables_name_known_fields(tables: Tables) -> None:
    rows = [(strand.event, strand.fields) for strand in tables.strands]
    rows += [(one.event, one.fields) for found in tables.finishes.values() for one in found]
    rows += list(tables.facts.items())

    for event, fields in rows:
        known = {*EVENT_TYPES[event].__struct_fields__, KEYS.get(EVENT_TYPES[event].CASE)}
        assert set(fields) <= known, event


def test_what_begins_by_itself_has_all_that_its_event_needs(tables: Tables) -> None:
    defaults = read_defaults(data_dir("scenarios"))
    envelope = {"event_id", "org_id", "clinic_id", "case_id", "occurred_at", "recorded_at", "source_system"}

    for strand in tables.strands:
        needed = {field.name for field in msgspec.structs.fields(EVENT_TYPES[strand.event]) if field.required}
        given = {*defaults.get(strand.event, {}), *strand.fields, "staff_id", "open_tasks"}
        assert needed - envelope <= given, strand.event


def test_every_area_begins_something(tables: Tables) -> None:
    areas = {strand.name.split()[0] for strand in tables.strands}

    assert areas >= {
        "scheduling", "front_desk", "rooming", "medications", "procedures", "education", "referrals", "revenue",
        "records", "facility", "sterile", "supplies", "staffing", "safety",
    }  # fmt: skip
