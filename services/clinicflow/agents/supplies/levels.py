"""How much is there: counted, used, received; below its level an item is ordered, once."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.supplies.state import KEPT_USES, StockSide, SuppliesState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import StockCounted, StockLow, StockOrdered, StockReceived, SupplyUsed


def register(agent: Agent[SuppliesState]) -> None:
    """Let the agent hear of quantities."""
    agent.on(StockCounted)(counted)
    agent.on(SupplyUsed)(used)
    agent.on(StockLow)(low)
    agent.on(StockOrdered)(ordered)
    agent.on(StockReceived)(received)
    agent.derives(StockCounted)(too_low)
    agent.derives(SupplyUsed)(too_low)
    agent.derives(StockReceived)(unpacked)


def counted(state: SuppliesState, event: StockCounted, facts: Facts) -> SuppliesState | Rejection:
    """What was counted is there, whatever was told before."""
    if event.quantity < 0:
        return Rejection("negative", "Expected a count of zero or more, but it is below.")
    par = _par(event.item_id, facts)
    return with_stock(state, on_hand=event.quantity, low=state.stock.low and (par is None or event.quantity <= par))


def used(state: SuppliesState, event: SupplyUsed, facts: Facts) -> SuppliesState | Rejection:
    """Something was used; on whom is kept for a recall. A use of a barred lot is a fact too, so it is not refused."""
    if event.quantity <= 0:
        return Rejection("no-quantity", "Expected a quantity above zero, but it is not.")
    stock = state.stock
    uses = stock.uses
    if event.used_in_case_id is not None:
        uses = (*uses, (event.lot or "", event.used_in_case_id))
    return with_stock(
        state,
        on_hand=None if stock.on_hand is None else max(0, stock.on_hand - event.quantity),
        uses=uses[-KEPT_USES:],
        dropped=stock.dropped or len(uses) > KEPT_USES,
        barred_use=event.lot is not None and event.lot in (*stock.barred, *stock.held),
    )


def low(state: SuppliesState, event: StockLow, facts: Facts) -> SuppliesState:
    """It is to be ordered."""
    return with_stock(state, low=True, on_hand=state.stock.on_hand if event.quantity is None else event.quantity)


def ordered(state: SuppliesState, event: StockOrdered, facts: Facts) -> SuppliesState:
    """It was ordered."""
    return with_stock(state, ordered=True)


def received(state: SuppliesState, event: StockReceived, facts: Facts) -> SuppliesState | Rejection:
    """It has come. What is still too low is ordered again."""
    if event.quantity <= 0:
        return Rejection("no-quantity", "Expected a quantity above zero, but it is not.")
    on_hand = state.stock.on_hand
    there = None if on_hand is None else on_hand + event.quantity
    return with_stock(state, on_hand=there, ordered=False, low=False)


def too_low(
    before: SuppliesState, after: SuppliesState, event: StockCounted | StockReceived | SupplyUsed, facts: Facts
) -> Sequence[Raise]:
    """Tell once that it is at its level or below, as long as it is not ordered."""
    par, there = _par(event.item_id, facts), after.stock.on_hand
    if par is None or there is None or there > par or after.stock.low or after.stock.ordered:
        return ()
    return (Raise("stock-low", {"item_id": event.item_id, "quantity": there, "par": par}),)


def unpacked(before: SuppliesState, after: SuppliesState, event: StockReceived, facts: Facts) -> Sequence[Raise]:
    """What follows from what a delivery is: too little, past its date, warm on its way, kept in a fridge."""
    lot = {"item_id": event.item_id, "lot": event.lot}
    raised = list(too_low(before, after, event, facts))
    if event.expires_at is not None and event.expires_at <= event.occurred_at:
        raised.append(Raise("item-expired", lot))
    if event.cold_chain == "broken":
        raised.append(Raise("stock-quarantined", {**lot, "reason": "cold_chain"}))
    if event.stored_in is not None:
        fridge = endless_case("asset", event.org_id, event.stored_in)
        raised.append(Raise("stock-stored", {**lot, "asset_id": event.stored_in}, case_id=fridge))
    return raised


def _par(item_id: str, facts: Facts) -> int | None:
    """The level at which an item is ordered; None for an item that the clinic gives none."""
    row = facts.tables["stock-levels"]["items"].get(item_id)
    return None if row is None else int(row["par"])


def with_stock(state: SuppliesState, **changes: Any) -> SuppliesState:
    """The state with another item side."""
    stock: StockSide = replace(state.stock, **changes)
    return replace(state, stock=stock)
