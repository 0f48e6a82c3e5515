"""What comparing a measurement with a table yields, and tables of plain limits."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from clinicflow.agents import _ages
from clinicflow.agents.vitals.measure import as_text
from clinicflow.agents.vitals.state import LEVELS


class Finding(msgspec.Struct, frozen=True):
    """One rule that a measurement met. ``value`` is exact decimal text in ``unit`` (UCUM)."""

    rule_id: str
    table: str
    version: str
    level: str
    parameter: str | None = None
    value: str | None = None
    unit: str | None = None
    score: int | None = None
    complete: bool = True


class Subject(msgspec.Struct, frozen=True):
    """Who is measured, as far as limits depend on it. ``months`` None: the age is not known, so every row applies."""

    months: int | None
    newborn: bool = False
    pregnant: bool = False
    postpartum_days: int | None = None


def finding(table: Mapping[str, Any], row: Mapping[str, Any], field: str, value: Any, complete: bool = True) -> Finding:
    """The finding of one row of a table about one field."""
    text, unit = as_text(field, value)
    return Finding(row["id"], table["table"], table["version"], row["level"], field, text, unit, None, complete)


def limits_met(table: Mapping[str, Any], found: Mapping[str, Any], subject: Subject) -> Iterator[Finding]:
    """The rows of a table of limits that a measurement meets.

    A row names a ``field``, one or more of ``below``, ``at_or_below``, ``above``, ``at_or_above`` (scaled integers, any
    one suffices) or ``among`` / ``not_among`` (codes), the ``ages`` it is for, and in ``if`` what other fields must be.
    """
    for row in table["limits"]:
        value = found.get(row["field"])
        if value is not None and _beyond(row, value, subject.months) and _meant(row, found, subject):
            yield finding(table, row, row["field"], value)


def in_ages(ages: Mapping[str, Any] | None, subject: Subject) -> bool:
    """Whether a row is for the age of whoever is measured."""
    return _ages.in_ages(ages, subject.months, subject.newborn)


def _meant(row: Mapping[str, Any], found: Mapping[str, Any], subject: Subject) -> bool:
    if not in_ages(row.get("ages"), subject):
        return False
    return "if" not in row or all(found.get(name, False) == wanted for name, wanted in row["if"].items())


def _beyond(row: Mapping[str, Any], value: Any, months: int | None) -> bool:
    if "among" in row:
        return value in row["among"]
    if "not_among" in row:
        return value not in row["not_among"]
    return (
        ("below" in row and value < _bound(row, months))
        or ("at_or_below" in row and value <= row["at_or_below"])
        or ("above" in row and value > row["above"])
        or ("at_or_above" in row and value >= row["at_or_above"])
    )


def _bound(row: Mapping[str, Any], months: int | None) -> int:
    """The lower limit, which may rise by ``below_plus_per_year`` for each completed year; at its highest if unknown."""
    rise: int = row.get("below_plus_per_year", 0)
    years = (row["ages"]["below_months"] - 1 if months is None else months) // 12 if rise else 0
    return int(row["below"]) + rise * years


def most_urgent_first(findings: list[Finding]) -> list[Finding]:
    """Sorted by level, the order of the tables kept within one."""
    return sorted(findings, key=lambda found: -LEVELS.index(found.level))
