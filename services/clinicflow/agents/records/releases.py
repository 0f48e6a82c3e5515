"""Copies of a record: nothing goes out before it is known who asks and why they may have it."""

from msgspec.structs import replace

from clinicflow.agents.records.state import RecordsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import RecordsReceiptConfirmed, RecordsReleased, RecordsRequested


def register(agent: Agent[RecordsState]) -> None:
    """Let the agent hear of requests for copies."""
    agent.on(RecordsRequested)(requested)
    agent.on(RecordsReleased)(released)
    agent.on(RecordsReceiptConfirmed)(confirmed)


def requested(state: RecordsState, event: RecordsRequested, facts: Facts) -> RecordsState | Rejection:
    """Somebody asks for copies, once for each request."""
    if state.requested:
        return Rejection("already-requested", "Expected a new request for records, but this one was made before.")
    return replace(state, requested=True)


def released(state: RecordsState, event: RecordsReleased, facts: Facts) -> RecordsState | Rejection:
    """Copies went out: to somebody who is known and has a right to them."""
    if not event.identity_checked:
        return Rejection("identity-unchecked", "Expected to know who the asker is, but that was not checked.")
    if event.right == "none":
        return Rejection("no-authorisation", "Expected a right to have the record, but the asker has none.")
    if state.released:
        return Rejection("already-released", "Expected a request that is open, but the copies went out before.")
    return replace(state, released=True)


def confirmed(state: RecordsState, event: RecordsReceiptConfirmed, facts: Facts) -> RecordsState:
    """The asker has them."""
    return replace(state, confirmed=True)
