"""What procedures and vaccinations use up is told to the stock by itself."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from clinicflow.agents.supplies.state import SuppliesState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.events import ProcedureEnded, VaccineAdministered


def register(agent: Agent[SuppliesState]) -> None:
    """Let the agent hear of what uses things up."""
    agent.derives(ProcedureEnded)(procedure)
    agent.derives(VaccineAdministered)(vaccine)


def procedure(before: SuppliesState, after: SuppliesState, event: ProcedureEnded, facts: Facts) -> Sequence[Raise]:
    """The items that a procedure used up; their lots are not told."""
    return [_used(event, item, None, pieces) for item, pieces in Counter(event.supplies).items()]


def vaccine(before: SuppliesState, after: SuppliesState, event: VaccineAdministered, facts: Facts) -> Sequence[Raise]:
    """The dose, of the item whose code the clinic's table names."""
    items: dict[str, Any] = facts.tables["stock-levels"]["items"]
    codes = (item for item in sorted(items) if event.vaccine_code in items[item].get("vaccine_codes", ()))
    item = next(codes, None)
    return () if item is None else (_used(event, item, event.lot, 1),)


def _used(event: ProcedureEnded | VaccineAdministered, item: str, lot: str | None, pieces: int) -> Raise:
    fields = {"item_id": item, "lot": lot, "quantity": pieces, "used_in_case_id": event.case_id}
    return Raise("supply-used", fields, case_id=endless_case("stock", event.org_id, item), key=item)
