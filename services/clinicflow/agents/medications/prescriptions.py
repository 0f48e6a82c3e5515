"""Prescriptions before they go: compared by an assistant, held when something differs, never sent unverified."""

from msgspec.structs import replace

from clinicflow.agents.medications.orders import closed
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import PrescriptionSent, PrescriptionVerified


def register(agent: Agent[MedicationsState]) -> None:
    """Let the agent hear of prescriptions."""
    agent.on(PrescriptionVerified)(compared)
    agent.on(PrescriptionSent)(sent)
    agent.derives(PrescriptionSent)(closed)


def compared(state: MedicationsState, event: PrescriptionVerified, facts: Facts) -> MedicationsState | Rejection:
    """It counts when nothing differs; else it waits for the prescriber."""
    if state.held is not None:
        return Rejection("on-hold", "Expected a prescription in force, but it waits for its prescriber.")
    if state.path is None:
        return Rejection("not-drafted", "Expected a drafted prescription, but there is none.")
    if event.patient_ok and event.pharmacy_ok and event.dose_text_ok:
        return replace(state, verified_by=event.actor_id)
    return replace(state, held="check_failed", verified_by=None)


def sent(state: MedicationsState, event: PrescriptionSent, facts: Facts) -> MedicationsState | Rejection:
    """The pharmacy has it; never unverified."""
    if state.verified_by is None or state.cancelled:
        why = "cancelled" if state.cancelled else "on hold" if state.held else "not verified"
        return Rejection("not-verified", f"Expected a verified prescription, but it is {why}.")
    return replace(state, sent=True)
