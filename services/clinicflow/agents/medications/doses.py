"""What is prepared, verified by a second person, given, observed or handed out.

What has happened to a patient is never refused: a dose that was given without being verified counts as given, and the
protocol asks for an incident report. What is refused is a verification that is none.
"""

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER
from clinicflow.agents.medications.orders import closed
from clinicflow.agents.medications.state import MedicationsState
from clinicflow.agents.medications.weights import when_prepared
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    MedicationAdministered,
    MedicationDispensed,
    MedicationNotGiven,
    MedicationPrepared,
    MedicationRefused,
    MedicationVerified,
    ObservationCompleted,
    SampleDispensed,
    VaccineAdministered,
    VaccineScreened,
)

MINUTE = 60_000_000


def register(agent: Agent[MedicationsState]) -> None:
    """Let the agent hear of doses."""
    agent.on(VaccineScreened)(screened)
    agent.on(MedicationPrepared)(prepared)
    agent.on(MedicationVerified)(verified)
    agent.on(MedicationAdministered)(given)
    agent.on(VaccineAdministered)(given)
    agent.on(ObservationCompleted)(observed)
    agent.on(MedicationRefused)(not_given)
    agent.on(MedicationNotGiven)(not_given)
    agent.on(MedicationDispensed)(dispensed)
    agent.on(SampleDispensed)(dispensed)
    agent.derives(
        MedicationAdministered,
        VaccineAdministered,
        ObservationCompleted,
        MedicationRefused,
        MedicationNotGiven,
        MedicationDispensed,
        SampleDispensed,
    )(closed)


def screened(state: MedicationsState, event: VaccineScreened, facts: Facts) -> MedicationsState | Rejection:
    """The questions were asked. An answer of yes is judged by a licensed person, and stays until one has."""
    if event.outcome == "cleared" and event.actor_role not in NURSE_OR_PRESCRIBER:
        return Rejection(
            "not-licensed",
            "Expected a nurse or a prescriber to clear an answer of yes before a vaccine, "
            f"but it was {event.actor_role or 'nobody of a known role'}.",
        )
    if state.screening == "yes_answered" and event.outcome == "all_no":
        return Rejection(
            "answered-yes", "Expected a licensed person to judge the answer of yes, but it was taken back."
        )
    return replace(state, screening=event.outcome)


def prepared(state: MedicationsState, event: MedicationPrepared, facts: Facts) -> MedicationsState | Rejection:
    """A dose counts when its lot is neither expired nor recalled. Whoever prepares anew is verified anew."""
    if state.held is not None:
        return _on_hold(state.held)
    expired = event.expires_at is not None and event.expires_at <= event.occurred_at
    after = replace(
        state,
        lot_good=not expired and not event.lot_recalled,
        weight_measured=event.weight_measured or state.weight_measured,
        weight_doubt=None,
        prepared_by=None,
        preparer_role=None,
        verified_by=None,
    )
    if not after.lot_good:
        return after
    after = when_prepared(after, event.occurred_at, facts)
    return replace(after, prepared_by=event.actor_id, preparer_role=event.actor_role)


def verified(state: MedicationsState, event: MedicationVerified, facts: Facts) -> MedicationsState | Rejection:
    """A licensed second person has compared it: it counts when nothing differs."""
    refused = _no_verification(state, event)
    if refused is not None:
        return refused
    good = all(
        (
            *(event.patient_ok, event.drug_ok, event.dose_ok, event.route_ok),
            *(event.time_ok, event.allergy_ok, event.expiry_ok),
        )
    )
    return replace(state, verified_by=event.actor_id if good else None)


def _no_verification(state: MedicationsState, event: MedicationVerified) -> Rejection | None:
    if state.held is not None:
        return _on_hold(state.held)
    if event.actor_role not in NURSE_OR_PRESCRIBER:
        return Rejection(
            "not-licensed",
            "Expected a nurse or a prescriber to verify a medicine, "
            f"but it was {event.actor_role or 'nobody of a known role'}.",
        )
    if state.path != "dispense" and state.prepared_by is None:
        return Rejection("not-prepared", "Expected a prepared dose to verify, but there is none.")
    if event.actor_id == state.prepared_by:
        return Rejection("same-person", "Expected a second person to verify, but this one prepared the dose.")
    return None


def _on_hold(why: str) -> Rejection:
    return Rejection("on-hold", f"Expected an order in force, but it waits for its prescriber ({why}).")


def given(
    state: MedicationsState, event: MedicationAdministered | VaccineAdministered, facts: Facts
) -> MedicationsState | Rejection:
    """It was given, once to an order."""
    if state.given_at is not None:
        return Rejection("already-given", "Expected a dose that was not given, but it was given before.")
    return replace(state, given_at=event.occurred_at)


def observed(state: MedicationsState, event: ObservationCompleted, facts: Facts) -> MedicationsState:
    """The observation is over: it lasted as long as it must, or it ended otherwise than well."""
    enough = state.given_at is not None and event.occurred_at - state.given_at >= state.observe * MINUTE
    return replace(state, observed=enough or event.outcome != "well")


def not_given(
    state: MedicationsState, event: MedicationRefused | MedicationNotGiven, facts: Facts
) -> MedicationsState | Rejection:
    """It will not be given by this order."""
    if state.given_at is not None:
        return Rejection("already-given", "Expected a dose that was not given, but it was given before.")
    return replace(state, ended=True)


def dispensed(state: MedicationsState, event: MedicationDispensed | SampleDispensed, facts: Facts) -> MedicationsState:
    """It was handed out; it is done when its label was complete."""
    return replace(state, dispensed=state.dispensed or event.label_ok)


def ready(state: MedicationsState) -> tuple[str, ...]:
    """Who may give the dose: who prepared it and who verified it; nobody before both."""
    if state.prepared_by is None or state.verified_by is None:
        return ()
    return (state.prepared_by, state.verified_by)
