"""How two versions of a bundle differ: rules that came, went or changed, tables, and who may do what."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import msgspec

from clinicflow.core.bundle import tables_by_clinic

Document = Mapping[str, Any]
_ABSENT = "nothing"


class Change(msgspec.Struct, frozen=True, order=True):
    """One part that differs. ``details`` are its values before and after, by the path inside it; of a part that came or
    went, what it says in short."""

    part: str
    name: str
    kind: Literal["added", "changed", "removed"]
    details: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """For people."""
        return [f"{self.kind:<8} {self.part} {self.name}", *(f"           {detail}" for detail in self.details)]


def differences(old: Document, new: Document) -> list[Change]:
    """Everything by which the rules of two documents differ, sorted."""
    found: list[Change] = []
    for part, parts_of in _PARTS.items():
        found += _compare(part, parts_of(old), parts_of(new))
    own = _own_tables(old) | _own_tables(new)
    found += _compare("table", _tables_of(old, own), _tables_of(new, own))
    return sorted(found)


def of_packs_alone(document: Document) -> Document:
    """The document without the tables that its clinics put over those of the packs."""
    clinics = {
        name: {key: value for key, value in clinic.items() if key != "tables"}
        for name, clinic in document["clinics"].items()
    }
    return {**document, "clinics": clinics}


def _own_tables(document: Document) -> set[tuple[str, str]]:
    """(clinic, table) of every table over which a clinic puts values of its own."""
    return {(name, table) for name, clinic in document["clinics"].items() for table in clinic.get("tables", ())}


def _tables_of(document: Document, own: set[tuple[str, str]]) -> dict[str, Any]:
    """Each such table as it holds at its clinic."""
    tables = tables_by_clinic(document)
    return {
        f"{table} at clinic {clinic}": tables[clinic][table] for clinic, table in own if table in tables.get(clinic, {})
    }


def _rules(document: Document) -> dict[str, Any]:
    return {f"{each['agent']}/{rule['id']}": rule for each in document["protocols"] for rule in each["rules"]}


def _scope(document: Document) -> dict[str, Any]:
    return {f"{place}/{rule['id']}": rule for place, rules in document["scope"].items() for rule in rules}


_PARTS: dict[str, Callable[[Document], dict[str, Any]]] = {
    "rule": _rules,
    "table": lambda document: dict(document["tables"]),
    "scope": _scope,
    "activity": lambda document: dict(document["activities"]),
}


def _compare(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield Change(part, name, "added", tuple(_in_short(new[name])))
        elif name not in new:
            yield Change(part, name, "removed", tuple(_in_short(old[name])))
        elif old[name] != new[name]:
            yield Change(part, name, "changed", tuple(_details(old[name], new[name])))


def _details(old: Any, new: Any) -> Iterator[str]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for path in dict.fromkeys((*before, *after)):
        was, is_now = before.get(path, _ABSENT), after.get(path, _ABSENT)
        if was != is_now:
            yield f"{path}: {was} -> {is_now}"


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value of nested mappings and lists of mappings as text, with its path; a list of words is one value."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for number, item in enumerate(value, 1):
            yield from _flat(item, f"{path}[{number}]")
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value)) or _ABSENT
    else:
        yield path, ("yes" if value else "no") if isinstance(value, bool) else str(value)


_UNTOLD = ("id", "note", "notes", "task.note", "task.title", "version", "owner", "valid_from", "checked_on")
"""What is not told of a part that came or went, by its path or the beginning of it; of titles the English one is."""


def _in_short(value: Any) -> Iterator[str]:
    for path, told in _flat(value):
        hidden = any(path == name or path.startswith(f"{name}.") for name in _UNTOLD)
        if path == "task.title.en" or not hidden:
            yield f"{path}: {told}"
