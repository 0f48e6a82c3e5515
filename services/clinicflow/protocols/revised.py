"""The next bundle of a story: what a network decides anew, put over what it had decided."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clinicflow.core.bundle import merged
from clinicflow.errors import InvalidScenario

PARTS = ("rules", "scope", "staff", "tables")


def revised(document: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The document with changes. Raises ``InvalidScenario`` for a part that a story cannot change."""
    unknown = sorted(set(changes) - set(PARTS))
    if unknown or not changes:
        raise InvalidScenario(f"expected from_now with {', '.join(PARTS)}, but got {', '.join(unknown) or 'nothing'}")
    scope = dict(document["scope"])
    for jurisdiction, rules in changes.get("scope", {}).items():
        scope[jurisdiction] = _replaced(scope.get(jurisdiction, ()), rules)
    return {
        **document,
        "scope": scope,
        "protocols": _protocols(document["protocols"], changes.get("rules", {})),
        "staff": merged(document["staff"], changes.get("staff", {})),
        "tables": merged(document["tables"], changes.get("tables", {})),
    }


def _protocols(protocols: Sequence[Mapping[str, Any]], rules: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The protocols with an agent's new rules at the end, and without those whose id they have."""
    kept: list[Mapping[str, Any]] = []
    for protocol in protocols:
        new = {rule["id"] for rule in rules.get(protocol["agent"], ())}
        kept.append({**protocol, "rules": [rule for rule in protocol["rules"] if rule["id"] not in new]})
    return kept + [{"protocol": "from-now", "agent": agent, "rules": list(own)} for agent, own in sorted(rules.items())]


def _replaced(before: Iterable[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    new = {rule["id"] for rule in own}
    return [*(rule for rule in before if rule["id"] not in new), *own]
