"""What a clinic's day is made of beyond the plain visit: tables in ``areas/``, one file for each area.

A file may say ``begins`` (what happens without a task), ``finishes`` (a task that ends otherwise than usual), ``facts``
(fields of the facts that end tasks), ``minutes`` and ``patience`` of activities, ``waits`` (what must be done before an
activity begins), ``until`` (what must have been told) and ``hands`` (who may do it by what was done before). Fields
that a table leaves out are those of ``scenarios/defaults*.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

_FOLDER = Path(__file__).resolve().parent / "areas"


class Strand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that happens: ``after`` another event that was told (in ``share`` of the cases, ``wait`` simulated
    minutes later on average), ``every`` so many minutes at each clinic, in the time in which so many ``visits`` begin
    there (what grows with the number of patients), or once ``at`` a minute.

    Of the strands of one ``after`` and ``alt`` at most one happens. ``shown``: the latest chance at which it happens
    the first time, so that a demo shows also what is rare. ``when`` are values that the earlier event must have,
    ``stage`` those in which the visit must still be. ``by`` is a role, or ``same`` for whom the earlier event names.
    ``each`` person whose shift begins (``arrives``) or ends (``leaves``); ``trainee``: who arrives to be trained.
    ``visit``: of the visit in which the earlier event's order was made. ``clinic`` the only clinic, by its place in
    the plan; ``where`` how its jurisdiction must begin.
    """

    event: str
    after: str | None = None
    alt: str = ""
    when: dict[str, Any] = {}
    share: float = 1.0
    shown: int = 8
    every: float | None = None
    visits: float | None = None
    at: float | None = None
    each: Literal["arrives", "leaves"] | None = None
    trainee: bool = False
    visit: bool = False
    wait: float = 1.0
    stage: list[str] = []
    by: str | None = None
    clinic: int | None = None
    where: str = ""
    fields: dict[str, Any] = {}
    name: str = ""


class Finish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task of rule ``of`` ends with ``event`` in ``share`` of the cases. ``ends`` is False when the task stays open
    after it: the same person looks again ``again`` minutes later and then does what is usual. ``new``: the fact begins
    a case of its own, which is to end the task."""

    of: str
    event: str
    share: float = 1.0
    shown: int = 8
    ends: bool = True
    new: bool = False
    again: float = 6.0
    fields: dict[str, Any] = {}
    name: str = ""


class Hands(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An activity is for who told one of the events ``same`` of its case, and not for who told one of ``other``."""

    same: list[str] = []
    other: list[str] = []


class Until(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An activity waits while ``after`` was told of its case and ``event`` was not."""

    after: str
    event: str


class Area(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file."""

    begins: list[Strand] = []
    finishes: list[Finish] = []
    facts: dict[str, dict[str, Any]] = {}
    minutes: dict[str, float] = {}
    patience: dict[str, float] = {}
    waits: dict[str, list[str]] = {}
    hands: dict[str, Hands] = {}
    until: dict[str, Until] = {}


class Tables(msgspec.Struct, frozen=True):
    """All areas together; strands and finishes by what they follow and by the rule they end."""

    strands: tuple[Strand, ...]
    finishes: Mapping[str, list[Finish]]
    facts: Mapping[str, Mapping[str, Any]]
    minutes: Mapping[str, float]
    patience: Mapping[str, float]
    waits: Mapping[str, frozenset[str]]
    hands: Mapping[str, Hands]
    until: Mapping[str, Until]


@cache
def read_tables() -> Tables:
    """Every area that ships with the package."""
    areas = {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.yaml"))}
    finishes: dict[str, list[Finish]] = {}
    for area, found in areas.items():
        for number, one in enumerate(found.finishes):
            named = msgspec.structs.replace(one, name=f"{area} finish {number}")
            finishes.setdefault(one.of, []).append(named)
    return Tables(
        tuple(_named(one, f"{area} {n}") for area, found in areas.items() for n, one in enumerate(found.begins)),
        finishes,
        {name: fields for found in areas.values() for name, fields in found.facts.items()},
        {name: minutes for found in areas.values() for name, minutes in found.minutes.items()},
        {name: minutes for found in areas.values() for name, minutes in found.patience.items()},
        {name: frozenset(first) for found in areas.values() for name, first in found.waits.items()},
        {name: hands for found in areas.values() for name, hands in found.hands.items()},
        {name: until for found in areas.values() for name, until in found.until.items()},
    )


def _named(strand: Strand, name: str) -> Strand:
    return msgspec.structs.replace(strand, name=name)


def _read(path: Path) -> Area:
    return msgspec.convert(yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader) or {}, Area)
