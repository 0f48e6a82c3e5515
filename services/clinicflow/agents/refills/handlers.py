"""What each event does to a refill request. The protocol check is deterministic; who decides follows from it."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER, PRESCRIBER
from clinicflow.agents.refills.check import check
from clinicflow.agents.refills.state import RefillsState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    RefillApproved,
    RefillCancelled,
    RefillDenied,
    RefillFailed,
    RefillProtocolChecked,
    RefillRequested,
    RefillSent,
    VisitClosed,
)

TABLES = {"refill-rules": "refill-checks"}

agent: Agent[RefillsState] = Agent("refills", RefillsState, kinds=("refill",), reads=TABLES)

SHORT_SUPPLY_DAYS = 1

DECIDES = {"pass": "RN", "visit_due": "RN", "lab_due": "RN", "prescriber": "PRV"}
"""The role to which a request is routed, by the outcome of the check."""


@agent.on(RefillRequested)
def requested(state: RefillsState, event: RefillRequested, facts: Facts) -> RefillsState | Rejection:
    """The request is known."""
    if state.requested:
        return Rejection("already-requested", "Expected a new refill request, but this one was made before.")
    left = event.days_supply_left
    short = left is not None and left <= SHORT_SUPPLY_DAYS
    return replace(state, requested=True, visit=event.visit_case_id, short=short)


@agent.derives(RefillRequested)
def checked_and_routed(
    before: RefillsState, after: RefillsState, event: RefillRequested, facts: Facts
) -> Sequence[Raise]:
    """Compare with the protocol, say who decides, and tell the visit."""
    outcome, rules = check(event, facts.patient, facts.tables["refill-rules"])
    raised = [
        Raise("refill-protocol-checked", {"outcome": outcome, "rules": rules}),
        Raise("refill-routed", {"to_role": DECIDES[outcome], "reasons": rules}),
    ]
    if after.visit is not None and not after.done:
        fields = {"linked_case_id": event.case_id, "linked_kind": "refill"}
        raised.append(Raise("case-opened", fields, case_id=after.visit))
    return raised


@agent.on(VisitClosed)
def visit_closed(state: RefillsState, event: VisitClosed, facts: Facts) -> RefillsState:
    """The visit is over; what follows from that is for the rules."""
    return replace(state, deceased=event.how == "deceased")


@agent.on(RefillProtocolChecked)
def checked(state: RefillsState, event: RefillProtocolChecked, facts: Facts) -> RefillsState:
    """Keep what the protocol said."""
    return replace(state, outcome=event.outcome)


@agent.on(RefillApproved)
@agent.on(RefillDenied)
def decided(state: RefillsState, event: RefillApproved | RefillDenied, facts: Facts) -> RefillsState | Rejection:
    """Somebody who may has decided, once; a denial may still be turned into an approval, but nothing that was sent."""
    refused = _not_permitted(state, event) if isinstance(event, RefillApproved) else _not_licensed(event)
    if refused is not None:
        return refused
    decision = "approved" if isinstance(event, RefillApproved) else "denied"
    if state.decision == decision or state.sent or state.cancelled:
        was = "cancelled" if state.cancelled else "sent to the pharmacy" if state.sent else decision
        return Rejection("already-decided", f"Expected an undecided refill request, but it was {was} before.")
    return replace(state, decision=decision)


def _not_licensed(event: Event) -> Rejection | None:
    if event.actor_role is None or event.actor_role in NURSE_OR_PRESCRIBER:
        return None
    return Rejection(
        "not-licensed",
        f"Expected a nurse or a prescriber to decide on a refill, but the event came from {event.actor_role}.",
    )


def _not_permitted(state: RefillsState, event: Event) -> Rejection | None:
    """A nurse approves what passes the protocol; everything else is the prescriber's."""
    refused = _not_licensed(event)
    if refused is not None or state.outcome in (None, "pass"):
        return refused
    if event.actor_role is None or event.actor_role in PRESCRIBER:
        return None
    return Rejection(
        "prescriber-needed",
        f"Expected a prescriber to approve a refill that does not pass the protocol, but it was {event.actor_role}.",
    )


@agent.on(RefillSent)
def sent(state: RefillsState, event: RefillSent, facts: Facts) -> RefillsState | Rejection:
    """The pharmacy has it; never without an approval."""
    if state.requested and (state.decision != "approved" or state.cancelled):
        why = "cancelled" if state.cancelled else state.decision or "undecided"
        return Rejection("not-approved", f"Expected an approved refill request, but it is {why}.")
    return replace(state, sent=True)


@agent.on(RefillFailed)
def failed(state: RefillsState, event: RefillFailed, facts: Facts) -> RefillsState:
    """The pharmacy did not take it: somebody must put it right and send it again."""
    return replace(state, sent=False, failures=state.failures + 1)


@agent.on(RefillCancelled)
def cancelled(state: RefillsState, event: RefillCancelled, facts: Facts) -> RefillsState | Rejection:
    """The request is withdrawn, as long as the pharmacy does not have it."""
    if state.sent:
        return Rejection("already-sent", "Expected a refill that was not sent, but the pharmacy has it.")
    if state.cancelled:
        return Rejection("already-cancelled", "Expected an open refill request, but it was cancelled before.")
    return replace(state, cancelled=True)


@agent.derives(RefillApproved, RefillDenied, RefillSent, RefillFailed, RefillCancelled)
def linked(before: RefillsState, after: RefillsState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit when the request is done, or open again."""
    if after.visit is None or before.done == after.done:
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "refill"}
    if not after.done:
        return (Raise("case-opened", fields, case_id=after.visit),)
    return (Raise("case-closed", {**fields, "outcome": _outcome(after)}, case_id=after.visit),)


def _outcome(state: RefillsState) -> str:
    return "cancelled" if state.cancelled else "sent" if state.sent else "denied"


@agent.expose
def exposed(state: RefillsState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "outcome": state.outcome,
        "short": state.short,
        "decision": state.decision,
        "sent": state.sent,
        "requested": state.requested,
        "deceased": state.deceased,
    }
