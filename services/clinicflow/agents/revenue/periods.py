"""Closed periods: their figures are published in versions, and what comes late makes a new one."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.revenue.days import day_of
from clinicflow.agents.revenue.days import taken as taken_on_its_day
from clinicflow.agents.revenue.money import other_currency, parsed, positive, share, text_of
from clinicflow.agents.revenue.state import Books, Period, RevenueState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Micros
from clinicflow.core.outcome import Rejection
from clinicflow.events import BudgetVarianceFlagged, PeriodClosed, PeriodFiguresPublished, TakingsRecorded

KEPT = 26
"""Periods that are remembered: two years of months."""


def register(agent: Agent[RevenueState]) -> None:
    """Let the agent hear of periods."""
    agent.on(PeriodClosed)(closed)
    agent.on(TakingsRecorded)(taken)
    agent.on(PeriodFiguresPublished)(published)
    agent.on(BudgetVarianceFlagged)(flagged)
    agent.derives(PeriodClosed)(first_figures)
    agent.derives(TakingsRecorded)(new_figures)


def closed(state: RevenueState, event: PeriodClosed, facts: Facts) -> RevenueState | Rejection:
    """The books of the period are closed, once, when all of its days are."""
    books = state.books
    if any(period.period == event.period for period in books.periods):
        return Rejection("already-closed", f"Expected a period that is open, but {event.period} is closed.")
    if any(day.counted is None for day in books.days if event.first_day <= day.day <= event.last_day):
        return Rejection("day-open", "Expected every day of the period to be closed, but one is open.")
    period = _period(books, event)
    if isinstance(period, Rejection):
        return period
    return replace(state, books=replace(books, periods=(*books.periods, period)[-KEPT:]))


def _period(books: Books, event: PeriodClosed) -> Period | Rejection:
    budget = positive(event.budget)
    if isinstance(budget, Rejection):
        return budget
    costs, per_visit = 0, []
    for each in event.costs:
        cost = parsed(each.cost)
        if isinstance(cost, Rejection):
            return cost
        if each.visits < 1:
            return Rejection("no-visits", f"Expected visits of the kind {each.visit_type}, but there are none.")
        costs += cost
        per_visit.append((each.visit_type, each.visits, share(cost, each.visits)))
    refused = other_currency(books.days[-1].currency if books.days else None, event.currency)
    return refused or Period(
        event.period, event.first_day, event.last_day, budget, costs, event.currency, tuple(per_visit)
    )


def first_figures(before: RevenueState, after: RevenueState, event: PeriodClosed, facts: Facts) -> Sequence[Raise]:
    """The first version."""
    return (Raise("period-figures-published", _figures(after.books, after.books.periods[-1])),)


def taken(state: RevenueState, event: TakingsRecorded, facts: Facts) -> RevenueState | Rejection:
    """Money goes to its day; when the period of that day is closed, there is a version more of its figures."""
    after = taken_on_its_day(state, event, facts)
    if isinstance(after, Rejection):
        return after
    at = place_of(after.books, event.occurred_at)
    if at is None:
        return after
    periods = after.books.periods
    newer = replace(periods[at], version=periods[at].version + 1)
    return replace(after, books=replace(after.books, periods=(*periods[:at], newer, *periods[at + 1 :])))


def new_figures(before: RevenueState, after: RevenueState, event: TakingsRecorded, facts: Facts) -> Sequence[Raise]:
    """The newer version; the earlier ones stay as they were."""
    at = place_of(after.books, event.occurred_at)
    return () if at is None else (Raise("period-figures-published", _figures(after.books, after.books.periods[at])),)


def published(state: RevenueState, event: PeriodFiguresPublished, facts: Facts) -> RevenueState:
    """Analysts export it; a rule compares it with the budget."""
    return state


def flagged(state: RevenueState, event: BudgetVarianceFlagged, facts: Facts) -> RevenueState:
    """A rule asks the manager to look."""
    return state


def place_of(books: Books, at: Micros) -> int | None:
    """Place of the closed period to which an instant belongs; None if it is in none."""
    day = day_of(books, at)
    if day is None:
        return None
    name = books.days[day].day
    found = [place for place, each in enumerate(books.periods) if each.first_day <= name <= each.last_day]
    return found[-1] if found else None


def _figures(books: Books, period: Period) -> dict[str, Any]:
    takings = sum(day.takings for day in books.days if period.first_day <= day.day <= period.last_day)
    return {
        "period": period.period,
        "version": period.version,
        "takings": text_of(takings),
        "costs": text_of(period.costs),
        "budget": text_of(period.budget),
        "currency": period.currency,
        "over_budget_permille": (period.costs - period.budget) * 1000 // period.budget,
        "cost_per_visit": [
            {"visit_type": kind, "visits": visits, "cost_per_visit": cost} for kind, visits, cost in period.per_visit
        ],
    }
