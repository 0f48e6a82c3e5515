"""What is wrong with a bundle, each with its file and line, and what was expected."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Literal

import msgspec

Place = tuple[str | int, ...]
"""A place in the bundle document: ("protocols", 0, "rules", 2, "when")."""

Level = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, order=True):
    """One problem. ``where`` is ``file:line``; a warning does not keep the bundle from being applied."""

    where: str
    message: str
    level: Level = "error"

    def __str__(self) -> str:
        return f"{self.where}: {'' if self.level == 'error' else 'warning: '}{self.message}"


class Report:
    """Collects problems. ``places`` says in which file and line each part of the document stands."""

    def __init__(self, places: Mapping[Place, str]) -> None:
        self.places = places
        self._found: dict[Problem, None] = {}

    def error(self, place: Place, message: str) -> None:
        """Add an error at a place of the document."""
        self._found[Problem(self.where(place), message)] = None

    def warning(self, place: Place, message: str) -> None:
        """Add a warning at a place of the document."""
        self._found[Problem(self.where(place), message, "warning")] = None

    def unknown(self, place: Place, kind: str, name: object, known: Collection[str]) -> None:
        """Add an error for a name that does not exist, with those that do."""
        self.error(place, unknown(kind, name, known))

    def where(self, place: Place) -> str:
        """``file:line`` of a place, or of the nearest thing around it."""
        for length in range(len(place), -1, -1):
            if place[:length] in self.places:
                return self.places[place[:length]]
        return "bundle"

    @property
    def problems(self) -> list[Problem]:
        """All problems found, by file and line: first what is only a warning, so that errors are what is read last."""
        return sorted(self._found, key=_order)

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return sum(problem.level == "error" for problem in self._found)

    @property
    def failed(self) -> bool:
        """Whether there is an error."""
        return self.errors > 0


def _order(problem: Problem) -> tuple[bool, str, int, str]:
    file, _, line = problem.where.rpartition(":")
    return problem.level == "error", file, int(line) if line.isdigit() else 0, problem.message


def unknown(kind: str, name: object, known: Collection[str]) -> str:
    """``unknown event 'vitals-takn'; expected one of ... (did you mean 'vitals-taken'?)``."""
    names = sorted(known)
    close = get_close_matches(str(name), names, n=5)
    listed = names if len(names) <= 15 else close
    expected = f"; expected one of {', '.join(listed)}" if listed else f"; {len(names)} are known"
    return f"unknown {kind} {name!r}{expected}{hint(name, names)}"


def hint(name: object, known: Collection[str]) -> str:
    """`` (did you mean 'vitals-taken'?)``, or nothing when no name is near."""
    close = get_close_matches(str(name), sorted(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
