"""The weight that a dose goes by: told when it is prepared, measured among the vital signs, and when it is no good.

Numbers are compared by the table ``dose-weight``; whether the dose still fits is for the prescriber to say.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from clinicflow.agents._ages import in_ages, months, newborn
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.event import Micros
from clinicflow.core.outcome import PatientFacts
from clinicflow.events import WeightMeasured

TABLES = {"dose-weight": "dose-weight"}

DAY = 86_400_000_000


def register(agent: Agent[MedicationsState]) -> None:
    """Let the agent hear what the patient weighs."""
    agent.on(WeightMeasured)(measured)


class _Allowed(msgspec.Struct, frozen=True):
    """The strictest of the table's rows for this age: per cent from which weights differ, days that one holds."""

    percent: int
    days: int


def measured(state: MedicationsState, event: WeightMeasured, facts: Facts) -> MedicationsState:
    """The newest measurement of the visit counts, in whatever order they come."""
    if state.weighed_at is not None and event.measured_at < state.weighed_at:
        return replace(state, weight_doubt=None)
    return asked_early(replace(state, weighed=event.weight, weighed_at=event.measured_at), facts)


def asked_early(state: MedicationsState, facts: Facts) -> MedicationsState:
    """Before anybody draws it up it waits only for a weight that differs: one that is missing may still be measured."""
    waits = state.weight_based and state.may_wait and state.held is None
    allowed = _allowed(facts) if waits else None
    differs = allowed is not None and _differs(state, allowed)
    return replace(state, weight_doubt="weight_changed" if differs else None)


def when_prepared(state: MedicationsState, at: Micros, facts: Facts) -> MedicationsState:
    """Somebody has drawn it up: now the weight must be known, of these days, and the one that the dose goes by."""
    allowed = _allowed(facts) if state.weight_based else None
    return replace(state, weight_doubt=None if allowed is None else _doubt(state, at, allowed))


def _doubt(state: MedicationsState, at: Micros, allowed: _Allowed) -> str | None:
    told = state.weight_measured is not None
    if not state.weight_used or not (told or state.weighed is not None):
        return "weight_unknown"
    old = state.weighed_at is not None and at - state.weighed_at > allowed.days * DAY
    if old and not told:
        return "weight_old"
    compared = replace(state, weighed=None) if old else state
    return "weight_changed" if _differs(compared, allowed) else None


def _differs(state: MedicationsState, allowed: _Allowed) -> bool:
    """Whether the weights differ from the one that the dose goes by, or from each other, as from a slip of the pen."""
    if weight_change(state) >= allowed.percent:
        return True
    told, weighed = state.weight_measured, state.weighed
    return told is not None and weighed is not None and percent(told, weighed) >= allowed.percent


def weight_change(state: MedicationsState) -> int:
    """By how many percent, rounded down, the weight of this visit differs from the one that the dose was worked out
    from, as told or as measured, whichever differs more; -1 when either is not known."""
    known = [weight for weight in (state.weight_measured, state.weighed) if weight is not None]
    if not state.weight_used or not known:
        return -1
    return max(percent(weight, state.weight_used) for weight in known)


def percent(weight: int, of: int) -> int:
    """The difference in whole percent of ``of``, rounded down."""
    return abs(weight - of) * 100 // of


def _allowed(facts: Facts) -> _Allowed | None:
    """None under a bundle that is older than the table: its own rule compares the weights."""
    table = facts.tables.get("dose-weight")
    if table is None:
        return None
    rows = [row for row in table["weights"] if _meant(row, facts.patient)]
    return _Allowed(min(row["differs_percent"] for row in rows), min(row["within_days"] for row in rows))


def _meant(row: Mapping[str, Any], patient: PatientFacts) -> bool:
    return in_ages(row.get("ages"), months(patient), newborn(patient))
