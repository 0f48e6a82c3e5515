"""A claim from its creation to the payer's money, with what may come back on the way."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.revenue.money import parsed
from clinicflow.agents.revenue.state import RevenueState
from clinicflow.agents.revenue.takings import to_the_clinic
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import ClaimAppealed, ClaimCreated, ClaimDenied, ClaimPaid, ClaimRejected, ClaimSubmitted

WITH_THE_PAYER = ("submitted", "appealed")


def register(agent: Agent[RevenueState]) -> None:
    """Let the agent hear of claims."""
    agent.on(ClaimCreated)(created)
    agent.on(ClaimSubmitted)(submitted)
    agent.on(ClaimRejected)(rejected)
    agent.on(ClaimDenied)(denied)
    agent.on(ClaimAppealed)(appealed)
    agent.on(ClaimPaid)(paid)
    agent.derives(ClaimCreated)(opens)
    agent.derives(ClaimPaid)(settles)


def _now(state: RevenueState, status: str) -> RevenueState:
    return replace(state, account=replace(state.account, status=status))


def created(state: RevenueState, event: ClaimCreated, facts: Facts) -> RevenueState | Rejection:
    """There is a claim to send."""
    amount = parsed(event.amount)
    if isinstance(amount, Rejection):
        return amount
    if state.account.status is not None:
        return Rejection("already-created", f"Expected a new claim, but it is {state.account.status}.")
    return replace(state, account=replace(state.account, status="created", visit=event.visit_case_id))


def submitted(state: RevenueState, event: ClaimSubmitted, facts: Facts) -> RevenueState | Rejection:
    """The payer has it; a second time only after it came back."""
    if state.account.status in (*WITH_THE_PAYER, "denied", "paid"):
        return Rejection("already-submitted", f"Expected a claim to be sent, but it is {state.account.status}.")
    return _now(state, "submitted")


def rejected(state: RevenueState, event: ClaimRejected, facts: Facts) -> RevenueState | Rejection:
    """It came back for a formal fault."""
    return _after_payment(state) or _now(state, "rejected")


def denied(state: RevenueState, event: ClaimDenied, facts: Facts) -> RevenueState | Rejection:
    """The payer does not pay; an appeal has a last day."""
    return _after_payment(state) or replace(
        state, account=replace(state.account, status="denied", appeal_by=event.appeal_by)
    )


def appealed(state: RevenueState, event: ClaimAppealed, facts: Facts) -> RevenueState | Rejection:
    """The payer must decide again."""
    if state.account.status != "denied":
        was = state.account.status or "not known"
        return Rejection("not-denied", f"Expected a claim that was denied, but it is {was}.")
    return _now(state, "appealed")


def paid(state: RevenueState, event: ClaimPaid, facts: Facts) -> RevenueState | Rejection:
    """The payer's money is there."""
    amount = parsed(event.amount)
    return amount if isinstance(amount, Rejection) else _now(state, "paid")


def _after_payment(state: RevenueState) -> Rejection | None:
    if state.account.status != "paid":
        return None
    return Rejection("already-paid", "Expected a claim without payment, but the payer has paid it.")


def opens(before: RevenueState, after: RevenueState, event: ClaimCreated, facts: Facts) -> Sequence[Raise]:
    """Tell the visit that there is a claim."""
    return _told("case-opened", after, event, {})


def settles(before: RevenueState, after: RevenueState, event: ClaimPaid, facts: Facts) -> Sequence[Raise]:
    """Tell the visit, once, that it is paid, and the clinic what came in."""
    takings = tuple(to_the_clinic(before, after, event, facts))
    if before.account.status == "paid":
        return takings
    return (*takings, *_told("case-closed", after, event, {"outcome": "paid"}))


def _told(kind: str, state: RevenueState, event: Event, more: dict[str, str]) -> Sequence[Raise]:
    visit = state.account.visit
    if visit is None:
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "unknown", "case_kind": "claim", **more}
    return (Raise(kind, fields, case_id=visit),)
