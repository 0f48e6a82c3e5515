"""What each event of a visit does to its stage, ticket and clocks, and what other cases must hear of it."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import VISIT_ENDINGS, earliest, hands_on, latest
from clinicflow.agents.flow.clinic import register as register_clinics
from clinicflow.agents.flow.feedback import register as register_feedback
from clinicflow.agents.flow.rooms import register as register_rooms
from clinicflow.agents.flow.stage import view_of
from clinicflow.agents.flow.state import FlowState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event
from clinicflow.core.ids import room_case
from clinicflow.core.visit import ended
from clinicflow.events import (
    CaseClosed,
    CaseOpened,
    CheckedIn,
    CheckoutReversed,
    DemographicsUpdated,
    DilationDropsGiven,
    PatientArrived,
    PatientCalled,
    ProviderEntered,
    ProviderExited,
    ReadyForProvider,
    RoomAssigned,
    Roomed,
    TicketIssued,
    VisitEnded,
)

agent: Agent[FlowState] = Agent("flow", FlowState, kinds=("visit", "room", "clinic"))
hands_on(agent)
agent.shows(view_of)
register_rooms(agent)
register_clinics(agent)
register_feedback(agent)

HOW = {
    "checked-out": "checked_out",
    "left-without-being-seen": "left_without_being_seen",
    "visit-cancelled": "cancelled",
    "patient-deceased": "deceased",
}
"""How an ending is told to the cases of a visit."""


@agent.on(PatientArrived)
def arrived(state: FlowState, event: PatientArrived, facts: Facts) -> FlowState:
    """The patient is there."""
    return replace(
        _of(state, event),
        arrived_at=earliest(state.arrived_at, event.occurred_at),
        appointment_at=event.appointment_at or state.appointment_at,
    )


@agent.on(TicketIssued)
def ticket(state: FlowState, event: TicketIssued, facts: Facts) -> FlowState:
    """The code by which the patient is called."""
    return replace(
        _of(state, event),
        arrived_at=earliest(state.arrived_at, event.occurred_at),
        ticket=event.ticket,
        display_consent=event.display_consent,
        language=event.language or state.language,
    )


@agent.on(CheckedIn)
def checked_in(state: FlowState, event: CheckedIn, facts: Facts) -> FlowState:
    """Checked in, with what licensed staff said of the urgency."""
    return replace(
        _of(state, event),
        checked_in_at=event.occurred_at,
        appointment_at=event.appointment_at or state.appointment_at,
        language=state.language or event.patient_language,
        acuity=event.acuity or state.acuity,
    )


@agent.on(DemographicsUpdated)
def updated(state: FlowState, event: DemographicsUpdated, facts: Facts) -> FlowState:
    """The language in which the patient wants to be called may be known now."""
    return replace(_of(state, event), language=event.patient_language or state.language)


@agent.on(PatientCalled)
def called(state: FlowState, event: PatientCalled, facts: Facts) -> FlowState:
    """The last call counts."""
    if event.call_no < state.call_no:
        return state
    return replace(_of(state, event), call_no=event.call_no, called_at=event.occurred_at)


@agent.on(RoomAssigned)
def assigned(state: FlowState, event: RoomAssigned, facts: Facts) -> FlowState:
    """A room was chosen."""
    return _in_room(_of(state, event), event.room_id, event.occurred_at, facts)


@agent.on(Roomed)
def roomed(state: FlowState, event: Roomed, facts: Facts) -> FlowState:
    """The patient is in the room."""
    after = _in_room(_of(state, event), event.room_id, event.occurred_at, facts)
    return replace(after, roomed_at=latest(state.roomed_at, event.occurred_at))


def _in_room(state: FlowState, room_id: str, at: int, facts: Facts) -> FlowState:
    """The visit has this room, unless a later event gave it another or it is over."""
    if state.room_at is not None and at < state.room_at:
        return state
    held = not state.over and not ended(facts.phase)
    return replace(state, room_id=room_id, room_at=at, holds_room=held)


@agent.on(ReadyForProvider)
def ready(state: FlowState, event: ReadyForProvider, facts: Facts) -> FlowState:
    """The patient can be seen."""
    return replace(_of(state, event), ready_at=latest(state.ready_at, event.occurred_at))


@agent.on(ProviderEntered)
def entered(state: FlowState, event: ProviderEntered, facts: Facts) -> FlowState:
    """A provider went in."""
    return replace(_of(state, event), entered_at=latest(state.entered_at, event.occurred_at))


@agent.on(ProviderExited)
def exited(state: FlowState, event: ProviderExited, facts: Facts) -> FlowState:
    """A provider came out."""
    return replace(_of(state, event), exited_at=latest(state.exited_at, event.occurred_at))


@agent.on(DilationDropsGiven)
def waits_outside(state: FlowState, event: DilationDropsGiven, facts: Facts) -> FlowState:
    """The pupils widen in the waiting room: the room is free for somebody else."""
    return replace(_of(state, event), holds_room=False)


@agent.on(VisitEnded)
def visit_ended(state: FlowState, event: VisitEnded, facts: Facts) -> FlowState:
    """The clinical part is over: the patient needs the room no longer."""
    at = earliest(state.visit_ended_at, event.occurred_at)
    return replace(_of(state, event), visit_ended_at=at, holds_room=False)


@agent.on(*VISIT_ENDINGS)
def gone(state: FlowState, event: Event, facts: Facts) -> FlowState:
    """The visit has ended."""
    return replace(_of(state, event), ended=event.TYPE, ended_at=event.occurred_at, holds_room=False)


@agent.on(CheckoutReversed)
def back(state: FlowState, event: CheckoutReversed, facts: Facts) -> FlowState:
    """The patient is in the clinic again, at the stage that the visit had; the room was given away."""
    return replace(_of(state, event), ended=None, ended_at=None, holds_room=False, came_back=True)


@agent.on(CaseOpened)
def opened(state: FlowState, event: CaseOpened, facts: Facts) -> FlowState:
    """An order or a refill of this visit."""
    if event.linked_case_id in state.open_cases:
        return state
    return replace(_of(state, event), open_cases=(*state.open_cases, event.linked_case_id))


@agent.on(CaseClosed)
def closed(state: FlowState, event: CaseClosed, facts: Facts) -> FlowState:
    """It is done."""
    left = tuple(case for case in state.open_cases if case != event.linked_case_id)
    return replace(_of(state, event), open_cases=left)


@agent.derives(RoomAssigned, Roomed)
def rooms(before: FlowState, after: FlowState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the room that somebody has it, and the one before that it is free."""
    if not after.holds_room or (before.holds_room and before.room_id == after.room_id):
        return ()
    raised = [_room(event, "room-occupied", after.room_id, {})]
    if before.holds_room:
        raised.append(_room(event, "room-released", before.room_id, {"reason": "moved"}))
    return raised


@agent.derives(DilationDropsGiven)
def gives_room(before: FlowState, after: FlowState, event: DilationDropsGiven, facts: Facts) -> Sequence[Raise]:
    """Tell the room that the patient waits outside."""
    return _free(before, event, "moved")


@agent.derives(VisitEnded)
def leaves_room(before: FlowState, after: FlowState, event: VisitEnded, facts: Facts) -> Sequence[Raise]:
    """Tell the room that the patient went to check-out."""
    return _free(before, event, "visit_ended")


@agent.derives(*VISIT_ENDINGS)
def closes(before: FlowState, after: FlowState, event: Event, facts: Facts) -> Sequence[Raise]:
    """Tell the room and every open case of the visit that it has ended."""
    fields = {"visit_case_id": event.case_id, "how": HOW.get(event.TYPE, "unknown")}
    told = [Raise("visit-closed", fields, case_id=case, key=case) for case in before.open_cases]
    return [*_free(before, event, "left"), *told]


@agent.derives(CheckoutReversed)
def reopens(before: FlowState, after: FlowState, event: CheckoutReversed, facts: Facts) -> Sequence[Raise]:
    """Tell every open case of the visit that the patient is in the clinic again."""
    fields = {"visit_case_id": event.case_id}
    return [Raise("visit-reopened", fields, case_id=case, key=case) for case in after.open_cases]


@agent.derives(CaseOpened)
def too_late(before: FlowState, after: FlowState, event: CaseOpened, facts: Facts) -> Sequence[Raise]:
    """A case that was opened after the end hears at once that the visit has ended."""
    if after.ended is None:
        return ()
    fields = {"visit_case_id": event.case_id, "how": HOW.get(after.ended, "unknown")}
    return (Raise("visit-closed", fields, case_id=event.linked_case_id, key=event.linked_case_id),)


def _free(before: FlowState, event: Event, reason: str) -> list[Raise]:
    return [_room(event, "room-released", before.room_id, {"reason": reason})] if before.holds_room else []


def _room(event: Event, kind: str, room_id: str | None, fields: dict[str, Any]) -> Raise:
    room = str(room_id)
    told = {"visit_case_id": event.case_id, "room_id": room, **fields}
    return Raise(kind, told, case_id=room_case(event.org_id, room), key=room)


def _of(state: FlowState, event: Event) -> FlowState:
    """The state with the patient, as soon as an event names one."""
    if state.patient_id is not None or event.patient_id is None:
        return state
    return replace(state, patient_id=event.patient_id)


@agent.expose
def exposed(state: FlowState) -> dict[str, Any]:
    """What conditions of rules see."""
    room = state.room
    return {
        "room_released": room.released if room else None,
        "room_airing": room.airing if room else False,
        "room_vacated_at": room.vacated_at if room else None,
        "open_cases": len(state.open_cases),
        "asked": list(state.clinic.asked) if state.clinic else [],
        "failed": state.failed,
        "wait_p90": state.clinic.p90_min if state.clinic else None,
        "came_back": state.came_back,
    }
