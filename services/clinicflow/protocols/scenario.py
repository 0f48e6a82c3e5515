"""Scenarios: given, when, then, as data that a nurse manager can read and a run can prove.

A file is a list of scenarios of one duty. Times are minutes from a Monday at 09:00 of the clinic's day shift. What an
event does not say comes from ``defaults.yaml`` beside the folders, so that a story tells only what matters in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from clinicflow.errors import InvalidScenario
from clinicflow.least_fields import read_defaults as read_defaults

DUTIES = 72
"""How many duties there are; a scenario is of one of them."""
ASKED = ("claim", "start", "pause", "resume", "release", "decline", "delegate", "complete", "fail")
"""What a person may ask of a task."""
Course = Literal["normal", "goes wrong"]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something happens at minute ``at``: an event, a person asks something of a task, another bundle comes into force
    (``from_now``), or only time passes.

    ``case`` is a name of the story (``order-2``), an endless case (``stock:gauze``) or that of the newest event of
    a type (``@procedure-planned``); without it the case of its kind.
    ``told`` is the minute at which it is entered, when that is later. ``id`` names the event for ``corrects`` and for
    fields that refer to it as ``=id`` (``@type``: the newest event of a type). ``asks`` is one of ``ASKED``;
    ``of`` the rule whose newest open task is meant; ``by`` the member of staff.
    """

    at: float
    event: str | None = None
    asks: str | None = None
    of: str | None = None
    by: str | None = None
    case: str | None = None
    told: float | None = None
    id: str | None = None
    corrects: str | None = None
    fields: dict[str, Any] = {}
    from_now: dict[str, Any] | None = None
    """What another bundle decides from this minute on: ``scope`` by jurisdiction and ``rules`` by agent that are added
    or take the place of those with their id, ``staff`` and ``tables`` put over those that are there."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What must be true after the steps before it; exactly one of ``task``, ``no_task``, ``event``, ``no_event``,
    ``refused`` and ``accepted``.

    ``task`` is a rule: its newest open task, else its newest, has these values. ``no_task`` is a rule without an open
    task. ``event`` was derived or told ``times`` times, the last one with ``fields``. ``refused`` is the code of the
    last step's refusal; ``accepted`` that nobody refused it.
    """

    task: str | None = None
    no_task: str | None = None
    event: str | None = None
    no_event: str | None = None
    refused: str | None = None
    accepted: bool | None = None
    case: str | None = None
    status: str | None = None
    priority: str | None = None
    roles: list[str] | None = None
    owner: str | None = None
    due: float | None = None
    level: int | None = None
    meant_for: str | None = None
    supervisor: str | None = None
    reason: str | None = None
    about: list[str] | None = None
    marked: bool | None = None
    times: int | None = None
    fields: dict[str, Any] = {}


class Turn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens, and what must be true then."""

    when: list[Step] = []
    then: list[Check] = []


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One story of a duty. ``rules`` are the rules it proves, as ``agent/rule``: without any of them it must fail.
    ``bundle`` is the shipped bundle of its kind of site; without it the story is played on the bundle that is proved.
    """

    duty: int
    course: Course
    title: str
    rules: list[str]
    bundle: str | None = None
    clinic: str = "north"
    given: list[Step] = []
    when: list[Step] = []
    then: list[Check] = []
    later: list[Turn] = []
    where: str = ""

    @property
    def turns(self) -> list[Turn]:
        """All of it in order."""
        return [Turn(self.given, []), Turn(self.when, self.then), *self.later]


def read_scenarios(folder: Path) -> list[Scenario]:
    """Every scenario below a folder, by file and place. Raises ``InvalidScenario`` with file and what was expected."""
    return [scenario for path in sorted(folder.glob("*/*.yaml")) for scenario in _read(path)]


def _read(path: Path) -> Iterator[Scenario]:
    raw = _loaded(path)
    if not isinstance(raw, list):
        raise InvalidScenario(f"{_label(path)}: expected a list of scenarios")
    for number, item in enumerate(raw, 1):
        where = f"{_label(path)}#{number}"
        try:
            scenario = msgspec.convert(item, Scenario)
        except msgspec.ValidationError as error:
            raise InvalidScenario(f"{where}: {error}") from error
        _insist(scenario, where)
        yield msgspec.structs.replace(scenario, where=where)


def _loaded(path: Path) -> Any:
    try:
        return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise InvalidScenario(f"{_label(path)}: {error}") from error


def _label(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


_SUBJECTS = ("task", "no_task", "event", "no_event", "refused", "accepted")


def _insist(scenario: Scenario, where: str) -> None:
    """What the types alone do not say."""
    if not 1 <= scenario.duty <= DUTIES:
        raise InvalidScenario(f"{where}: expected a duty from 1 to {DUTIES}, but got {scenario.duty}")
    if not scenario.rules or not _checks(scenario.turns):
        raise InvalidScenario(f"{where}: expected rules that it proves, and something that must be true")
    for turn in scenario.turns:
        for step in turn.when:
            if (step.event is not None) and (step.asks is not None):
                raise InvalidScenario(f"{where}: expected an event or a request at minute {step.at}, but got both")
            if step.asks is not None and step.asks not in ASKED:
                raise InvalidScenario(f"{where}: expected asks one of {', '.join(ASKED)}, but got {step.asks}")
            if step.asks is not None and (step.of is None or step.by is None):
                raise InvalidScenario(f"{where}: expected of (a rule) and by (a person) beside asks: {step.asks}")
        for check in turn.then:
            if sum(getattr(check, name) is not None for name in _SUBJECTS) != 1:
                raise InvalidScenario(f"{where}: expected exactly one of {', '.join(_SUBJECTS)} in each check")


def _checks(turns: Sequence[Turn]) -> int:
    return sum(len(turn.then) for turn in turns)


def by_duty(scenarios: Sequence[Scenario]) -> Mapping[int, list[Scenario]]:
    """Scenarios by the number of their duty."""
    found: dict[int, list[Scenario]] = {}
    for scenario in scenarios:
        found.setdefault(scenario.duty, []).append(scenario)
    return found


def by_bundle(scenarios: Sequence[Scenario]) -> Mapping[str | None, list[Scenario]]:
    """Scenarios by the bundle they are played on, first those of the bundle that is proved."""
    found: dict[str | None, list[Scenario]] = {None: []}
    for scenario in scenarios:
        found.setdefault(scenario.bundle, []).append(scenario)
    return found
