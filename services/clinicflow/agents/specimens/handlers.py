"""What each event does to an order on its way to the laboratory."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.specimens import poc, preparation
from clinicflow.agents.specimens.results import register as register_results
from clinicflow.agents.specimens.state import SpecimensState, added, missing, without
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    LabTestOrdered,
    OrderCancelled,
    SpecimenCollected,
    SpecimenLabelled,
    SpecimenLogged,
    SpecimenReceived,
    SpecimenRejected,
    SpecimenSent,
    VisitClosed,
)

TABLES = {"critical-results": "laboratory-limits"}

agent: Agent[SpecimensState] = Agent("specimens", SpecimensState, kinds=("order",), reads=TABLES)
register_results(agent)
poc.register(agent)
preparation.register(agent)


@agent.on(LabTestOrdered)
def ordered(state: SpecimensState, event: LabTestOrdered, facts: Facts) -> SpecimensState | Rejection:
    """The order is known; what came before it (a result without an order) stays."""
    if state.ordered:
        return Rejection("already-ordered", "Expected a new order, but this one was placed before.")
    return replace(
        state,
        ordered=True,
        visit=event.visit_case_id,
        specimen_class=event.specimen_class,
        priority=event.priority,
        in_house=bool(event.in_house),
    )


@agent.derives(LabTestOrdered)
def open_case(before: SpecimensState, after: SpecimensState, event: LabTestOrdered, facts: Facts) -> Sequence[Raise]:
    """Tell the visit that it has an open order."""
    if after.visit is None or after.done:
        return ()
    fields = {"linked_case_id": event.case_id, "linked_kind": "order"}
    return (Raise("case-opened", fields, case_id=after.visit),)


@agent.on(OrderCancelled)
def cancelled(state: SpecimensState, event: OrderCancelled, facts: Facts) -> SpecimensState | Rejection:
    """The order is withdrawn, once."""
    if state.cancelled:
        return Rejection("already-cancelled", "Expected an order in force, but it was cancelled before.")
    return replace(state, cancelled=True)


@agent.on(VisitClosed)
def visit_closed(state: SpecimensState, event: VisitClosed, facts: Facts) -> SpecimensState:
    """The visit is over; what follows from that is for the rules."""
    return replace(state, deceased=event.how == "deceased")


@agent.on(SpecimenCollected)
def collected(state: SpecimensState, event: SpecimenCollected, facts: Facts) -> SpecimensState:
    """A specimen counts only when two identifiers were checked."""
    if not event.two_ids_checked:
        return state
    after = replace(state, collected=added(state.collected, event.specimen_id), at_lab=False)
    return preparation.asked(after, event)


@agent.on(SpecimenLabelled)
def labelled(state: SpecimensState, event: SpecimenLabelled, facts: Facts) -> SpecimensState:
    """A label counts when it is complete and on a specimen of this order."""
    of_order = not state.collected or event.specimen_id in state.collected
    good = event.two_ids and event.time_on_label and event.collector_on_label and of_order
    done = added(state.labelled, event.specimen_id) if good else state.labelled
    return replace(state, labelled=done, label_good=good, label_foreign=not of_order)


@agent.on(SpecimenLogged)
def logged(state: SpecimensState, event: SpecimenLogged, facts: Facts) -> SpecimensState:
    """It is in the log."""
    return replace(state, logged=added(state.logged, event.specimen_id))


@agent.on(SpecimenSent)
def sent(state: SpecimensState, event: SpecimenSent, facts: Facts) -> SpecimensState:
    """It is on its way."""
    return replace(
        state,
        sent=added(state.sent, event.specimen_id),
        sent_at=event.occurred_at,
        expected_at=event.expected_at or state.expected_at,
    )


@agent.on(SpecimenReceived)
def received(state: SpecimensState, event: SpecimenReceived, facts: Facts) -> SpecimensState:
    """The laboratory has it; all that are on their way when it does not say which."""
    came = state.sent if event.specimen_id is None else (event.specimen_id,)
    known = tuple(found for found in state.received if found not in came)
    return replace(state, at_lab=True, received=(*known, *came))


@agent.on(SpecimenRejected)
def rejected(state: SpecimensState, event: SpecimenRejected, facts: Facts) -> SpecimensState:
    """The laboratory cannot use it: its way begins again."""
    gone = event.specimen_id
    return replace(
        state,
        at_lab=True,
        collected=without(state.collected, gone),
        labelled=without(state.labelled, gone),
        logged=without(state.logged, gone),
        sent=without(state.sent, gone),
        received=without(state.received, gone),
        to_prepare=without(state.to_prepare, gone),
        prepared=without(state.prepared, gone),
    )


@agent.expose
def exposed(state: SpecimensState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "ordered": state.ordered,
        "cancelled": state.cancelled,
        "visit": state.visit,
        "specimen_class": state.specimen_class or "other",
        "priority": state.priority or "routine",
        "collected": len(state.collected),
        "labelled": len(state.labelled),
        "unlabelled": [found for found in state.collected if found not in state.labelled],
        "label_good": state.label_good,
        "label_foreign": state.label_foreign,
        "unlogged": [found for found in state.labelled if found not in state.logged],
        "unsent": missing(state.logged, state.sent),
        "sent_at": state.sent_at,
        "expected_at": state.expected_at,
        "at_lab": state.at_lab,
        "on_the_way": 0 if state.resulted else missing(state.sent, state.received),
        "any_abnormal": state.any_abnormal,
        "unreviewed": len(state.unreviewed),
        "critical": len(state.critical),
        "resulted": state.resulted,
        "in_house": state.in_house,
        "unprepared": len(preparation.unprepared(state)),
        "unprepared_id": preparation.next_unprepared(state) or "",
        "prepared_after": state.prepared_after,
        "clotted": state.clotted,
        "at_risk": len(state.at_risk),
        "poc_good": state.poc_good,
        "undecided": state.undecided,
        "deceased": state.deceased,
    }
