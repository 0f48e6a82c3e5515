"""Runs every condition and expression of a rule on generated events, the way a live event is run.

A misspelt field compiles, and a field that may be null fails only when it is: so only running them finds it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec

from clinicflow.bundle_check.problems import Place, Report, unknown
from clinicflow.bundle_check.samples import (
    LIMIT,
    Choices,
    Literals,
    bare,
    candidates,
    combined,
    count,
    kinds,
    literals,
    of_event,
    of_patient,
    picked,
    plain_event,
)
from clinicflow.core.agent import Agent
from clinicflow.core.cel import PATIENT_FIELDS, Condition, Expression, Fields, context
from clinicflow.core.cel_paths import Path
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import PatientFacts
from clinicflow.core.rules import PRIORITIES
from clinicflow.errors import RuleFailed
from clinicflow.events import EVENT_TYPES

CelContext = Any
Text = Condition | Expression


class Trial(msgspec.Struct, frozen=True):
    """One condition to run: on events of these types, for this agent; ``place`` is where it is written."""

    place: Place
    agent: Agent[Any]
    types: tuple[str, ...]
    text: Text
    guard: Condition | None = None
    """The text is evaluated only when this holds (a priority or a raised field, after ``when``)."""
    field: tuple[str, str] | None = None
    """(event type, field) whose value the text gives; None for a condition or a priority."""


class World(msgspec.Struct, frozen=True):
    """The clinics and their tables that conditions may look at."""

    clinics: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, Mapping[str, Any]]


def run_trial(trial: Trial, world: World, report: Report) -> None:
    """Run one condition; report unknown fields, failures, wrong values, and a condition that is never true."""
    before = len(report.problems)
    for path in trial.text.paths:
        _known(path, trial, world, report)
    if len(report.problems) > before:
        return
    outcomes = [_on_type(trial, name, world, report) for name in trial.types if name in EVENT_TYPES]
    if not isinstance(trial.text, Condition) or any(found is None for found in outcomes):
        return
    if outcomes and not any(outcomes):
        _never_true(trial, world, report)


def counterexample(trial: Trial, world: World) -> str | None:
    """The values, in words, with which a condition is true on some event; None when no sample makes it true."""
    paths = trial.text.paths
    for name in trial.types:
        fields = Fields(EVENT_TYPES[name], paths)
        for event, patient, case, clinic in _samples(trial, EVENT_TYPES[name], paths, world):
            placed = Placed(event, 0, 0, event.occurred_at, 1)
            try:
                if _try(trial, context(fields, placed, case, patient, world.clinics[clinic], world.tables[clinic])):
                    return _shown(paths, event, patient, case)
            except RuleFailed:  # told where the condition itself is tried
                continue
    return None


def _never_true(trial: Trial, world: World, report: Report) -> None:
    """It is proved when every combination was tried; else somebody should look."""
    kinds_of_event = [EVENT_TYPES[name] for name in trial.types if name in EVENT_TYPES]
    if all(_choices(trial, kind, trial.text.paths, world).all_tried for kind in kinds_of_event):
        report.error(trial.place, f"Expected a condition that can be true, but {trial.text.source!r} never is")
        return
    reason = f"{trial.text.source!r} was true on none of {LIMIT} samples, which are not all there are"
    report.warning(trial.place, f"Expected a condition that can be true, but {reason}")


def _known(path: Path, trial: Trial, world: World, report: Report) -> None:
    root = path[0]
    if len(path) == 1:
        report.error(trial.place, f"Expected a field of {root}, such as {root}.name, but got {root} alone")
        return
    names = _names(root, trial, world)
    name = path[1].replace("_", "-") if root == "table" and path[1] not in names else path[1]
    if name not in names:
        report.error(trial.place, unknown(f"field of {root}", path[1], names))


def _names(root: str, trial: Trial, world: World) -> set[str]:
    if root == "event":
        return {name for kind in trial.types if kind in EVENT_TYPES for name in EVENT_TYPES[kind].__struct_fields__}
    if root == "patient":
        return set(PATIENT_FIELDS)
    if root == "case":
        return exposed(trial.agent)
    if root == "clinic":
        return {name for clinic in world.clinics.values() for name in clinic}
    return {name for tables in world.tables.values() for name in tables}


def exposed(agent: Agent[Any]) -> set[str]:
    """What conditions may know of the agent's state: what it exposes, and its own fields of the same names."""
    return {*agent.exposed(agent.state()), *agent.state.__struct_fields__}


def _on_type(trial: Trial, name: str, world: World, report: Report) -> bool | None:
    """Whether it was true (a condition) on some event of a type; None when a failure was reported."""
    paths = [*trial.text.paths, *(trial.guard.paths if trial.guard else ())]
    fields = Fields(EVENT_TYPES[name], paths)
    held = False
    for event, patient, case, clinic in _samples(trial, EVENT_TYPES[name], paths, world):
        placed = Placed(event, 0, 0, event.occurred_at, 1)
        made = context(fields, placed, case, patient, world.clinics[clinic], world.tables[clinic])
        try:
            if trial.guard is not None and not trial.guard.holds(made):
                continue
        except RuleFailed:
            continue
        try:
            held = _try(trial, made) or held
        except RuleFailed as error:
            shown = _shown(paths, event, patient, case)
            remedy = "; ask has() first" if " absent" in shown and "KeyError" in str(error) else ""
            report.error(trial.place, f"Expected a value on every {name}, but with {shown}: {error}{remedy}")
            return None
    return held


def _try(trial: Trial, made: CelContext) -> bool:
    if isinstance(trial.text, Condition):
        return trial.text.holds(made)
    value = trial.text.value(made)
    if trial.field is None:
        if value not in PRIORITIES:
            raise RuleFailed(f"Expected one of {', '.join(PRIORITIES)} from {trial.text.source!r}, but got {value!r}")
        return True
    event_type, field = trial.field
    _fits(EVENT_TYPES[event_type], field, value, trial.text.source)
    return True


def _fits(event_type: type[Event], field: str, value: Any, source: str) -> None:
    symbols = event_type.ENUMS.get(field)
    try:
        msgspec.convert(value, kinds(event_type)[field])
    except msgspec.ValidationError as error:
        raise RuleFailed(
            f"{source!r} gives {value!r}, which does not fit {event_type.TYPE}.{field}: {error}"
        ) from error
    if symbols and value is not None and value not in symbols:
        raise RuleFailed(f"{source!r} gives {value!r}, expected one of {', '.join(symbols)}")


class Dimensions(msgspec.Struct, frozen=True):
    """All that varies in the samples of one condition."""

    event: Choices
    patient: Choices
    case: Choices
    clinics: list[str]

    @property
    def all_tried(self) -> bool:
        """Whether the samples are all the combinations that there are."""
        values = [*self.event.values(), *self.patient.values(), *self.case.values(), self.clinics]
        return count(values) <= LIMIT


def _choices(trial: Trial, event_type: type[Event], paths: Sequence[Path], world: World) -> Dimensions:
    clinics = sorted(world.clinics) if any(path[0] in ("clinic", "table") for path in paths) else [min(world.clinics)]
    tables = [_table_values(path, world.tables[clinic]) for path in paths for clinic in clinics]
    source = trial.text.source + (f" && ({trial.guard.source})" if trial.guard else "")
    around = literals(source, (value for found in tables for value in found))
    return Dimensions(
        of_event(event_type, paths, around), of_patient(paths, around), _cases(trial.agent, paths, around), clinics
    )


def _samples(
    trial: Trial, event_type: type[Event], paths: Sequence[Path], world: World
) -> Iterable[tuple[Event, PatientFacts, dict[str, Any], str]]:
    varied = _choices(trial, event_type, paths, world)
    base = plain_event(event_type)
    dimensions: list[list[Any]] = [
        [msgspec.structs.replace(base, **values) for values in picked(varied.event)],
        [PatientFacts(**values) for values in picked(varied.patient)],
        list(picked(varied.case)),
        varied.clinics,
    ]
    return cast("Iterable[tuple[Event, PatientFacts, dict[str, Any], str]]", combined(dimensions))


def _table_values(path: Path, tables: Mapping[str, Any]) -> list[Any]:
    if path[0] != "table" or len(path) < 2:
        return []
    found: Any = tables.get(path[1].replace("_", "-"), tables.get(path[1]))
    for step in path[2:]:
        found = found.get(step) if isinstance(found, Mapping) else None
    return list(found.values()) if isinstance(found, Mapping) else found if isinstance(found, list) else [found]


def _cases(agent: Agent[Any], paths: Sequence[Path], around: Literals) -> Choices:
    """What the agent may expose, in all variants of the fields that are named."""
    named = [path[1] for path in paths if path[0] == "case" and len(path) > 1]
    initial = agent.exposed(agent.state())
    return {name: _case_values(agent, name, initial.get(name), around) for name in named}


def _case_values(agent: Agent[Any], name: str, initial: Any, around: Literals) -> list[Any]:
    """A value that a fresh case has is always there, of that type; one that it lacks may stay absent."""
    if isinstance(initial, bool | int | float | str):
        return list(dict.fromkeys([initial, *candidates(type(initial), around)]))
    if initial is not None:
        return [initial, *_like(initial, around)]
    hint = kinds(agent.state).get(name)
    if hint is None or bare(hint) in (Any, object):
        return [None, True, *around.numbers, *around.texts]
    return [None, *(value for value in candidates(hint, around) if value is not None)]


def _like(initial: Any, around: Literals) -> list[Any]:
    """Longer lists of what a condition asks for; mappings stay as they are."""
    items: list[Any] = [*around.texts, "other"]
    return [items, *([item] for item in items)] if isinstance(initial, list | tuple | set | frozenset) else []


def _shown(paths: Sequence[Path], event: Event, patient: PatientFacts, case: Mapping[str, Any]) -> str:
    """The values of the named fields of a sample, in words."""
    shown = {}
    for path in paths:
        if len(path) > 1 and path[0] in ("event", "patient", "case"):
            source: Any = {"event": event, "patient": patient}.get(path[0])
            value = case.get(path[1]) if source is None else getattr(source, path[1], None)
            shown[f"{path[0]}.{path[1]}"] = "absent" if value is None else f"= {value!r}"
    return ", ".join(f"{name} {value}" for name, value in shown.items()) or "any values"
