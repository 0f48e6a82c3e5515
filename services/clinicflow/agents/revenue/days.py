"""The till of a clinic: a day is closed when two persons have counted the same cash."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.revenue.money import other_currency, parsed, text_of
from clinicflow.agents.revenue.state import Books, Day, RevenueState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.event import Micros
from clinicflow.core.outcome import Rejection
from clinicflow.events import CashCounted, ClinicDayOpened, DayClosed, TakingsRecorded

KEPT = 400
"""Days that are remembered: more than a year."""


def register(agent: Agent[RevenueState]) -> None:
    """Let the agent hear of the till."""
    agent.on(ClinicDayOpened)(opened)
    agent.on(CashCounted)(counted)
    agent.on(DayClosed)(closed)
    agent.derives(CashCounted)(closing)


def opened(state: RevenueState, event: ClinicDayOpened, facts: Facts) -> RevenueState | Rejection:
    """A new day, later than those before it."""
    days = state.books.days
    if days and (event.day <= days[-1].day or event.occurred_at <= days[-1].opened_at):
        return Rejection("day-not-new", f"Expected a day after {days[-1].day}, but it is {event.day}.")
    day = Day(event.day, event.occurred_at, event.closes_at, event.currency)
    return _with(state, (*days, day)[-KEPT:])


def taken(state: RevenueState, event: TakingsRecorded, facts: Facts) -> RevenueState | Rejection:
    """Money belongs to the day that was open when it came, also when that is closed by now."""
    at = day_of(state.books, event.occurred_at)
    if at is None:
        return state
    day, amount = state.books.days[at], parsed(event.amount)
    if isinstance(amount, Rejection):
        return amount
    refused = other_currency(day.currency, event.currency)
    if refused is not None:
        return refused
    cash = amount if event.method == "cash" else 0
    return _at(state, at, replace(day, cash=day.cash + cash, takings=day.takings + amount))


def counted(state: RevenueState, event: CashCounted, facts: Facts) -> RevenueState | Rejection:
    """One person's count. Nobody counts twice, unless two counts differ and both must look again."""
    days, amount = state.books.days, parsed(event.amount)
    if isinstance(amount, Rejection):
        return amount
    if not days or days[-1].counted is not None:
        return Rejection("no-open-day", "Expected a day that is open, but there is none.")
    day, person = days[-1], event.actor_id or ""
    refused = other_currency(day.currency, event.currency)
    if refused is not None:
        return refused
    others = tuple(count for count in day.counts if count[0] != person)
    if len(others) < len(day.counts) and not others:
        return Rejection("same-person", "Expected a second person to count, but this person has counted already.")
    agreed = amount if any(found == amount for _, found in others) else None
    return _at(state, len(days) - 1, replace(day, counts=(*others, (person, amount)), counted=agreed))


def closing(before: RevenueState, after: RevenueState, event: CashCounted, facts: Facts) -> Sequence[Raise]:
    """Two persons agree: the day is closed with what they counted and what the events say."""
    day = after.books.days[-1]
    if day.counted is None:
        return ()
    fields = {
        "day": day.day,
        "counted": text_of(day.counted),
        "expected": text_of(day.cash),
        "takings": text_of(day.takings),
        "currency": day.currency,
    }
    return (Raise("day-closed", fields),)


def closed(state: RevenueState, event: DayClosed, facts: Facts) -> RevenueState:
    """The books have it already; rules look at the difference."""
    return state


def day_of(books: Books, at: Micros) -> int | None:
    """Place of the day to which an instant belongs: the last one that was opened before it."""
    before = [place for place, day in enumerate(books.days) if day.opened_at <= at]
    return before[-1] if before else None


def _with(state: RevenueState, days: tuple[Day, ...]) -> RevenueState:
    return replace(state, books=replace(state.books, days=days))


def _at(state: RevenueState, at: int, day: Day) -> RevenueState:
    days = state.books.days
    return _with(state, (*days[:at], day, *days[at + 1 :]))
