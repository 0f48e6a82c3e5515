"""A small bundle document for tests of the core: one clinic, a few people, whatever rules the test gives."""

from collections.abc import Mapping, Sequence
from typing import Any

DAY_AND_NIGHT = {"daily": "00:00-24:00"}


def document(
    rules: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    tables: Mapping[str, Any] | None = None,
    scope: Sequence[Mapping[str, Any]] | None = None,
    activities: Mapping[str, Sequence[str]] | None = None,
    clinic: Mapping[str, Any] | None = None,
    staff: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The document of org ``demo`` with ``rules`` by agent; without ``scope`` everybody may do every activity."""
    rules = rules or {}
    named = {"review-rule-error"} | {
        rule["task"]["activity"] for found in rules.values() for rule in found if rule.get("task")
    }
    return {
        "org": "demo",
        "name": "Small network",
        "languages": ["en"],
        "packs": ["core"],
        "clinics": {"north": _clinic(clinic or {})},
        "staff": {person["id"]: dict(person) for person in staff},
        "feeds": {},
        "protocols": [
            {"protocol": agent, "agent": agent, "version": 1, "owner": "test", "source": "test", "rules": list(found)}
            for agent, found in sorted(rules.items())
        ],
        "tables": dict(tables or {}),
        "scope": {"*": list(scope) if scope is not None else [_everything(named)]},
        "activities": {name: list((activities or {}).get(name, [])) for name in sorted({*named, *(activities or {})})},
        "work": dict.fromkeys({*named, *(activities or {})}, "clinical"),
        "zones": {"UTC": [[0, 0]]},
    }


def _clinic(over: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": "north",
        "name": "North",
        "zone": "UTC",
        "jurisdiction": "US-CA",
        "hours": DAY_AND_NIGHT,
        "holidays": [],
        "rooms": [{"id": "n-1", "name": "Room 1", "type": "exam"}],
        **over,
    }


def _everything(activities: set[str]) -> dict[str, Any]:
    return {
        "id": "anybody-anything",
        "role": ["*"],
        "activities": sorted(activities),
        "decision": "allowed",
        "valid_from": "2020-01-01",
        "source": "test",
    }


def task(activity: str = "take-vitals", **over: Any) -> dict[str, Any]:
    """The task of a rule, for assistants, due in five minutes."""
    return {"activity": activity, "roles": ["MA"], "credential": "any", "due": {"after": "PT5M"}, "title": {}, **over}
