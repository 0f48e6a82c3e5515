"""The agent, its themes, and what conditions of rules see of them."""

from typing import Any

from clinicflow.agents.revenue import claims, coding, days, forms, payments, periods
from clinicflow.agents.revenue.state import RevenueState
from clinicflow.core.agent import Agent
from clinicflow.core.durations import HOUR

agent: Agent[RevenueState] = Agent("revenue", RevenueState, kinds=("claim", "visit", "clinic"))

for theme in (coding, claims, payments, forms, days, periods):
    theme.register(agent)

SHORT = 6 * HOUR
"""A day that is open no longer than this is closed earlier."""


@agent.expose
def exposed(state: RevenueState) -> dict[str, Any]:
    """What conditions of rules see."""
    account, visit, all_days = state.account, state.coding, state.books.days
    day = all_days[-1] if all_days else None
    return {
        "to_code": visit.to_code,
        "proposed": visit.proposed,
        "coded": bool(visit.coded),
        "claimed": visit.claimed,
        "status": account.status,
        "form": account.form,
        "terms": account.terms,
        "unpaid": account.billed and account.owed > 0,
        "short_day": day is not None and day.closes_at - day.opened_at <= SHORT,
        "day_open": day is not None and day.counted is None,
        "counts_differ": day is not None and day.counted is None and len(day.counts) > 1,
        "cash_differs": day is not None and day.counted is not None and day.counted != day.cash,
    }
