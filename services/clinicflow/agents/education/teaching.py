"""Teaching by order: which text is approved, who speaks the language, what was understood or shown."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER, understood
from clinicflow.agents.education.links import linked
from clinicflow.agents.education.state import EducationState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    EducationDelivered,
    EducationOrdered,
    InterpreterBooked,
    LensHandedOut,
    LensTeachingDone,
    OrderCancelled,
    TeachBackFailed,
)

WAYS = {"self_injection": "injection", "lenses": "lens", "glasses": "lens"}
"""Kinds that are taught in a way of their own; all others by the approved text."""


def register(agent: Agent[EducationState]) -> None:
    """Let the agent hear of teaching."""
    agent.on(EducationOrdered)(ordered)
    agent.on(InterpreterBooked)(interpreter)
    agent.on(EducationDelivered)(delivered)
    agent.on(TeachBackFailed)(not_understood)
    agent.on(LensTeachingDone)(shown)
    agent.on(LensHandedOut)(handed_out)
    agent.on(OrderCancelled)(cancelled)
    agent.derives(EducationOrdered, EducationDelivered, LensTeachingDone, OrderCancelled)(linked)


def ordered(state: EducationState, event: EducationOrdered, facts: Facts) -> EducationState | Rejection:
    """Find the approved text; without one only licensed staff explain."""
    if state.ordered is not None:
        return Rejection("already-ordered", "Expected a new order, but this one was placed before.")
    text: Mapping[str, Any] = facts.tables["teaching-materials"].get("topics", {}).get(event.topic, {})
    way = WAYS.get(event.kind, "text" if text else "licensed")
    languages = text["languages"] if text else None
    return replace(
        state,
        ordered=way,
        case_of=event.visit_case_id,
        version=text.get("version"),
        reachable=understood(facts, languages),
    )


def interpreter(state: EducationState, event: InterpreterBooked, facts: Facts) -> EducationState:
    """Somebody interprets: what waited for that can begin."""
    return replace(state, interpreters=state.interpreters + 1)


def delivered(state: EducationState, event: EducationDelivered, facts: Facts) -> EducationState | Rejection:
    """It was taught: by licensed staff as they see fit, by others from the approved text of today only."""
    if state.ordered in (None, "lens"):
        return Rejection("no-order", "Expected an order to teach this, but there is none.")
    role = event.actor_role
    if role is None or role in NURSE_OR_PRESCRIBER:
        return replace(state, taught=True)
    if state.ordered != "text":
        return Rejection("not-licensed", f"Expected a nurse or a prescriber to teach this, but it was {role}.")
    if event.material_version != state.version:
        told = event.material_version or "none"
        return Rejection("not-approved-text", f"Expected version {state.version} of the text, but {told} was used.")
    return replace(state, taught=True)


def not_understood(state: EducationState, event: TeachBackFailed, facts: Facts) -> EducationState | Rejection:
    """It must be taught again."""
    if state.ordered is None:
        return Rejection("no-order", "Expected an order to teach, but there is none.")
    return replace(state, failures=state.failures + 1, taught=False)


def shown(state: EducationState, event: LensTeachingDone, facts: Facts) -> EducationState | Rejection:
    """Only who showed both putting in and taking out has learned it."""
    if state.ordered != "lens":
        return Rejection("no-order", "Expected an order to teach the use of lenses or glasses, but there is none.")
    if not (event.put_in_shown and event.taken_out_shown):
        return Rejection("not-shown", "Expected putting in and taking out both shown, but one was not.")
    return replace(state, taught=True)


def handed_out(state: EducationState, event: LensHandedOut, facts: Facts) -> EducationState | Rejection:
    """Nobody takes home what they cannot put in and take out."""
    if state.taught:
        return state
    return Rejection("not-taught", "Expected a patient who has shown the use, but that is not so.")


def cancelled(state: EducationState, event: OrderCancelled, facts: Facts) -> EducationState:
    """The order is withdrawn."""
    return replace(state, cancelled=True) if state.ordered is not None else state
