"""What each event does to the exam agent's side of a visit. Only a prescriber ends the telling of concerns."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents._common import PRESCRIBER, hands_on, latest
from clinicflow.agents.exam.state import ExamState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Event, Micros
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    ChaperoneJoined,
    ChaperoneRequested,
    ConcernsAcknowledged,
    HistoryRecorded,
    PatientPrepared,
    ScreeningCompleted,
    SymptomsRecorded,
)

agent: Agent[ExamState] = Agent("exam", ExamState, kinds=("visit",))
hands_on(agent)


@agent.on(SymptomsRecorded)
def symptoms(state: ExamState, event: SymptomsRecorded, facts: Facts) -> ExamState:
    """The provider must know of them."""
    return _told(state, event.occurred_at)


@agent.on(HistoryRecorded)
def history(state: ExamState, event: HistoryRecorded, facts: Facts) -> ExamState:
    """The provider must know of what is new."""
    if event.changed or event.concern:
        return _told(state, event.occurred_at)
    return replace(state, news=False)


@agent.on(ScreeningCompleted)
def screened(state: ExamState, event: ScreeningCompleted, facts: Facts) -> ExamState:
    """The provider must know of a positive one."""
    if event.positive or (event.self_harm_item or 0) > 0:
        return _told(state, event.occurred_at)
    return replace(state, news=False)


def _told(state: ExamState, at: Micros) -> ExamState:
    after = replace(state, told_at=latest(state.told_at, at))
    return replace(after, news=after.unread and not state.unread)


@agent.on(ConcernsAcknowledged)
def acknowledged(state: ExamState, event: ConcernsAcknowledged, facts: Facts) -> ExamState | Rejection:
    """A prescriber knows what was told until then; what is told later must be told to them again."""
    if event.actor_role not in PRESCRIBER:
        return Rejection(
            "prescriber-needed",
            f"Expected a prescriber to say that they know, but it was {event.actor_role or 'nobody of a known role'}.",
        )
    return replace(state, read_at=latest(state.read_at, event.occurred_at))


@agent.on(PatientPrepared)
def prepared(state: ExamState, event: PatientPrepared, facts: Facts) -> ExamState:
    """The patient is ready, the provider can come unless a chaperone is missing."""
    return replace(state, prepared=True)


@agent.on(ChaperoneRequested)
def chaperone_asked(state: ExamState, event: ChaperoneRequested, facts: Facts) -> ExamState:
    """The examination waits for a chaperone."""
    return replace(state, chaperone_asked_at=latest(state.chaperone_asked_at, event.occurred_at))


@agent.on(ChaperoneJoined)
def chaperone_joined(state: ExamState, event: ChaperoneJoined, facts: Facts) -> ExamState:
    """It waits no longer."""
    return replace(state, chaperone_at=latest(state.chaperone_at, event.occurred_at))


@agent.derives(PatientPrepared, ChaperoneJoined)
def ready(before: ExamState, after: ExamState, event: Event, facts: Facts) -> Sequence[Raise]:
    """The provider is called once nothing is missing."""
    return (Raise("ready-for-provider", {}),) if after.can_begin and not before.can_begin else ()


@agent.expose
def exposed(state: ExamState) -> dict[str, Any]:
    """What conditions of rules see."""
    return {
        "news": state.news,
        "unread": state.unread,
        "chaperone_missing": state.chaperone_missing,
        "failed": state.failed,
    }
