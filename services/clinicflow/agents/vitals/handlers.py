"""What each event does to the vitals agent's side of a visit, and which events follow from a measurement.

A flag stays open until a licensed person acknowledges it; a normal second measurement does not close it.
"""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER, hands_on, latest
from clinicflow.agents.vitals import doses
from clinicflow.agents.vitals.calls import call
from clinicflow.agents.vitals.changes import COMPARED, before_it, flags
from clinicflow.agents.vitals.evaluate import evaluate, subject_of
from clinicflow.agents.vitals.measure import implausible, measured, plausible, readings
from clinicflow.agents.vitals.red_flags import pressure_of
from clinicflow.agents.vitals.red_flags import register as register_red_flags
from clinicflow.agents.vitals.state import LEVELS, OpenFlag, VitalsState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.core.visit import ended
from clinicflow.events import (
    CriticalVitalsAcknowledged,
    Roomed,
    VisitEnded,
    VitalsCriticalFlagged,
    VitalsTaken,
)

TABLES = {
    "plausibility": "plausibility",
    "measurement-change": "changes",
    "news2": "score",
    "adult-pressure": "limits",
    "glucose": "limits",
    "nice-ng143": "limits",
    "paediatric": "child-limits",
    "pregnancy": "maternal-limits",
}
"""The tables that a measurement is compared with, and the form of each."""

agent: Agent[VitalsState] = Agent("vitals", VitalsState, kinds=("visit",), reads=TABLES)
hands_on(agent)
doses.register(agent)
register_red_flags(agent)

MINUTE = 60_000_000

_OPEN = tuple((f"open_{level}", level) for level in LEVELS)
_NONE_OPEN = dict.fromkeys([name for name, _ in _OPEN], 0)


@agent.on(Roomed)
def roomed(state: VitalsState, event: Roomed, facts: Facts) -> VitalsState:
    """Count how often the patient was brought to a room: only the first asks for vital signs."""
    return replace(state, roomings=state.roomings + 1)


@agent.on(VisitEnded)
def visit_ended(state: VitalsState, event: VisitEnded, facts: Facts) -> VitalsState:
    """The clinical part is over: no measurement is asked for any more."""
    return replace(state, ended_at=event.occurred_at)


@agent.on(VitalsTaken)
def vitals_taken(state: VitalsState, event: VitalsTaken, facts: Facts) -> VitalsState:
    """Remember when something plausible was measured last, and weight and height."""
    found = readings(event)
    sound = plausible(found, implausible(found, facts.tables["plausibility"]))
    if not measured(sound):
        return replace(state, usable=False)
    sizes: dict[str, Any] = {name: sound[name] for name in COMPARED if name in sound}
    after = doses.weighed(state, event, sizes.get("weight"))
    vitals_at = latest(state.vitals_at, event.occurred_at)
    return replace(after, usable=True, vitals_at=vitals_at, pressure=pressure_of(state, sound, event), **sizes)


@agent.derives(VitalsTaken)
def judge(before: VitalsState, after: VitalsState, event: VitalsTaken, facts: Facts) -> Sequence[Raise]:
    """Ask for a second measurement of what cannot be true; flag what meets a limit or has changed; tell a weight."""
    found = readings(event)
    wrong = implausible(found, facts.tables["plausibility"])
    raised = [_retake(event, wrong)] if wrong else []
    raised += doses.tell_orders(before, after, event.case_id)
    sound = plausible(found, wrong)
    if not measured(sound) or _settled(before, event, facts):
        return raised
    if before.red_flag:
        sound = {**sound, "red_flag": True}
    subject = subject_of(facts.patient, event)
    raised += flags(facts.tables["measurement-change"], sound, before_it(before, event), subject, event)
    findings = evaluate(facts.tables, sound, subject)
    if findings:
        raised.append(call(event.event_id, findings, partial=bool(wrong), late=_late(event, facts)))
    return raised


def _retake(event: VitalsTaken, wrong: dict[str, str]) -> Raise:
    fields: dict[str, Any] = {"fields": list(wrong), "reasons": list(wrong.values()), "of_event": event.event_id}
    return Raise("vitals-retake-requested", fields)


def _settled(state: VitalsState, event: VitalsTaken, facts: Facts) -> bool:
    """Whether it came after the end of a visit whose vital signs a clinician has acknowledged since they were taken."""
    seen = state.acknowledged_at is not None and state.acknowledged_at >= event.occurred_at
    return seen and ended(facts.phase)


def _late(event: VitalsTaken, facts: Facts) -> bool:
    """Whether it was entered so late, or after the end, that the patient may not be there any more."""
    allowed = int(facts.tables["plausibility"]["late_after_minutes"]) * MINUTE
    return event.recorded_at - event.occurred_at > allowed or ended(facts.phase)


@agent.on(VitalsCriticalFlagged)
def flagged(state: VitalsState, event: VitalsCriticalFlagged, facts: Facts) -> VitalsState:
    """Call a clinician, unless one is called already at least as fast: that call stands until somebody answers."""
    if LEVELS.index(event.level) <= max((LEVELS.index(flag.level) for flag in state.flags), default=-1):
        return replace(state, calls=None)
    flag = OpenFlag(event.event_id, event.level, event.occurred_at)
    return replace(state, flags=(*state.flags, flag), calls=event.level)


@agent.on(CriticalVitalsAcknowledged)
def acknowledged(state: VitalsState, event: CriticalVitalsAcknowledged, facts: Facts) -> VitalsState | Rejection:
    """Close the flag that is named, or all of what was measured before."""
    if event.actor_role not in NURSE_OR_PRESCRIBER:
        return Rejection(
            "not-licensed",
            "Expected a nurse or a prescriber to acknowledge critical vital signs, "
            f"but the event came from {event.actor_role or 'nobody of a known role'}.",
        )
    left = tuple(flag for flag in state.flags if not _covered(flag, event))
    if event.flag_event is not None and left == state.flags:
        return Rejection("flag-not-open", "Expected an open call of this visit, but the flag that is named is none.")
    return replace(state, flags=left, acknowledged_at=latest(state.acknowledged_at, event.occurred_at))


def _covered(flag: OpenFlag, event: CriticalVitalsAcknowledged) -> bool:
    if event.flag_event is not None:
        return flag.event_id == event.flag_event
    return flag.at <= event.occurred_at


@agent.expose
def exposed(state: VitalsState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "vitals_at": state.vitals_at,
        "usable": state.usable,
        "roomings": state.roomings,
        "ended_at": state.ended_at,
        "failed": state.failed,
        "calls": state.calls,
        **({name: state.open(level) for name, level in _OPEN} if state.flags else _NONE_OPEN),
    }
