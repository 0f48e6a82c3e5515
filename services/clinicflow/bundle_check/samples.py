"""Generated events on which every condition is run: each field that it names present and absent, around its bounds."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import product
from typing import Any, get_args, get_type_hints

import msgspec

from clinicflow.core.cel_paths import Path
from clinicflow.core.event import ENVELOPE_SET, Event
from clinicflow.core.outcome import PatientFacts

ABSENT = None
"""A value that is not there: nulls never reach a condition."""

Choices = dict[str, list[Any]]
"""Values to try, by field."""

LIMIT = 1500
"""The most samples of one condition; above it they are taken evenly from all combinations."""

_NUMBER = re.compile(r"(?<![\w.'\"])\d+(?:\.\d+)?")
_TEXT = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class Literals(msgspec.Struct, frozen=True):
    """Numbers and texts that a condition compares with."""

    numbers: tuple[float, ...]
    texts: tuple[str, ...]


def literals(source: str, extra: Iterable[Any] = ()) -> Literals:
    """The literals of a condition, and those among ``extra`` (values of tables that it names)."""
    texts = [first or second for first, second in _TEXT.findall(source)]
    numbers = [float(found) for found in _NUMBER.findall(_TEXT.sub("", source))]
    for value in extra:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            numbers.append(float(value))
    return Literals(tuple(dict.fromkeys(numbers)), tuple(dict.fromkeys(texts)))


def kinds(event_type: type) -> dict[str, Any]:
    """The type of every field of a struct."""
    return _hints(event_type)


@cache
def _hints(struct: type) -> dict[str, Any]:
    return get_type_hints(struct)


def optional(kind: Any) -> bool:
    """Whether a field of this type may be null."""
    return type(None) in get_args(kind)


def bare(kind: Any) -> Any:
    """The type without null."""
    rest = [inner for inner in get_args(kind) if inner is not type(None)]
    return rest[0] if optional(kind) and len(rest) == 1 else kind


def candidates(kind: Any, around: Literals, symbols: Sequence[str] = (), scale: int = 1) -> list[Any]:
    """Values of a type: null if it may be, and values below, at and above every bound that is compared with."""
    found: list[Any] = [ABSENT] if optional(kind) else []
    kind = bare(kind)
    if kind is bool:
        return [*found, True, False]
    if kind is int:
        bounds = {round(number * scale) for number in around.numbers}
        return [*found, *sorted({0, 1} | {value + step for value in bounds for step in (-1, 0, 1)})]
    if kind is float:
        return [*found, 0.0, *sorted({value + step for value in around.numbers for step in (-0.5, 0.0, 0.5)})]
    if kind is str:
        return [*found, *(symbols or dict.fromkeys((*around.texts, "other")))]
    return [*found, *_structured(kind, around)]


def _structured(kind: Any, around: Literals) -> list[Any]:
    """Lists: empty, and with one or each of the values that the items may have; structs: bare and full."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [_struct(kind, around, full=False), _struct(kind, around, full=True)]
    inner = get_args(kind)
    if not inner:
        return [{}]
    items = [value for value in candidates(inner[0], around) if value is not None]
    many: list[Any] = [[], *([item] for item in items), items, items * 3]
    return many if getattr(kind, "__origin__", list) is list else [tuple(value) for value in many]


def _struct(kind: type[msgspec.Struct], around: Literals, *, full: bool) -> msgspec.Struct:
    values = {}
    for field in msgspec.structs.fields(kind):
        choices = [value for value in candidates(field.type, around) if value is not None]
        if full or field.required:
            values[field.name] = choices[0]
    return kind(**values)


def plain_event(event_type: type[Event]) -> Event:
    """An event of this type with only what it must have."""
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(event_type):
        if field.required:
            values[field.name] = _any_value(field, event_type)
    for name in event_type.REQUIRES:
        values.setdefault(name, "x")
    return event_type(**values)


def _any_value(field: msgspec.structs.FieldInfo, event_type: type[Event]) -> Any:
    symbols = event_type.ENUMS.get(field.name, ())
    return candidates(field.type, Literals((), ()), symbols)[0]


def of_event(event_type: type[Event], paths: Iterable[Path], around: Literals) -> Choices:
    """The values of an event's fields that ``paths`` name, null among them where it may be."""
    hints = kinds(event_type)
    named = [path[1] for path in paths if path[0] == "event" and len(path) > 1 and path[1] in hints]
    return {
        name: candidates(
            hints[name], around, event_type.ENUMS.get(name, ()), 10 ** event_type.UNITS.get(name, ("", 0))[1]
        )
        for name in named
    }


def of_patient(paths: Iterable[Path], around: Literals) -> Choices:
    """The facts about a patient that ``paths`` name, unknown among them."""
    named = {path[1] for path in paths if path[0] == "patient" and len(path) > 1}
    if "age_years" in named:
        named |= {"age", "age_unit"}
    hints = kinds(PatientFacts)
    return {
        name: candidates(hints[name], around, ("d", "mo", "a") if name == "age_unit" else ())
        for name in PatientFacts.__struct_fields__
        if name in named
    }


def picked(choices: Choices) -> Iterator[dict[str, Any]]:
    """The combinations of choices, by name."""
    for values in combined(list(choices.values())):
        yield dict(zip(choices, values, strict=True))


def count(choices: Sequence[Sequence[Any]]) -> int:
    """How many combinations there are."""
    return math.prod(len(values) for values in choices)


def combined(choices: Sequence[Sequence[Any]], limit: int = LIMIT) -> Iterator[tuple[Any, ...]]:
    """All combinations of one value of each; when they are too many, an even choice of them, the same each time."""
    total = count(choices)
    if total <= limit:
        yield from product(*choices)
        return
    step = total // limit | 1
    for number in range(0, total, step):
        yield _combination(choices, number)


def _combination(choices: Sequence[Sequence[Any]], number: int) -> tuple[Any, ...]:
    picked = []
    for values in choices:
        number, index = divmod(number, len(values))
        picked.append(values[index])
    return tuple(picked)


def own_fields(event_type: type[Event]) -> list[str]:
    """The fields of an event that are not of the envelope."""
    return [name for name in event_type.__struct_fields__ if name not in ENVELOPE_SET]
