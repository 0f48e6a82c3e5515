"""Conditions and expressions of rules: compiled once, run on a context that is built once per event and agent.

Converting a dict for the library costs far more than running a condition, so the context holds only those fields that
the conditions of an agent's rules on that event type name. Nulls are left out, so that ``has()`` tells them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.core.cel_library import Context, Program, compile
from clinicflow.core.cel_paths import Path, paths_in
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import PatientFacts
from clinicflow.errors import InvalidBundle, RuleFailed

PATIENT_FIELDS = (*PatientFacts.__struct_fields__, "age_years")
"""Fields of ``patient``: the facts as they came, and ``age_years``, completed years whatever the unit."""

_FAULT = re.compile(r"<input>:1:(\d+): (?:Syntax error: )?(.*)")
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_FAILURES = (LookupError, TypeError, ValueError, RuntimeError, ArithmeticError)

KEPT = 100
"""How many contexts are kept for one agent and type of event."""

_KEYS = msgspec.msgpack.Encoder(order="deterministic")


class Condition:
    """A compiled condition. ``paths`` are the fields it names, each as (root, field, ...)."""

    __slots__ = ("_run", "paths", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.paths = paths_in(source)
        self._run = compile_program(source).execute

    def holds(self, context: Context) -> bool:
        """Whether it is true; anything but true or false, and every failure, is ``RuleFailed``."""
        answer = _run(self._run, self.source, context)
        if answer is True or answer is False:
            return bool(answer)
        raise RuleFailed(f"Expected true or false from {self.source!r}, but got {type(answer).__name__}")


class Expression:
    """A compiled expression. With ``scale`` its number becomes a scaled integer (38.1 under 10: 381)."""

    __slots__ = ("_run", "paths", "scale", "source")

    def __init__(self, source: str, scale: int | None = None) -> None:
        self.source = source
        self.scale = scale
        self.paths = paths_in(source)
        self._run = compile_program(source).execute

    def value(self, context: Context) -> Any:
        """Its value as Python sees it; a failure is ``RuleFailed``."""
        answer = _run(self._run, self.source, context)
        if self.scale is None or answer is None:
            return answer
        if isinstance(answer, int | float) and not isinstance(answer, bool):
            return round(answer * self.scale)
        raise RuleFailed(f"Expected a number from {self.source!r}, but got {type(answer).__name__}")


def _run(execute: Any, source: str, context: Context) -> Any:
    try:
        return execute(context)
    except _FAILURES as error:
        raise RuleFailed(f"{source!r} could not be evaluated: {type(error).__name__} {error}") from error


def compile_program(source: str) -> Program:
    """Compile one expression; ``InvalidBundle`` says what the library did not understand."""
    try:
        return compile(source)
    except ValueError as error:
        raise InvalidBundle(f"Expected a CEL expression, but got {source!r}: {_first_fault(source, error)}") from error


def _first_fault(source: str, error: ValueError) -> str:
    """Where the library stumbled first, and what is usually meant there; later faults only follow from it."""
    found = _FAULT.search(str(error))
    hint = "; write == to compare" if _SINGLE_EQUALS.search(source) else ""
    return f"at character {found[1]}, {found[2].strip()}{hint}" if found else f"{error}{hint}"


class Prepared:
    """The context of some values, and what conditions and expressions have answered on it."""

    __slots__ = ("_answers", "_context", "_tables")

    def __init__(self, context: Context, tables: Mapping[str, Any] | None = None) -> None:
        self._context = context
        self._tables = tables  # as long as it is here no other tables can have its id
        self._answers: dict[Condition | Expression, Any] = {}

    def holds(self, condition: Condition) -> bool:
        """What ``Condition.holds`` says, asked once."""
        answer: bool | None = self._answers.get(condition)
        if answer is None:
            answer = self._answers[condition] = condition.holds(self._context)
        return answer

    def value(self, expression: Expression) -> Any:
        """What ``Expression.value`` says, asked once unless it is something that could be changed."""
        answer = self._answers.get(expression)
        if answer is None:
            answer = expression.value(self._context)
            if isinstance(answer, str | int | float):
                self._answers[expression] = answer
        return answer


NAMELESS = Prepared(Context(variables={}))
"""For conditions that name no field."""


class Fields:
    """The fields that the conditions of one agent's rules on one event type name: what a context is built from.

    Most events of a type say the same in these few fields, so the last contexts are kept: building one costs more than
    all else that a step does. The same values give the same answers, so nothing depends on what is kept.
    """

    __slots__ = ("_kept", "case", "clinic", "event", "patient", "tables")

    def __init__(self, event_type: type[Event], paths: Iterable[Path]) -> None:
        unique = list(dict.fromkeys(paths))
        units = event_type.UNITS
        named = _second(unique, "event")
        self.event = tuple(
            (name, 10 ** units[name][1] if name in units else None)
            for name in event_type.__struct_fields__
            if name in named
        )
        self.case = tuple(_second(unique, "case"))
        self.patient = tuple(_second(unique, "patient"))
        self.clinic = tuple(_second(unique, "clinic"))
        tables = sorted((path for path in unique if path[0] == "table" and len(path) > 1), key=len)
        self.tables = tuple((path[1], path[2:]) for path in tables)
        self._kept: dict[bytes, Prepared] = {}

    def prepared(
        self,
        placed: Placed,
        case: Mapping[str, Any],
        patient: PatientFacts,
        clinic: Mapping[str, Any],
        tables: Mapping[str, Any],
    ) -> Prepared:
        """The context of these values (see ``context``), a kept one if they came before."""
        event = placed.event
        values: list[Any] = [getattr(event, name) for name, _ in self.event]
        values += [case.get(name) for name in self.case]
        if self.patient:
            values.append(patient)
        if self.clinic:
            values += [clinic.get(name) for name in self.clinic]
        if self.tables:
            values.append(id(tables))  # a bundle's clinics without values of their own share them
        key = _KEYS.encode(values)  # unlike a tuple, its bytes tell 1 from true and from 1.0
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = Prepared(context(self, placed, case, patient, clinic, tables), tables)
        return found


def _second(paths: Sequence[Path], root: str) -> list[str]:
    return list(dict.fromkeys(path[1] for path in paths if path[0] == root and len(path) > 1))


def context(
    agent_fields: Fields,
    placed: Placed,
    case: Mapping[str, Any],
    patient: PatientFacts,
    clinic: Mapping[str, Any],
    tables: Mapping[str, Any],
) -> Context:
    """The context of all conditions of one agent on one event.

    ``agent_fields`` come from ``Bundle.fields_on``; ``case`` is what the agent exposes of its state, ``clinic`` and
    ``tables`` are the bundle's for the event's clinic. Quantities become doubles in their unit, times stay
    microseconds.
    """
    variables: dict[str, dict[str, Any]] = {"event": _event(placed.event, agent_fields)}
    if agent_fields.case:
        variables["case"] = _chosen(case, agent_fields.case)
    if agent_fields.patient:
        variables["patient"] = _patient(patient, agent_fields.patient)
    if agent_fields.clinic:
        variables["clinic"] = _chosen(clinic, agent_fields.clinic)
    if agent_fields.tables:
        variables["table"] = _tables(tables, agent_fields.tables)
    return Context(variables=variables)


def _event(event: Event, fields: Fields) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, scale in fields.event:
        value = getattr(event, name)
        if value is not None:
            values[name] = value / scale if scale is not None else _plain(value)
    return values


def _chosen(source: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    values = {}
    for name in names:
        value = source.get(name)
        if value is not None:
            values[name] = _plain(value)
    return values


def _patient(patient: PatientFacts, names: Sequence[str]) -> dict[str, Any]:
    values = {}
    for name in names:
        value = age_years(patient) if name == "age_years" else getattr(patient, name, None)
        if value is not None:
            values[name] = value
    return values


def age_years(patient: PatientFacts) -> int | None:
    """Completed years; None when the age or its unit is not known."""
    if patient.age is None:
        return None
    if patient.age_unit == "a":
        return patient.age
    return {"mo": patient.age // 12, "d": 0}.get(patient.age_unit or "")


def _tables(tables: Mapping[str, Any], named: Sequence[tuple[str, Path]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, inner in named:
        found: Any = tables.get(name.replace("_", "-"), tables.get(name))
        for step in inner:
            found = found.get(step) if isinstance(found, Mapping) else None
        if found is not None:
            _put(values, (name, *inner), found)
    return values


def _put(values: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        values = values.setdefault(step, {})
    values.setdefault(path[-1], value)


def _plain(value: Any) -> Any:
    """Numbers, texts and booleans as they are; anything structured as plain dicts and lists without nulls."""
    if isinstance(value, str | int | float):
        return value
    return _without_nulls(msgspec.to_builtins(value))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
        return [_without_nulls(inner) for inner in items]
    return value
