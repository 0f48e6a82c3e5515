"""Since when a patient with chest pain has been waiting: the visit knows when they came, the order of the trace asks.

What whoever ordered it told counts; nobody has to tell what the events of the visit say already.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.procedures.state import Arrival, ProceduresState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.events import CaseClosed, CaseOpened, CheckedIn, FirstContactDated, PatientArrived, Roomed, TicketIssued


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear when patients come, and which orders count from then."""
    agent.on(PatientArrived, TicketIssued, CheckedIn)(came)
    agent.on(CaseOpened)(opened)
    agent.on(CaseClosed)(closed)
    agent.on(FirstContactDated)(dated)
    agent.derives(PatientArrived, TicketIssued, CheckedIn, Roomed, CaseOpened)(tell_orders)


def came(state: ProceduresState, event: Event, facts: Facts) -> ProceduresState:
    """The patient is there, at the latest since now."""
    known = state.arrival
    if known.at is not None and known.at <= event.occurred_at:
        return state
    return replace(state, arrival=replace(known, at=event.occurred_at, event_id=event.event_id))


def opened(state: ProceduresState, event: CaseOpened, facts: Facts) -> ProceduresState:
    """An order that counts from when the patient came."""
    known = state.arrival
    if not event.by_arrival or event.linked_case_id in known.orders:
        return state
    return replace(state, arrival=replace(known, orders=(*known.orders, event.linked_case_id)))


def closed(state: ProceduresState, event: CaseClosed, facts: Facts) -> ProceduresState:
    """The order is done."""
    known = state.arrival
    if event.linked_case_id not in known.orders:
        return state
    left = tuple(order for order in known.orders if order != event.linked_case_id)
    return replace(state, arrival=replace(known, orders=left))


def tell_orders(before: ProceduresState, after: ProceduresState, event: Event, facts: Facts) -> Sequence[Raise]:
    """All orders when it is known anew when the patient came, else the one that is new."""
    now = after.arrival
    if now.at is None:
        return ()
    orders = now.orders if now.at != before.arrival.at else now.orders[len(before.arrival.orders) :]
    return [_told(now, order, event.case_id) for order in orders]


def _told(arrival: Arrival, order: str, visit: str) -> Raise:
    fields = {"contact_at": arrival.at, "of_event": arrival.event_id, "visit_case_id": visit}
    return Raise("first-contact-dated", fields, case_id=order, key=order)


def dated(state: ProceduresState, event: FirstContactDated, facts: Facts) -> ProceduresState:
    """The order counts from then, unless somebody told when; whoever is at the trace already goes on with it."""
    trace = state.trace
    if not trace.asks_contact or (trace.contact_at and trace.contact_at <= event.contact_at):
        return replace(state, trace=replace(trace, redated=False))
    taken = any(task.activity == "record-ecg" and task.open and task.owner for task in facts.tasks)
    redated = event.contact_at < trace.ordered_at and not (taken or trace.recorded or state.cancelled)
    return replace(state, trace=replace(trace, contact_at=event.contact_at, redated=redated))
