"""What conditions see: a context of plain dicts, made of only those fields that they name, nulls left out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from clinicflow.core.cel_library import Context
from clinicflow.core.cel_paths import Path
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import PatientFacts

if TYPE_CHECKING:
    from clinicflow.core.cel import Fields

PATIENT_FIELDS = (*PatientFacts.__struct_fields__, "age_years")
"""Fields of ``patient``: the facts as they came, and ``age_years``, completed years whatever the unit."""


def context(
    agent_fields: "Fields",
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


def _event(event: Event, fields: "Fields") -> dict[str, Any]:
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
        value = fact_of(patient, name)
        if value is not None:
            values[name] = value
    return values


def fact_of(patient: PatientFacts, name: str) -> Any:
    """What ``patient.name`` is in a condition; None when it is not known."""
    return age_years(patient) if name == "age_years" else getattr(patient, name, None)


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
