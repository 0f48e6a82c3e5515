"""The shares of clinical, administrative and other work as text for a terminal, beside the published ones."""

from __future__ import annotations

from collections.abc import Iterator

from clinicflow.core.worked import KINDS_OF_WORK, NOT_SAID, PUBLISHED, Amount, Shares, together

_MINUTE = 60_000_000


def lines_of(shares: Shares, speed: float = 1.0) -> Iterator[str]:
    """A table for medical assistants, of whom the published share speaks, and one for everybody.

    ``speed`` is that of a simulated day on the wall clock, whose minutes are told as simulated ones.
    """
    if not shares:
        yield "no task was completed"
        return
    yield from _table("medical assistants", together(shares, ["MA"]), speed)
    yield from _table("everybody", together(shares, shares), speed)


def _table(title: str, amounts: dict[str, Amount], speed: float) -> Iterator[str]:
    tasks = sum(amount.tasks for amount in amounts.values())
    time = sum(amount.time for amount in amounts.values())
    yield f"{title:<20} {'tasks':>7} {'share':>6} {'minutes':>9} {'share':>6}  published"
    for kind in (*KINDS_OF_WORK, NOT_SAID):
        amount = amounts.get(kind, Amount())
        if kind == NOT_SAID and not amount.tasks:
            continue
        minutes = amount.time / _MINUTE * speed
        published = f"{PUBLISHED[kind]:>7} %" if kind in PUBLISHED else ""
        shares = f"{_percent(amount.tasks, tasks)} {minutes:>9,.0f} {_percent(amount.time, time)}"
        yield f"  {kind:<18} {amount.tasks:>7,} {shares}  {published}"
    timed = sum(amount.timed for amount in amounts.values())
    yield f"  {'all':<18} {tasks:>7,} {'':>6} {time / _MINUTE * speed:>9,.0f}         {tasks - timed} without a claim"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:>4.0f} %" if whole else f"{'-':>6}"
