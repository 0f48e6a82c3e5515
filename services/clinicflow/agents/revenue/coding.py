"""A visit is coded once it is over and its note signed, by a coder or the provider; assistants only propose."""

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER
from clinicflow.agents.revenue.money import parsed
from clinicflow.agents.revenue.state import Coding, RevenueState
from clinicflow.agents.revenue.takings import to_the_clinic
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    CaseClosed,
    CaseOpened,
    CheckedOut,
    CodingProposed,
    CodingQueryAnswered,
    CodingQueryRaised,
    CopayCollected,
    EncounterCoded,
    EncounterNoteSigned,
    VisitEnded,
)

CODERS = PRESCRIBER | {"BIL"}
"""Roles that own the codes of a visit."""

CLAIM = "claim"


def register(agent: Agent[RevenueState]) -> None:
    """Let the agent hear of the end of visits and of their codes."""
    agent.on(VisitEnded)(ended)
    agent.on(CheckedOut)(ended)
    agent.on(EncounterNoteSigned)(signed)
    agent.on(CodingProposed)(proposed)
    agent.on(EncounterCoded)(coded)
    agent.on(CodingQueryRaised)(asked)
    agent.on(CodingQueryAnswered)(answered)
    agent.on(CopayCollected)(collected)
    agent.on(CaseOpened)(opened)
    agent.on(CaseClosed)(closed)
    agent.derives(CopayCollected)(to_the_clinic)


def _with(state: RevenueState, coding: Coding) -> RevenueState:
    """The state after an event on the end or the note: ready once, when both are there."""
    before = state.coding
    ready = coding.ended and coding.signed and not (before.ended and before.signed) and not coding.coded
    return replace(state, coding=replace(coding, to_code=ready))


def ended(state: RevenueState, event: VisitEnded | CheckedOut, facts: Facts) -> RevenueState:
    """The clinical part is over."""
    return _with(state, replace(state.coding, ended=True))


def signed(state: RevenueState, event: EncounterNoteSigned, facts: Facts) -> RevenueState:
    """The note is there."""
    return _with(state, replace(state.coding, signed=True))


def proposed(state: RevenueState, event: CodingProposed, facts: Facts) -> RevenueState:
    """Somebody proposed codes; they bind nobody."""
    return replace(state, coding=replace(state.coding, proposed=True))


def coded(state: RevenueState, event: EncounterCoded, facts: Facts) -> RevenueState | Rejection:
    """The codes are there, from somebody who may; an amendment replaces them by a correction."""
    refused = _not_one_of(CODERS, event, "a coder or a prescriber to code the visit", "not-a-coder")
    if refused is not None:
        return refused
    if state.coding.coded:
        return Rejection("already-coded", "Expected a visit without codes, but it is coded.")
    charge = None if event.charge is None else parsed(event.charge)
    if isinstance(charge, Rejection):
        return charge
    return replace(state, coding=replace(state.coding, coded=1, to_code=False))


def asked(state: RevenueState, event: CodingQueryRaised, facts: Facts) -> RevenueState:
    """The coder asks; rules see to the answer."""
    return state


def answered(state: RevenueState, event: CodingQueryAnswered, facts: Facts) -> RevenueState | Rejection:
    """The provider answers, or a manager for one."""
    passed_on = event.actor_role == "MGR" and event.on_behalf_of is not None
    if passed_on:
        return state
    wanted = "the provider's answer, or a manager who passes it on"
    return _not_one_of(PRESCRIBER, event, wanted, "not-a-prescriber") or state


def collected(state: RevenueState, event: CopayCollected, facts: Facts) -> RevenueState | Rejection:
    """Money at the desk goes into the books of the clinic."""
    amount = parsed(event.amount)
    return amount if isinstance(amount, Rejection) else state


def opened(state: RevenueState, event: CaseOpened, facts: Facts) -> RevenueState:
    """A claim about this visit is there."""
    return replace(state, coding=replace(state.coding, claimed=True)) if event.case_kind == CLAIM else state


def closed(state: RevenueState, event: CaseClosed, facts: Facts) -> RevenueState:
    """A claim about this visit is settled."""
    return replace(state, coding=replace(state.coding, claimed=False)) if event.case_kind == CLAIM else state


def _not_one_of(roles: frozenset[str], event: Event, wanted: str, code: str) -> Rejection | None:
    if event.actor_role is None or event.actor_role in roles:
        return None
    return Rejection(code, f"Expected {wanted}, but it was {event.actor_role}.")
