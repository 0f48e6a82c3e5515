"""By which code a recording was made: what is stored names the version that wrote it, and this code may be another."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterable, Mapping

import msgspec

from clinicflow.code_version import code_version, name_of
from clinicflow.replay.recorded import Recorded, Side, sides_of
from clinicflow.replay.sources import Source, Wanted


class Codes(msgspec.Struct, frozen=True):
    """``cases`` counts for each version by its name the cases that it wrote in; ``mixed`` those of several versions."""

    this: str
    cases: dict[str, int]
    mixed: int

    @property
    def other(self) -> bool:
        """Whether other code had a part in it."""
        return self.cases.keys() != {self.this} and bool(self.cases)

    @property
    def all_other(self) -> bool:
        """Whether this code had no part in it."""
        return self.other and self.this not in self.cases

    def line(self) -> str:
        """By which code, in one line."""
        told = ", ".join(f"{name} ({_cases(count)})" for name, count in sorted(self.cases.items()))
        mixed = f"; {_cases(self.mixed)} by several versions" if self.mixed else ""
        return f"recorded by code version {told}, this is {self.this}{mixed}"


def _cases(count: int) -> str:
    return "1 case" if count == 1 else f"{count} cases"


class Written:
    """The versions that wrote each case, gathered side by side."""

    def __init__(self) -> None:
        self._cases: dict[str, frozenset[int]] = {}
        self._others: set[tuple[str, str]] = set()

    def add(self, case_id: str, sides: Mapping[str, Side]) -> None:
        """Some stored sides of a case."""
        codes = self._cases.get(case_id, frozenset())
        this = {code_version()}
        for agent, side in sides.items():
            if not this.issuperset(side.codes):
                self._others.add((case_id, agent))
            codes = codes.union(side.codes)
        if codes:
            self._cases[case_id] = _ONE.setdefault(codes, codes)

    def by_other(self, case_id: str, agent: str = "") -> bool | None:
        """Whether other code had a part in an agent's side, or in any of the case. None: nothing of it is stored."""
        codes = self._cases.get(case_id)
        if codes is None:
            return None
        return (case_id, agent) in self._others if agent else codes != {code_version()}

    def sets(self) -> Counter[frozenset[int]]:
        """How many cases each set of versions wrote."""
        return Counter(self._cases.values())


_ONE: dict[frozenset[int], frozenset[int]] = {}
"""One object for equal sets: millions of cases have the same few."""


def codes_of(sets: Iterable[Counter[frozenset[int]]]) -> Codes:
    """The count of what several processes gathered of different cases."""
    cases: Counter[str] = Counter()
    mixed = 0
    for each in sets:
        for codes, count in each.items():
            names = {name_of(code) for code in codes}
            cases.update(dict.fromkeys(names, count))
            mixed += count if len(names) > 1 else 0
    return Codes(name_of(code_version()), dict(sorted(cases.items())), mixed)


async def written(source: Source, recorded: Recorded, only: Collection[str] | None = None) -> Written:
    """Who wrote the stored cases, or only these."""
    found = Written()
    async for case_id, sides in stored_sides(source, recorded, only=only):
        found.add(case_id, sides)
    return found


async def stored_sides(
    source: Source, recorded: Recorded, partitions: Wanted = None, only: Collection[str] | None = None
) -> AsyncIterator[tuple[str, dict[str, Side]]]:
    """The sides of the stored cases, group by group; a source may give more partitions than are wanted."""
    for group in sorted(recorded.groups):
        async for states in source.states(group, partitions):
            for case_id, state in states:
                if only is None or case_id in only:
                    yield case_id, sides_of(state)
