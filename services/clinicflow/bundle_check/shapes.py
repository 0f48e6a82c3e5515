"""The shape of plain data: which keys a mapping has and what stands under them. All faults are found, not the first."""

from collections.abc import Callable, Mapping
from typing import Any

from clinicflow.bundle_check.problems import Place, Report, unknown
from clinicflow.errors import InvalidBundle

Shape = Callable[[Any, Place, Report], None]


def _expect(what: str, fits: Callable[[Any], bool]) -> Shape:
    def shape(value: Any, place: Place, report: Report) -> None:
        if not fits(value):
            report.error(place, f"Expected {what}, but got {_shown(value)}")

    return shape


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping | list):
        return "a mapping" if isinstance(value, Mapping) else "a list"
    return repr(value)


anything: Shape = _expect("anything", lambda value: True)
text: Shape = _expect("a text", lambda value: isinstance(value, str) and value.strip() != "")
flag: Shape = _expect("true or false", lambda value: isinstance(value, bool))
whole: Shape = _expect("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool))
a_list: Shape = _expect("a list", lambda value: isinstance(value, list))
identifier: Shape = _expect(
    "an id of small letters, digits, '-', '_' and '.'",
    lambda value: (
        isinstance(value, str)
        and value != ""
        and all(char.isascii() and (char.islower() or char.isdigit() or char in "-_.") for char in value)
    ),
)


def parsed(parse: Callable[[Any], Any]) -> Shape:
    """Whatever ``parse`` takes without raising ``InvalidBundle``."""

    def shape(value: Any, place: Place, report: Report) -> None:
        try:
            parse(value)
        except InvalidBundle as error:
            report.error(place, str(error))

    return shape


def one_of(*names: str) -> Shape:
    """One of these words."""
    return _expect(f"one of {', '.join(names)}", lambda value: value in names)


def either(test: Callable[[Any], bool], first: Shape, second: Shape) -> Shape:
    """``first`` for values that pass the test, else ``second``."""

    def shape(value: Any, place: Place, report: Report) -> None:
        (first if test(value) else second)(value, place, report)

    return shape


def many(item: Shape, *, at_least: int = 0) -> Shape:
    """A list of such items."""

    def shape(value: Any, place: Place, report: Report) -> None:
        a_list(value, place, report)
        if isinstance(value, list):
            if len(value) < at_least:
                report.error(place, f"Expected at least {at_least} item, but got {len(value)}")
            for index, inner in enumerate(value):
                item(inner, (*place, index), report)

    return shape


def one_or_many(item: Shape, *, at_least: int = 0) -> Shape:
    """One such item, or a list of them."""
    return either(lambda value: isinstance(value, list), many(item, at_least=at_least), item)


def mapping(inner: Shape, key: Shape = anything) -> Shape:
    """A mapping with any keys, and such values."""

    def shape(value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, Mapping):
            report.error(place, f"Expected a mapping, but got {_shown(value)}")
            return
        for name, below in value.items():
            key(name, (*place, name), report)
            inner(below, (*place, name), report)

    return shape


def fields(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None, *, open_: bool = False) -> Shape:
    """A mapping with these keys and, unless ``open_``, no others."""
    known = {**required, **(optional or {})}

    def shape(value: Any, place: Place, report: Report) -> None:
        if not isinstance(value, Mapping):
            report.error(place, f"Expected a mapping with {', '.join(required) or 'keys'}, but got {_shown(value)}")
            return
        for name in required:
            if name not in value:
                report.error(place, f"Expected the key {name!r}, but it is missing")
        for name, inner in value.items():
            if name in known:
                known[name](inner, (*place, name), report)
            elif not open_:
                report.error((*place, name), unknown("key", name, known))

    return shape


def also(shape: Shape, check: Shape) -> Shape:
    """``check`` as well, where a value has this form."""

    def both(value: Any, place: Place, report: Report) -> None:
        before = report.errors
        shape(value, place, report)
        if report.errors == before:
            check(value, place, report)

    return both
