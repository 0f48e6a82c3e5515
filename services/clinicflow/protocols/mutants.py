"""Scenarios must be able to fail: each rule is taken out of its pack, and the scenarios that prove it must notice."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import compile_bundle
from clinicflow.least_fields import Defaults
from clinicflow.protocols.play import play
from clinicflow.protocols.scenario import Scenario

Document = Mapping[str, Any]


class Mutant(msgspec.Struct, frozen=True):
    """A rule that was taken out, and what became of the scenarios that name it: caught by some, missed by others."""

    rule: str
    caught: list[str]
    missed: list[str]


def all_rules(document: Document) -> list[str]:
    """Every rule of the bundle as ``agent/rule``, sorted."""
    return sorted(f"{each['agent']}/{rule['id']}" for each in document["protocols"] for rule in each["rules"])


def mutants(
    document: Document, agents: Mapping[str, Agent[Any]], scenarios: Sequence[Scenario], defaults: Defaults
) -> Iterator[Mutant]:
    """Each rule that a scenario names taken out in turn."""
    for rule in all_rules(document):
        named = [scenario for scenario in scenarios if rule in scenario.rules]
        if not named:
            continue
        changed = without(document, rule)
        bundle = compile_bundle(changed, 1, agents)
        fails = {each.where: not play(each, agents, bundle, defaults, changed).passes for each in named}
        yield Mutant(
            rule, [where for where, failed in fails.items() if failed], [where for where in fails if not fails[where]]
        )


def without(document: Document, rule: str) -> dict[str, Any]:
    """The document without a rule."""
    agent, _, name = rule.partition("/")
    kept = [
        {**each, "rules": [own for own in each["rules"] if own["id"] != name]} if each["agent"] == agent else each
        for each in document["protocols"]
    ]
    return {**document, "protocols": kept}
