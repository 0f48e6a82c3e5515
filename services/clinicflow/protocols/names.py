"""Names that a scenario uses: a check for what does not exist would hold for ever and prove nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from clinicflow.bundle_check.problems import unknown
from clinicflow.core.rules import REVIEW
from clinicflow.events import EVENT_TYPES
from clinicflow.protocols.scenario import Scenario

Document = Mapping[str, Any]


def unknown_names(scenario: Scenario, document: Document) -> Iterator[str]:
    """A sentence for each clinic, rule and event of a scenario that neither the bundle nor its steps know."""
    if scenario.clinic not in document["clinics"]:
        yield unknown("clinic", scenario.clinic, document["clinics"])
    rules = _rules(document["protocols"]) | _changed_rules(scenario)
    yield from (unknown("rule", name, rules) for name in scenario.rules if name not in rules)
    known = rules | {name.rpartition("/")[2] for name in rules} | {REVIEW.id}
    for turn in scenario.turns:
        for step in turn.when:
            yield from _unknown((step.of,), (step.event,), known)
        for check in turn.then:
            yield from _unknown((check.task, check.no_task), (check.event, check.no_event), known)


def _unknown(named: Sequence[str | None], events: Sequence[str | None], rules: Collection[str]) -> Iterator[str]:
    yield from (unknown("rule", name, rules) for name in named if name is not None and name not in rules)
    yield from (unknown("event", name, EVENT_TYPES) for name in events if name is not None and name not in EVENT_TYPES)


def _rules(protocols: Sequence[Document]) -> set[str]:
    return {f"{each['agent']}/{rule['id']}" for each in protocols for rule in each["rules"]}


def _changed_rules(scenario: Scenario) -> set[str]:
    """The rules of bundles that come into force on the way."""
    changes = [step.from_now.get("rules", {}) for turn in scenario.turns for step in turn.when if step.from_now]
    return {f"{agent}/{rule['id']}" for each in changes for agent, rules in each.items() for rule in rules}
