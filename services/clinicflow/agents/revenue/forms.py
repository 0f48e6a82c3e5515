"""Forms for insurers, employers and schools: an assistant prepares, a prescriber signs."""

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER
from clinicflow.agents.revenue.state import RevenueState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import InsuranceFormCompleted, InsuranceFormPrepared, InsuranceFormRequested


def register(agent: Agent[RevenueState]) -> None:
    """Let the agent hear of forms."""
    agent.on(InsuranceFormRequested)(requested)
    agent.on(InsuranceFormPrepared)(prepared)
    agent.on(InsuranceFormCompleted)(completed)


def _now(state: RevenueState, form: str) -> RevenueState:
    return replace(state, account=replace(state.account, form=form))


def requested(state: RevenueState, event: InsuranceFormRequested, facts: Facts) -> RevenueState | Rejection:
    """A form is to be filled in."""
    if state.account.form is not None:
        return Rejection("already-requested", f"Expected a new form, but it is {state.account.form}.")
    return _now(state, "requested")


def prepared(state: RevenueState, event: InsuranceFormPrepared, facts: Facts) -> RevenueState | Rejection:
    """It waits for a signature."""
    if state.account.form == "completed":
        return Rejection("already-completed", "Expected a form without signature, but it is signed.")
    return _now(state, "prepared")


def completed(state: RevenueState, event: InsuranceFormCompleted, facts: Facts) -> RevenueState | Rejection:
    """It is signed, by somebody who may."""
    if event.actor_role is not None and event.actor_role not in PRESCRIBER:
        return Rejection("not-a-prescriber", f"Expected a prescriber to sign, but it was {event.actor_role}.")
    return _now(state, "completed")
