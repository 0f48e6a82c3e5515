"""Where a rule holds: the jurisdictions and settings that it names must exist, though no clinic need be of them."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.conditions import World
from clinicflow.bundle_check.problems import Place, Report, unknown
from clinicflow.core.rules import Rule
from clinicflow.core.scope import covers

Raw = Mapping[str, Any]


def check_where(raw: Raw, place: Place, document: Raw, report: Report) -> None:
    """A misspelt name would leave the rule out of every clinic without a word."""
    own = {clinic["jurisdiction"] for clinic in document["clinics"].values()}
    known = {name for name in document["scope"] if name != "*"} | own
    for at, name in _named(raw, place, "jurisdictions"):
        if not any(covers(name, narrow) or covers(narrow, name) for narrow in known):
            report.unknown(at, "jurisdiction", name, known)
    settings = _settings(document)
    for at, name in _named(raw, place, "settings"):
        if name not in settings:
            report.warning(at, unknown("setting", name, settings))


def world_of(rule: Rule, world: World) -> World:
    """The clinics on which a rule is tried: those where it holds, or all when it holds at none of this network."""
    if not rule.clinics:
        return world
    return World({name: clinic for name, clinic in world.clinics.items() if name in rule.clinics}, world.tables)


def _named(raw: Raw, place: Place, key: str) -> list[tuple[Place, str]]:
    value = raw.get(key, [])
    if isinstance(value, str):
        return [((*place, key), value)]
    return [((*place, key, index), name) for index, name in enumerate(value)]


def _settings(document: Raw) -> set[str]:
    found = {clinic["setting"] for clinic in document["clinics"].values() if clinic.get("setting")}
    for rules in document["scope"].values():
        for rule in rules:
            value = rule.get("setting") or []
            found |= {value} if isinstance(value, str) else set(value)
    return found
