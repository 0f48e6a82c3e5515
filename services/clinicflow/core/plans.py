"""What an agent's rules make of each type of event, prepared when a bundle is compiled so that a step looks up once."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.cel import Fields
from clinicflow.core.cel_paths import Path
from clinicflow.core.rule_forms import parse_rule
from clinicflow.core.rules import REVIEW, TASK_FACTS, Condition, Expression, Fact, Rule
from clinicflow.core.visit import LAW
from clinicflow.events import EVENT_TYPES

Facts = tuple[tuple[Rule, str, Fact], ...]

_OF_TASKS = frozenset({"task-cosigned", "task-permission-checked"})
COMMON = frozenset({"bundle-migrated", "event-voided", "timer-fired", *_OF_TASKS}) | frozenset(
    name for name in EVENT_TYPES if name.startswith("task-") and name.endswith("-requested")
)
"""Types that every agent must see: corrections, timers, what persons ask of tasks and what is known of them."""

HOWS = ("done", "cancel", "begin", "hold", "resume")
"""What an event does to a task, in the order of ``TASK_FACTS``."""

TELLS_PATIENT = frozenset(name for name, event in EVENT_TYPES.items() if "patient_age" in event.__struct_fields__)
"""Types that tell facts about the patient."""


class Plan(msgspec.Struct, frozen=True):
    """What the rules of one agent make of one type of event, each part in the order of the protocols.

    ``facts`` are by the rule whose tasks the event completes, withdraws, lets begin, holds or resumes (see ``HOWS``);
    ``stops`` are by the ``waiting`` rule whose timers it stops. ``fields`` is None when nothing there has a condition.
    """

    rules: tuple[Rule, ...] = ()
    facts: dict[str, Facts] = {}
    waiting: tuple[Rule, ...] = ()
    stops: dict[str, Fact] = {}
    fields: Fields | None = None


NOTHING = Plan()
"""The plan of a type of which no rule speaks."""


class AgentRules:
    """The rules of one agent, by what happens."""

    def __init__(self, agent: Agent[Any], document: Mapping[str, Any], tables: Mapping[str, Any]) -> None:
        self.rules = tuple(_rules_of(agent.name, document, tables))
        self.by_id = {REVIEW.id: msgspec.structs.replace(REVIEW, agent=agent.name)}
        self.by_id.update({rule.id: rule for rule in self.rules})
        self.closers = {name: _closers(rule) for name, rule in self.by_id.items()}
        self.plans = _plans(self.rules)
        looked_at = frozenset((*agent.handlers, *agent.derivations, *_named(self.rules)))
        self.subscribed = _law(agent) | looked_at
        self.heard = frozenset() if agent.view is not None else (LAW | TELLS_PATIENT) & self.subscribed - looked_at
        """Types of which the agent only takes over what they say of the visit's phase and the patient."""


def _plans(rules: tuple[Rule, ...]) -> dict[str, Plan]:
    on: dict[str, list[Rule]] = {}
    facts: dict[str, dict[str, Facts]] = {}
    unless: dict[str, list[Rule]] = {}
    for rule in rules:
        _add(on, rule.on, rule)
        if rule.wait:
            _add(unless, [fact.event for fact in rule.wait.unless], rule)
        for kind, fact in _task_facts(rule):
            by_rule = facts.setdefault(fact.event, {})
            by_rule[rule.id] = (*by_rule.get(rule.id, ()), (rule, kind, fact))
    fields = _fields(rules)
    return {
        name: Plan(
            tuple(on.get(name, ())),
            facts.get(name, {}),
            tuple(unless.get(name, ())),
            {rule.id: _stop(rule, name) for rule in unless.get(name, ())},
            fields.get(name),
        )
        for name in sorted({*on, *facts, *unless, *fields})
    }


def _named(rules: tuple[Rule, ...]) -> set[str]:
    """The types that rules look at."""
    found = {name for rule in rules for name in rule.on}
    found |= {fact.event for rule in rules for _, fact in _task_facts(rule)}
    return found | {fact.event for rule in rules if rule.wait for fact in rule.wait.unless}


def _stop(rule: Rule, event_type: str) -> Fact:
    """The fact by which an event of this type ends the wait of a rule."""
    found = rule.wait.unless if rule.wait else ()
    return next(fact for fact in found if fact.event == event_type)


def _fields(rules: tuple[Rule, ...]) -> dict[str, Fields]:
    paths: dict[str, list[Path]] = {}
    for rule in rules:
        if acting := _paths(rule):
            _add(paths, ("timer-fired",) if rule.wait else rule.on, *acting)
        if rule.wait and rule.wait.since:
            _add(paths, rule.on, *(rule.wait.since.paths or [("event",)]))
        for _, fact in _task_facts(rule):
            if fact.when:
                paths.setdefault(fact.event, []).extend(fact.when.paths or [("event",)])
    return {name: Fields(EVENT_TYPES[name], found) for name, found in paths.items() if name in EVENT_TYPES}


def _add(index: dict[str, list[Any]], names: Iterable[str], *items: Any) -> None:
    for name in dict.fromkeys(names):
        index.setdefault(name, []).extend(items)


def _closers(rule: Rule) -> tuple[str, ...]:
    """The events of which one must be named as a task is counted as done; none when a person's word is enough."""
    return tuple(sorted({fact.event for fact in rule.task.done_by})) if rule.task and not rule.task.plain else ()


def _task_facts(rule: Rule) -> list[tuple[str, Fact]]:
    if rule.task is None:
        return []
    return [(how, fact) for how, key in zip(HOWS, TASK_FACTS, strict=True) for fact in getattr(rule.task, key)]


def _paths(rule: Rule) -> list[Path]:
    """The fields that a rule's conditions and expressions name; ``("event",)`` for one that names none."""
    texts: list[Condition | Expression] = [rule.when] if rule.when else []
    if rule.task:
        said = (rule.task.priority, rule.task.due.since, rule.task.meant)
        texts += [text for text in said if isinstance(text, Expression)]
    if rule.raises:
        texts.extend(expression for _, expression in rule.raises.fields)
        texts.extend([rule.raises.case] if rule.raises.case else [])
    return [path for text in texts for path in (text.paths or (("event",),))]


def _rules_of(agent: str, document: Mapping[str, Any], tables: Mapping[str, Any]) -> Iterable[Rule]:
    for protocol in document["protocols"]:
        if protocol["agent"] == agent:
            for raw in protocol["rules"]:
                yield parse_rule(raw, agent, tables, document["clinics"])


def _law(agent: Agent[Any]) -> frozenset[str]:
    """What the agent sees whatever its rules say: common types, endings of its cases, facts about its patient."""
    named = set(COMMON)
    for name, event_type in EVENT_TYPES.items():
        if event_type.ENDS in agent.kinds or ("visit" in agent.kinds and name in LAW):
            named.add(name)
        if event_type.CASE in (*agent.kinds, "any") and name in TELLS_PATIENT:
            named.add(name)
    return frozenset(named)
