"""Lots that may not be used: expired, called back, or set apart until their maker was asked."""

from collections.abc import Sequence

from clinicflow.agents._common import NURSE_OR_PRESCRIBER
from clinicflow.agents.supplies.levels import with_stock
from clinicflow.agents.supplies.state import SuppliesState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import ItemExpired, LotRecalled, StockCleared, StockQuarantined


def register(agent: Agent[SuppliesState]) -> None:
    """Let the agent hear of lots."""
    agent.on(ItemExpired)(barred)
    agent.on(LotRecalled)(barred)
    agent.on(StockQuarantined)(held)
    agent.on(StockCleared)(cleared)
    agent.derives(LotRecalled)(list_patients)


def barred(state: SuppliesState, event: ItemExpired | LotRecalled, facts: Facts) -> SuppliesState:
    """It may not be used any more."""
    lots = state.stock.barred
    return with_stock(state, barred=lots if event.lot in lots else (*lots, event.lot))


def held(state: SuppliesState, event: StockQuarantined, facts: Facts) -> SuppliesState:
    """It is neither used nor thrown away."""
    lots = state.stock.held
    return with_stock(state, held=lots if event.lot in lots else (*lots, event.lot))


def cleared(state: SuppliesState, event: StockCleared, facts: Facts) -> SuppliesState | Rejection:
    """It is known what becomes of it: a nurse or a prescriber says so, after asking the maker."""
    if event.actor_role not in NURSE_OR_PRESCRIBER:
        return Rejection("not-licensed", f"Expected a nurse or a prescriber, but it was {event.actor_role}.")
    if event.lot not in state.stock.held:
        return Rejection("not-held", "Expected a lot that is set apart, but this one is not.")
    left = tuple(lot for lot in state.stock.held if lot != event.lot)
    if event.decision == "use":
        return with_stock(state, held=left)
    return with_stock(state, held=left, barred=(*state.stock.barred, event.lot))


def list_patients(before: SuppliesState, after: SuppliesState, event: LotRecalled, facts: Facts) -> Sequence[Raise]:
    """Everybody on whom the lot was used, and those of whom it is not known which lot they had."""
    uses = after.stock.uses
    cases = list(dict.fromkeys(case for lot, case in uses if lot == event.lot))
    perhaps = list(dict.fromkeys(case for lot, case in uses if lot == "" and case not in cases))
    fields = {
        "item_id": event.item_id,
        "lot": event.lot,
        "cases": cases,
        "perhaps": perhaps,
        "complete": not after.stock.dropped,
    }
    return (Raise("recall-list-prepared", fields),)
