"""Conditions and expressions of rules: compiled once, run on a context that is built once per event and agent.

Converting a dict for the library costs far more than running a condition, so the context holds only those fields that
the conditions of an agent's rules on that event type name. Nulls are left out, so that ``has()`` tells them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from clinicflow.core.cel_context import PATIENT_FIELDS, age_years, context, fact_of
from clinicflow.core.cel_library import Context, Program, compile
from clinicflow.core.cel_paths import Path, paths_in
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import PatientFacts
from clinicflow.errors import InvalidBundle, RuleFailed

__all__ = [
    "KEPT",
    "NAMELESS",
    "PATIENT_FIELDS",
    "Condition",
    "Expression",
    "Fields",
    "Prepared",
    "age_years",
    "compile_program",
    "context",
]

_FAULT = re.compile(r"<input>:1:(\d+): (?:Syntax error: )?(.*)")
_SINGLE_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_FAILURES = (LookupError, TypeError, ValueError, RuntimeError, ArithmeticError)

KEPT = 100
"""How many contexts are kept for one agent and type of event."""

_KEEPS = (str, int, float)
"""Answers that nobody can change."""

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
    """Some values, and what conditions and expressions have answered on them; the context is made when one must run."""

    __slots__ = ("_answers", "_context", "_fields", "_make", "values")

    def __init__(self, make: Callable[[], Context], values: Sequence[Any] = (), fields: "Fields | None" = None) -> None:
        self.values = values
        self._make: Callable[[], Context] | None = make
        self._fields = fields
        self._context: Any = None
        self._answers: dict[Condition | Expression, Any] = {}

    def context(self) -> Context:
        """The context of the values."""
        if self._make is not None:
            self._context, self._make = self._make(), None  # what it is made from need not be kept any longer
        made: Context = self._context
        return made

    def holds(self, condition: Condition) -> bool:
        """What ``Condition.holds`` says, asked once."""
        answer: bool | None = self._answers.get(condition)
        if answer is None:
            answer = self._answers[condition] = bool(self._asked(condition, condition.holds))
        return answer

    def value(self, expression: Expression) -> Any:
        """What ``Expression.value`` says, asked once unless it is something that could be changed."""
        answer = self._answers.get(expression)
        if answer is None:
            answer = self._asked(expression, expression.value)
            if isinstance(answer, _KEEPS):
                self._answers[expression] = answer
        return answer

    def _asked(self, text: Condition | Expression, run: Callable[[Context], Any]) -> Any:
        """Its answer: the one that it gave when all that it names was the same, else a new one."""
        if self._fields is None:
            return run(self.context())
        answers, key = self._fields.answered(text, self.values)
        answer = answers.get(key)
        if answer is None:
            answer = run(self.context())
            if isinstance(answer, _KEEPS):
                if len(answers) >= KEPT:
                    answers.clear()
                answers[key] = answer
        return answer


NAMELESS = Prepared(lambda: Context(variables={}))
"""For conditions that name no field."""


class Fields:
    """The fields that the conditions of one agent's rules on one event type name: what a context is built from.

    Most events of a type say the same in these few fields, so the last contexts are kept, and of each condition what it
    answered to the fields that it names itself: building a context costs more than all else that a step does. The same
    values give the same answers, so nothing depends on what is kept.
    """

    __slots__ = ("_answers", "_held", "_kept", "_places", "case", "clinic", "event", "patient", "tables")

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
        layout = [("event", name) for name, _ in self.event]
        layout += [(root, name) for root in ("case", "patient", "clinic") for name in getattr(self, root)]
        self._places = {place: at for at, place in enumerate([*layout, ("table", "")])}
        self._held: dict[int, Mapping[str, Any]] = {}
        self._kept: dict[bytes, Prepared] = {}
        self._answers: dict[Condition | Expression, tuple[tuple[int, ...], dict[bytes, Any]]] = {}

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
        values += [fact_of(patient, name) for name in self.patient]
        values += [clinic.get(name) for name in self.clinic]
        values.append(self._table_id(tables) if self.tables else None)
        key = _KEYS.encode(values)  # unlike a tuple, its bytes tell 1 from true and from 1.0
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            make = partial(context, self, placed, case, patient, clinic, tables)
            found = self._kept[key] = Prepared(make, values, self)
        return found

    def answered(self, text: Condition | Expression, values: Sequence[Any]) -> tuple[dict[bytes, Any], bytes]:
        """What a condition of these fields has answered, and the key of its own part of some values."""
        known = self._answers.get(text)
        if known is None:
            named = {("table", "") if path[0] == "table" else path[:2] for path in text.paths}
            places = tuple(sorted(self._places[path] for path in named if path in self._places))
            known = self._answers[text] = places, {}
        places, answers = known
        return answers, _KEYS.encode([values[place] for place in places])

    def _table_id(self, tables: Mapping[str, Any]) -> int:
        """A bundle's clinics without values of their own share their tables. As long as those that were seen are held
        no other ones can have their id."""
        identity = id(tables)
        if identity not in self._held:
            self._held[identity] = tables
        return identity


def _second(paths: Sequence[Path], root: str) -> list[str]:
    return list(dict.fromkeys(path[1] for path in paths if path[0] == root and len(path) > 1))
