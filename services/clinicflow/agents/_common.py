"""What several agents share: who may take charge, what ends a visit, which kind of work a person has just given up."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.core.agent import Agent, Facts
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


def hands_on(agent: Agent[Any]) -> None:
    """Let an agent whose state has ``failed`` remember there what was given up, so that a rule hands it on and nobody
    is forgotten."""
    agent.on(TaskFailRequested)(_failed)


def _failed(state: Any, event: TaskFailRequested, facts: Facts) -> Any:
    return replace(state, failed=given_up(event, facts))


def earliest(known: Micros | None, new: Micros) -> Micros:
    """The earlier of two times, of which the first may not be known."""
    return new if known is None else min(known, new)


def latest(known: Micros | None, new: Micros) -> Micros:
    """The later of two times, of which the first may not be known."""
    return new if known is None else max(known, new)


def understood(facts: Facts, languages: Sequence[str] | None = None) -> bool:
    """Whether staff of the clinic speak the patient's language, and a text in ``languages``, if there is one, is in it.

    Nobody is sent for an interpreter while the patient's language is not known."""
    spoken = facts.patient.language
    if spoken is None:
        return True
    tags = {spoken, spoken.partition("-")[0]}
    of_text = languages is None or not tags.isdisjoint(languages)
    return of_text and not tags.isdisjoint(facts.clinic.get("languages", ()))


def known(fields: dict[str, Any]) -> dict[str, Any]:
    """Only what is known: conditions ask with ``has()``."""
    return {name: value for name, value in fields.items() if value is not None}
