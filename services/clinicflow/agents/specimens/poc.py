"""Tests that are made here: they count only with a control that passed and a kit that is in date."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.specimens.critical import critical_of, undecided
from clinicflow.agents.specimens.results import linked, with_result
from clinicflow.agents.specimens.state import SpecimensState, added
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.events import PocTestPerformed


def register(agent: Agent[SpecimensState]) -> None:
    """Let the agent hear of tests that are made here."""
    agent.on(PocTestPerformed)(performed)
    agent.derives(PocTestPerformed)(of_test)


def fault_of(event: PocTestPerformed) -> str | None:
    """Why a test does not count; None when it does."""
    if event.kit_expires_at is not None and event.kit_expires_at <= event.occurred_at:
        return "kit_expired"
    return None if event.control_passed else "control_failed"


def performed(state: SpecimensState, event: PocTestPerformed, facts: Facts) -> SpecimensState:
    """A test that counts is a final result that waits for a prescriber; any other is none."""
    if fault_of(event) is not None:
        return replace(state, poc_good=False, undecided=False)
    return replace(
        with_result(state, event.event_id, event.abnormal),
        poc_good=True,
        results=state.results + 1,
        resulted=True,
        unreviewed=added(state.unreviewed, event.event_id),
        undecided=undecided(event, facts),
    )


def of_test(before: SpecimensState, after: SpecimensState, event: PocTestPerformed, facts: Facts) -> Sequence[Raise]:
    """What a test leads to: the failure of its control, or a critical value."""
    fault = fault_of(event)
    if fault is not None:
        return (Raise("poc-qc-failed", {"reason": fault, "kit_lot": event.kit_lot}),)
    return [*critical_of(event, facts), *linked(before, after, event, facts)]
