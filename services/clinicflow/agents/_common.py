"""What several agents share: who may take charge, what ends a visit, which kind of work a person has just given up."""

from typing import Any

from clinicflow.core.agent import Facts
from clinicflow.core.event import Event, Micros
from clinicflow.events import EVENT_TYPES, TaskFailRequested

NURSE_OR_PRESCRIBER = frozenset({"RN", "PRV", "PHY"})
"""Licensed roles that may take charge of what is critical."""

PRESCRIBER = frozenset({"PRV", "PHY"})

VISIT_ENDINGS: tuple[type[Event], ...] = tuple(
    event_type for _, event_type in sorted(EVENT_TYPES.items()) if event_type.ENDS == "visit"
)
"""The events that end a visit, found by their schemas."""


def given_up(event: TaskFailRequested, facts: Facts) -> str | None:
    """The activity of the open task that a person gives up; None when it is no open task of this agent."""
    return next((task.activity for task in facts.tasks if task.task_id == event.task_id and task.open), None)


def earliest(known: Micros | None, new: Micros) -> Micros:
    """The earlier of two times, of which the first may not be known."""
    return new if known is None else min(known, new)


def latest(known: Micros | None, new: Micros) -> Micros:
    """The later of two times, of which the first may not be known."""
    return new if known is None else max(known, new)


def known(fields: dict[str, Any]) -> dict[str, Any]:
    """Only what is known: conditions ask with ``has()``."""
    return {name: value for name, value in fields.items() if value is not None}
