"""How two tables are compared: each comparison looks at the value before and after and tells what became looser.

What it tells is where in the table, and what was expected there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from clinicflow.bundle_check.problems import Place

Raw = Mapping[str, Any]
Found = Iterator[tuple[Place, str]]
Compare = Callable[[Raw, Raw], Found]
"""What of ``after`` is looser than ``before``: (place in the table, what was expected)."""

Kept = Callable[[Raw, Raw], bool]
"""Whether a row is still there as it was, or stricter."""


def at_most(*names: str) -> Compare:
    """Numbers of which a lower one is stricter; one that is not there does not hold."""

    def compare(before: Raw, after: Raw) -> Found:
        for name in names:
            if name in before and not (name in after and after[name] <= before[name]):
                yield (name,), f"{name} of {before[name]} or less"

    return compare


def at_least(*names: str) -> Compare:
    """Numbers of which a higher one is stricter."""

    def compare(before: Raw, after: Raw) -> Found:
        for name in names:
            if name in before and not (name in after and after[name] >= before[name]):
                yield (name,), f"{name} of {before[name]} or more"

    return compare


def unchanged(name: str, what: str) -> Compare:
    """A value with no stricter side that is not the network's to choose."""

    def compare(before: Raw, after: Raw) -> Found:
        if after.get(name) != before[name]:
            yield (name,), what

    return compare


def in_order(name: str, words: Sequence[Any]) -> Compare:
    """One of these values, the strictest last."""

    def compare(before: Raw, after: Raw) -> Found:
        if name in before and words.index(after.get(name, words[0])) < words.index(before[name]):
            yield (name,), f"{name}: {str(before[name]).lower()}"

    return compare


def superset(name: str) -> Compare:
    """A list that may only become longer."""

    def compare(before: Raw, after: Raw) -> Found:
        missing = [value for value in before.get(name, ()) if value not in after.get(name, ())]
        if missing:
            yield (name,), f"{', '.join(map(str, missing))} in {name}"

    return compare


def within(name: str, *compares: Compare) -> Compare:
    """What stands under a key."""

    def compare(before: Raw, after: Raw) -> Found:
        yield from _below((name,), name, before[name], after[name], compares)

    return compare


def each(name: str, *compares: Compare) -> Compare:
    """What stands under each key of a mapping; more keys are welcome."""

    def compare(before: Raw, after: Raw) -> Found:
        for key, value in before[name].items():
            yield from _below((name, key), f"{name}.{key}", value, after[name].get(key, {}), compares)

    return compare


def _below(at: Place, told: str, before: Raw, after: Raw, compares: Sequence[Compare]) -> Found:
    for inner in compares:
        for place, reason in inner(before, after):
            yield (*at, *place), f"{told} with {reason}"


def numbers(compare: Callable[..., Compare]) -> Compare:
    """All numbers of a mapping, compared alike."""
    return lambda before, after: compare(*before)(before, after)


def rows(name: str, same: tuple[str, ...], kept: Kept) -> Compare:
    """A list of rows, each found again by the values of ``same``; more rows are welcome."""

    def compare(before: Raw, after: Raw) -> Found:
        for row in before[name]:
            if not is_kept(row, after[name], same, kept):
                told = ", ".join(f"{key} {value}" for key, value in row.items() if key not in ("id", "note", "codes"))
                yield (), f"row {row['id']} ({told}) or a stricter one"

    return compare


def is_kept(row: Raw, after: Any, same: tuple[str, ...], kept: Kept) -> bool:
    """Whether one of the rows ``after`` is this one or a stricter one."""
    return any(kept(row, own) for own in after if all(own.get(name) == row[name] for name in same))


def for_as_many(was: Raw, now: Raw) -> bool:
    """Whether all ages of the row before are still meant."""
    if "ages" not in now:
        return True
    ages, own = was.get("ages"), now["ages"]
    return ages is not None and (
        own.get("from_months", 0) <= ages.get("from_months", 0)
        and own.get("below_months", float("inf")) >= ages.get("below_months", float("inf"))
        and own.get("newborn", ages.get("newborn")) == ages.get("newborn")
    )
