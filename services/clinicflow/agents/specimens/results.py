"""What results do to an order: who must look at them, and when the order is done."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER, PRESCRIBER
from clinicflow.agents.specimens.critical import CANCELLED_BY_LAB, critical_of, found_critical, undecided
from clinicflow.agents.specimens.state import SpecimensState, added, without
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    CriticalResultAcknowledged,
    CriticalResultReceived,
    OrderCancelled,
    ResultCommunicated,
    ResultCorrected,
    ResultLookedAt,
    ResultReceived,
    ResultReviewed,
)

PRELIMINARY = "P"


def register(agent: Agent[SpecimensState]) -> None:
    """Let the agent hear of results."""
    agent.on(ResultReceived)(received)
    agent.on(ResultCorrected)(received)
    agent.on(CriticalResultReceived)(critical)
    agent.on(CriticalResultAcknowledged)(acknowledged)
    agent.on(ResultLookedAt)(looked_at)
    agent.on(ResultReviewed)(reviewed)
    agent.on(ResultCommunicated)(communicated)
    agent.derives(ResultReceived)(of_result)
    agent.derives(ResultCorrected)(of_result)
    agent.derives(CriticalResultReceived)(linked)
    agent.derives(CriticalResultAcknowledged)(linked)
    agent.derives(ResultLookedAt)(of_look)
    agent.derives(ResultReviewed)(linked)
    agent.derives(OrderCancelled)(linked)


def needs_review(event: ResultReceived | ResultCorrected) -> bool:
    """Whether a prescriber must look: at everything but a normal preliminary result, or one that there is not."""
    if event.status == CANCELLED_BY_LAB:
        return False
    return event.status != PRELIMINARY or event.abnormal or isinstance(event, ResultCorrected)


def with_result(state: SpecimensState, result_id: str, abnormal: bool) -> SpecimensState:
    """The state knowing whether this result, or what it was corrected to, is abnormal. One of several is enough: who
    tells the patient may be asked about all of them."""
    known = added(without(state.abnormal, result_id), result_id) if abnormal else without(state.abnormal, result_id)
    return replace(state, abnormal=known, any_abnormal=known != ())


def received(state: SpecimensState, event: ResultReceived | ResultCorrected, facts: Facts) -> SpecimensState:
    """A result came; a corrected one has to be looked at again although the old one was reviewed."""
    waits = added(state.unreviewed, event.event_id) if needs_review(event) else state.unreviewed
    return replace(
        with_result(state, event.result_id, event.abnormal),
        at_lab=True,
        results=state.results + 1,
        unreviewed=waits,
        resulted=state.resulted or event.status not in (PRELIMINARY, CANCELLED_BY_LAB),
        undecided=undecided(event, facts),
    )


def critical(state: SpecimensState, event: CriticalResultReceived, facts: Facts) -> SpecimensState:
    """A prescriber must take charge."""
    return replace(state, at_lab=True, critical=added(state.critical, event.event_id))


def acknowledged(state: SpecimensState, event: CriticalResultAcknowledged, facts: Facts) -> SpecimensState | Rejection:
    """A named licensed person took the call, reading the value back; a prescriber also takes charge of the result."""
    if event.actor_role not in NURSE_OR_PRESCRIBER:
        return Rejection(
            "not-licensed",
            "Expected a nurse or a prescriber to acknowledge a critical result, "
            f"but the event came from {event.actor_role or 'nobody of a known role'}.",
        )
    if not event.read_back:
        return Rejection("not-read-back", "Expected the critical value to be read back, but it was not.")
    if event.actor_role not in PRESCRIBER:
        return state
    return replace(state, critical=without(state.critical, event.result_event))


def looked_at(state: SpecimensState, event: ResultLookedAt, facts: Facts) -> SpecimensState | Rejection:
    """A licensed person has looked at what could not be compared; nobody else judges a result."""
    if event.actor_role in NURSE_OR_PRESCRIBER:
        return state
    return Rejection(
        "not-licensed",
        "Expected a nurse or a prescriber to say whether a result is critical, "
        f"but the event came from {event.actor_role or 'nobody of a known role'}.",
    )


def reviewed(state: SpecimensState, event: ResultReviewed, facts: Facts) -> SpecimensState | Rejection:
    """A prescriber has looked; nobody else interprets a result."""
    if event.actor_role is not None and event.actor_role not in PRESCRIBER:
        return Rejection(
            "not-prescriber", f"Expected a prescriber to review a result, but the event came from {event.actor_role}."
        )
    if state.results == 0 and not state.ordered:
        return state  # of a test that is another agent's
    if state.results == 0:
        return Rejection("no-result", "Expected a result to review, but none has come.")
    return replace(state, unreviewed=without(state.unreviewed, event.result_event))


def communicated(state: SpecimensState, event: ResultCommunicated, facts: Facts) -> SpecimensState | Rejection:
    """The patient knows. Licensed staff tell an abnormal result, anybody who keeps to the script a normal one."""
    if event.actor_role in NURSE_OR_PRESCRIBER or (event.by_script and not state.any_abnormal):
        return state
    return Rejection(
        "not-licensed",
        "Expected a nurse or a prescriber, or a normal result told by the script, "
        f"but it was {event.actor_role or 'nobody of a known role'}.",
    )


def of_result(
    before: SpecimensState, after: SpecimensState, event: ResultReceived | ResultCorrected, facts: Facts
) -> Sequence[Raise]:
    """Critical values that the laboratory did not flag itself, and news for the visit."""
    return [*critical_of(event, facts), *linked(before, after, event, facts)]


def of_look(before: SpecimensState, after: SpecimensState, event: ResultLookedAt, facts: Facts) -> Sequence[Raise]:
    """What was found critical is one, as if the laboratory had called."""
    return (found_critical(event),) if event.critical else ()


def linked(before: SpecimensState, after: SpecimensState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit when the order is done, or open again."""
    if after.visit is None or before.done == after.done:
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "order"}
    if not after.done:
        return (Raise("case-opened", fields, case_id=after.visit),)
    outcome = "cancelled" if after.cancelled else "reviewed"
    return (Raise("case-closed", {**fields, "outcome": outcome}, case_id=after.visit),)
