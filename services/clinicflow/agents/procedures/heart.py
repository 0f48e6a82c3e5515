"""Heart clinics: recorders that go home with the patient and come back, and exercise tests."""

from msgspec.structs import replace

from clinicflow.agents.procedures.devices import unfit
from clinicflow.agents.procedures.links import linked
from clinicflow.agents.procedures.state import Holter, ProceduresState
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.durations import DAY
from clinicflow.core.outcome import Rejection
from clinicflow.events import HolterFitted, HolterReturned, StressTestPrepared

LONGEST = 14
"""Days that a recorder stays out at most."""


def register(agent: Agent[ProceduresState]) -> None:
    """Let the agent hear of recorders and exercise tests."""
    agent.on(HolterFitted)(fitted)
    agent.on(HolterReturned)(returned)
    agent.on(StressTestPrepared)(prepared)
    agent.derives(HolterFitted, HolterReturned, StressTestPrepared)(linked)


def fitted(state: ProceduresState, event: HolterFitted, facts: Facts) -> ProceduresState | Rejection:
    """A recorder that was checked is out."""
    if not event.device_checked:
        return _not_checked("recorder")
    if not 1 <= event.wear_days <= LONGEST:
        return Rejection("wear-days", f"Expected it back in 1 to {LONGEST} days, but got {event.wear_days}.")
    return unfit(event) or replace(state, holter=Holter(event.serial, event.occurred_at + event.wear_days * DAY))


def returned(state: ProceduresState, event: HolterReturned, facts: Facts) -> ProceduresState | Rejection:
    """The recorder that was given is back."""
    if state.holter.serial is not None and event.serial != state.holter.serial:
        return Rejection("other-device", "Expected the recorder that was given, but it is another one.")
    return replace(state, holter=replace(state.holter, returned=True))


def prepared(state: ProceduresState, event: StressTestPrepared, facts: Facts) -> ProceduresState | Rejection:
    """Nobody exercises with a device that was not checked, or without help at hand."""
    if not event.device_checked:
        return _not_checked("device")
    if not event.emergency_ready:
        return Rejection("emergency-not-ready", "Expected a defibrillator and drugs in the room, but they are not.")
    return unfit(event) or replace(state, resulted=True)


def _not_checked(what: str) -> Rejection:
    return Rejection("device-not-checked", f"Expected the {what} to be checked first, but it was not.")
