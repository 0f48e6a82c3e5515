"""Sets of instruments: used, washed, counted, packed. The end of a procedure tells by itself that its set was used."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.sterile.state import ProcedureSide, SterileState, TraySide
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    InstrumentsDecontaminated,
    InstrumentsPacked,
    InstrumentsUsed,
    NailTrayUsed,
    ProcedureEnded,
    ProcedureSetUp,
)


def register(agent: Agent[SterileState]) -> None:
    """Let the agent hear of sets and of the procedures that use them."""
    agent.on(InstrumentsUsed)(used)
    agent.on(InstrumentsDecontaminated)(washed)
    agent.on(InstrumentsPacked)(packed)
    agent.on(ProcedureSetUp)(laid_out)
    agent.derives(ProcedureEnded)(comes_back)
    agent.derives(NailTrayUsed)(tray_comes_back)


def used(state: SterileState, event: InstrumentsUsed, facts: Facts) -> SterileState | Rejection:
    """It must be reprocessed; the end of the procedure and a person may both tell it."""
    if state.tray.dirty:
        return Rejection("already-used", "Expected a set that is not known as used, but it waits to be washed.")
    return _with(state, dirty=True, count=event.count, missing=0)


def washed(state: SterileState, event: InstrumentsDecontaminated, facts: Facts) -> SterileState:
    """It was counted again after washing."""
    came = state.tray.count
    return _with(state, dirty=False, missing=0 if came is None else max(0, came - event.count))


def packed(state: SterileState, event: InstrumentsPacked, facts: Facts) -> SterileState | Rejection:
    """Only what was washed is packed."""
    if state.tray.dirty:
        return Rejection("not-decontaminated", "Expected a set that was washed, but it was not.")
    return _with(state, missing=0)


def laid_out(state: SterileState, event: ProcedureSetUp, facts: Facts) -> SterileState:
    """The procedure has this set."""
    procedure = ProcedureSide(kit=event.kit_id, load=event.load_id, visit=event.visit_case_id)
    return replace(state, procedure=procedure)


def comes_back(before: SterileState, after: SterileState, event: ProcedureEnded, facts: Facts) -> Sequence[Raise]:
    """The set of the procedure was used."""
    side = after.procedure
    return () if side.kit is None else (_used(event, side.kit, side.load, event.count_out, side.visit),)


def tray_comes_back(before: SterileState, after: SterileState, event: NailTrayUsed, facts: Facts) -> Sequence[Raise]:
    """The tray was used."""
    return (_used(event, event.kit_id, event.load_id, None, None),)


def _used(
    event: ProcedureEnded | NailTrayUsed, kit: str, load: str | None, count: int | None, visit: str | None
) -> Raise:
    fields = {
        "asset_id": kit,
        "load_id": load,
        "count": count,
        "procedure_case_id": event.case_id,
        "visit_case_id": visit,
    }
    return Raise("instruments-used", fields, case_id=endless_case("asset", event.org_id, kit))


def _with(state: SterileState, **changes: Any) -> SterileState:
    tray: TraySide = replace(state.tray, **changes)
    return replace(state, tray=tray)
