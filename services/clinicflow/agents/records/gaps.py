"""What is missing in the record of a visit, until somebody fills it in."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.records.state import RecordsState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.events import RecordGapFilled, RecordGapFound


def register(agent: Agent[RecordsState]) -> None:
    """Let the agent hear of gaps."""
    agent.on(RecordGapFound)(found)
    agent.on(RecordGapFilled)(filled)
    agent.derives(RecordGapFilled)(completed)


def found(state: RecordsState, event: RecordGapFound, facts: Facts) -> RecordsState:
    """Something is missing."""
    return replace(state, gaps=(*state.gaps, event.event_id))


def filled(state: RecordsState, event: RecordGapFilled, facts: Facts) -> RecordsState:
    """It is there now."""
    return replace(state, gaps=tuple(gap for gap in state.gaps if gap != event.flag_event))


def completed(before: RecordsState, after: RecordsState, event: RecordGapFilled, facts: Facts) -> Sequence[Raise]:
    """Say when the last gap is filled."""
    return (Raise("record-completed", {}),) if before.gaps and not after.gaps else ()
