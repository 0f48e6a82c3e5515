"""A measured figure, and the table of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import Console
from rich.table import Table


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value. ``target`` is the first target in the same unit, if any; ``at_least``: more is good."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = True
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def show(figures: Sequence[Figure]) -> None:
    """Print them as a table."""
    table = Table(box=None, pad_edge=False)
    for heading in ("figure", "value", "unit", "target", "", "note"):
        table.add_column(heading, overflow="fold", justify="right" if heading == "value" else "left")
    for one in figures:
        bound = "" if one.target is None else f"{'>=' if one.at_least else '<='} {one.target:,.6g}"
        verdict = {None: "", True: "[green]met[/]", False: "[red]missed[/]"}[one.met]
        table.add_row(one.name, number(one.value), one.unit, bound, verdict, one.note)
    Console(width=150).print(table)


def number(value: float) -> str:
    """A value with as many digits as it is worth."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
