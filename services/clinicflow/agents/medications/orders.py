"""Orders: what kind of work each is, when it waits for its prescriber, and what its visit is told."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.agents.medications.weights import asked_early
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    MedicationHeld,
    MedicationOrdered,
    OrderCancelled,
    PrescriptionDrafted,
    VaccineOrdered,
)

INJECTIONS = frozenset({"im", "sc", "id"})
SIMPLE = frozenset({"oral", "topical", "nasal", "eye", "ear", "rectal"})
"""Routes that need no licence where a state lets assistants give medicines. An inhaled medicine is none of them: no
credential shows the training that it asks for."""

OWN_EVENT = frozenset({"vaccine", "prescription"})
"""Paths whose orders are events of their own."""

Order = MedicationOrdered | VaccineOrdered | PrescriptionDrafted


def register(agent: Agent[MedicationsState]) -> None:
    """Let the agent hear of orders."""
    agent.on(MedicationOrdered)(ordered)
    agent.on(VaccineOrdered)(ordered)
    agent.on(PrescriptionDrafted)(ordered)
    agent.derives(MedicationOrdered, VaccineOrdered, PrescriptionDrafted)(opened)
    agent.on(MedicationHeld)(held)
    agent.on(OrderCancelled)(cancelled)
    agent.derives(OrderCancelled)(closed)


def path_of(event: Order) -> str:
    """What kind of work an order is. What is controlled, of high alert or not known to be neither is licensed work."""
    if isinstance(event, VaccineOrdered):
        return "vaccine"
    if isinstance(event, PrescriptionDrafted):
        return "prescription"
    if event.purpose != "give":
        return "dispense"
    if event.controlled_schedule != "none" or event.high_alert is not False:
        return "licensed"
    if event.route in INJECTIONS:
        return "injection"
    return "oral" if event.route in SIMPLE else "licensed"


def ordered(state: MedicationsState, event: Order, facts: Facts) -> MedicationsState | Rejection:
    """The order is known. Told again it answers a hold: a prescriber says it anew, and its way begins again."""
    refused = None if state.path is None else _no_answer(state, event)
    return refused or asked_early(_as_ordered(_base(state), event), facts)


def _base(state: MedicationsState) -> MedicationsState:
    """What an order begins from: what came before it, or, when it answers a hold, only what outlasts the hold."""
    if state.path is None:
        return state
    return MedicationsState(
        visit=state.visit,
        cancelled=state.cancelled,
        screening=state.screening,
        weighed=state.weighed,
        weighed_at=state.weighed_at,
    )


def _as_ordered(state: MedicationsState, event: Order) -> MedicationsState:
    after = replace(state, path=path_of(event), visit=event.visit_case_id or state.visit)
    if isinstance(event, PrescriptionDrafted):
        return after
    after = replace(after, observe_minutes=event.observe_minutes)
    if isinstance(event, VaccineOrdered):
        return after
    return replace(after, weight_based=bool(event.weight_based), weight_used=event.weight_used)


def _no_answer(state: MedicationsState, event: Order) -> Rejection | None:
    if (state.path in OWN_EVENT or path_of(event) in OWN_EVENT) and path_of(event) != state.path:
        return Rejection("another-kind", f"Expected an order of the kind {state.path}, but this is another.")
    if state.held is None:
        return Rejection("already-ordered", "Expected a new order or one that is on hold, but this is neither.")
    if event.actor_role not in PRESCRIBER:
        return Rejection(
            "prescriber-needed", f"Expected a prescriber to answer a hold, but it was {event.actor_role or 'nobody'}."
        )
    return None


def held(state: MedicationsState, event: MedicationHeld, facts: Facts) -> MedicationsState:
    """It waits for the prescriber; what was prepared does not count. An allergy holds only what is not given yet."""
    if event.reason == "allergy_added" and not state.may_wait:
        return state
    return replace(state, held=event.reason, prepared_by=None, preparer_role=None, verified_by=None)


def cancelled(state: MedicationsState, event: OrderCancelled, facts: Facts) -> MedicationsState | Rejection:
    """The order is withdrawn, once."""
    if state.cancelled:
        return Rejection("already-cancelled", "Expected an order in force, but it was cancelled before.")
    return replace(state, cancelled=True)


def opened(before: MedicationsState, after: MedicationsState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit that it has an open order, when that or that it goes by weight is news."""
    by_weight = after.weight_based and not before.weight_based
    if after.visit is None or after.done or (before.path is not None and not by_weight):
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "order", "by_weight": by_weight or None}
    return (Raise("case-opened", fields, case_id=after.visit),)


def closed(before: MedicationsState, after: MedicationsState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the visit when the order is done."""
    if after.visit is None or before.done or not after.done:
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "order", "outcome": outcome(after)}
    return (Raise("case-closed", fields, case_id=after.visit),)


def outcome(state: MedicationsState) -> str:
    """How an order ended, in a word."""
    if state.cancelled:
        return "cancelled"
    if state.ended:
        return "not_given"
    return "dispensed" if state.dispensed else "sent" if state.sent else "given"
