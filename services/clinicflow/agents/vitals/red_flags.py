"""A blood pressure and a red-flag symptom of one visit belong together, whichever of the two is written down first."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.vitals.calls import call
from clinicflow.agents.vitals.evaluate import evaluate, subject_of
from clinicflow.agents.vitals.state import Pressure, VitalsState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.visit import ended
from clinicflow.events import SymptomsRecorded, VitalsTaken


def register(agent: Agent[VitalsState]) -> None:
    """Listen to what the patient tells in the room."""
    agent.on(SymptomsRecorded)(told)
    agent.derives(SymptomsRecorded)(judge_pressure)


def pressure_of(state: VitalsState, sound: Mapping[str, Any], event: VitalsTaken) -> Pressure | None:
    """The pressure of the latest measurement that had one."""
    at = event.occurred_at
    if not {"systolic", "diastolic"} & sound.keys() or (state.pressure is not None and state.pressure.at > at):
        return state.pressure
    pregnant, days = event.pregnant, event.postpartum_days
    return Pressure(event.event_id, at, sound.get("systolic"), sound.get("diastolic"), pregnant, days)


def told(state: VitalsState, event: SymptomsRecorded, facts: Facts) -> VitalsState:
    """Remember that a symptom of the red-flag list was told."""
    return replace(state, red_flag=state.red_flag or bool(event.red_flags))


def judge_pressure(before: VitalsState, after: VitalsState, event: SymptomsRecorded, facts: Facts) -> Sequence[Raise]:
    """Call for the pressure measured before when it means more now that a red flag was told."""
    known = after.pressure
    if known is None or before.red_flag or not after.red_flag:
        return ()
    subject = subject_of(facts.patient, known)
    measured = known.readings()
    plain = {found.rule_id for found in evaluate(facts.tables, measured, subject)}
    findings = evaluate(facts.tables, {**measured, "red_flag": True}, subject)
    more = [found for found in findings if found.rule_id not in plain]
    return (call(known.event_id, more, partial=False, late=ended(facts.phase)),) if more else ()
