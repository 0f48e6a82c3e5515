"""Chance that repeats: the same words give the same numbers, whatever happened before."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Possible(Protocol):
    """Something that happens in ``share`` of the cases, and the first time at its ``shown``-th chance at the latest."""

    @property
    def name(self) -> str: ...
    @property
    def share(self) -> float: ...
    @property
    def shown(self) -> int: ...


Kind = TypeVar("Kind", bound=Possible)


def chance_of(*words: object) -> random.Random:
    """A source of chance for one purpose, by the words that name it."""
    return random.Random("|".join(map(str, words)))  # noqa: S311 - a simulation keeps no secrets


class Chances:
    """Which of several things happens; what is rare is shown once, so that a demo of some hours has it."""

    def __init__(self) -> None:
        self._chances: Counter[str] = Counter()
        self._done: set[str] = set()

    def choose(self, found: Sequence[Kind], chance: random.Random) -> Kind | None:
        """One of them, or none."""
        self._chances.update(one.name for one in found)
        late = [one for one in found if one.name not in self._done and self._chances[one.name] >= one.shown]
        chosen = late[0] if late else _by_share(found, chance.random())
        if chosen is not None:
            self._done.add(chosen.name)
        return chosen


def _by_share(found: Sequence[Kind], roll: float) -> Kind | None:
    for one in found:
        roll -= one.share
        if roll < 0:
            return one
    return None
