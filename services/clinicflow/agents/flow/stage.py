"""Where a visit stands and since when, read from the times of its events; and what boards show of it."""

from clinicflow.agents.flow.state import FlowState
from clinicflow.core.event import Event, Micros
from clinicflow.core.view import VisitView


def stage_of(state: FlowState) -> tuple[str, Micros] | None:
    """The stage and when it began; None for a case of which no event tells a stage (a room, a fact about a patient)."""
    if state.ended is not None and state.ended_at is not None:
        return state.ended, state.ended_at
    if state.visit_ended_at is not None:
        return "visit-ended", state.visit_ended_at
    if state.entered_at is not None and state.with_provider:
        return "with-provider", state.entered_at
    # Alone in the room: since brought there, or since the provider went.
    if state.roomed_at is not None or state.exited_at is not None:
        return "roomed", max(state.roomed_at or 0, state.exited_at or 0)
    if state.checked_in_at is not None:
        return "checked-in", state.checked_in_at
    return None if state.arrived_at is None else ("arrived", state.arrived_at)


def waits_for_provider(state: FlowState) -> bool:
    """Whether the patient is ready since a provider was last there."""
    if state.ready_at is None or state.with_provider or state.over:
        return False
    return all(at is None or at < state.ready_at for at in (state.entered_at, state.exited_at))


def view_of(state: FlowState, event: Event) -> VisitView | None:
    """The visit as boards show it; None where there is no visit to show."""
    stage = stage_of(state)
    if stage is None:
        return None
    name, since = stage
    return VisitView(
        case_id=event.case_id,
        org_id=event.org_id,
        clinic_id=event.clinic_id,
        patient_id=state.patient_id,
        stage=name,
        since=since,
        arrived_at=_began(state, since),
        appointment_at=state.appointment_at,
        ticket=state.ticket,
        room_id=state.room_id if state.holds_room else None,
        called_at=state.called_at,
        call_no=state.call_no,
        display_consent=state.display_consent,
        language=state.language,
        acuity=state.acuity,
        ready_for_provider=waits_for_provider(state),
        open_cases=state.open_cases,
        ended_at=state.ended_at,
    )


def _began(state: FlowState, since: Micros) -> Micros:
    """When the patient came: by the first event of arrival, else by the earliest that is known."""
    known = (state.arrived_at, state.checked_in_at, state.roomed_at, since)
    return state.arrived_at if state.arrived_at is not None else min(at for at in known if at is not None)
