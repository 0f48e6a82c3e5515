"""Fridges and freezers: readings against the limits of their kind, and what lies in one that was out of range."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.supplies.state import FridgeSide, SuppliesState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import StockStored, TemperatureExcursion, TemperatureLogged

KEPT_LOTS = 500
"""How many lots a fridge is known to have held, the newest ones."""


def register(agent: Agent[SuppliesState]) -> None:
    """Let the agent hear of fridges."""
    agent.on(StockStored)(stored)
    agent.on(TemperatureLogged)(logged)
    agent.on(TemperatureExcursion)(excursion)
    agent.derives(TemperatureLogged)(out_of_range)
    agent.derives(TemperatureExcursion)(set_apart)


def stored(state: SuppliesState, event: StockStored, facts: Facts) -> SuppliesState:
    """A lot is kept here."""
    lot = (event.item_id, event.lot)
    others = tuple(each for each in state.fridge.lots if each != lot)
    return _with(state, lots=(*others, lot)[-KEPT_LOTS:])


def logged(state: SuppliesState, event: TemperatureLogged, facts: Facts) -> SuppliesState | Rejection:
    """A reading. Back in range it can be out of range anew."""
    if event.lowest > event.highest:
        return Rejection("no-range", "Expected a lowest temperature not above the highest, but it is.")
    return state if outside(event, facts) else _with(state, out_of_range=False)


def excursion(state: SuppliesState, event: TemperatureExcursion, facts: Facts) -> SuppliesState:
    """It was too warm or too cold."""
    return _with(state, out_of_range=True)


def outside(event: TemperatureLogged, facts: Facts) -> bool:
    """Whether a reading is outside the limits, in tenths of Cel, of this kind of storage."""
    limits = facts.tables["cold-storage"]["limits"][event.storage]
    return bool(event.lowest < limits["min"] or event.highest > limits["max"])


def out_of_range(
    before: SuppliesState, after: SuppliesState, event: TemperatureLogged, facts: Facts
) -> Sequence[Raise]:
    """Tell it once, until the readings are good again."""
    if before.fridge.out_of_range or not outside(event, facts):
        return ()
    fields = {"asset_id": event.asset_id, "lowest": event.lowest, "highest": event.highest}
    return (Raise("temperature-excursion", fields),)


def set_apart(
    before: SuppliesState, after: SuppliesState, event: TemperatureExcursion, facts: Facts
) -> Sequence[Raise]:
    """Every lot that lies there is neither used nor thrown away."""
    return [
        Raise(
            "stock-quarantined",
            {"item_id": item, "lot": lot, "reason": "temperature"},
            case_id=endless_case("stock", event.org_id, item),
            key=f"{item}|{lot}",
        )
        for item, lot in after.fridge.lots
    ]


def _with(state: SuppliesState, **changes: Any) -> SuppliesState:
    fridge: FridgeSide = replace(state.fridge, **changes)
    return replace(state, fridge=fridge)
