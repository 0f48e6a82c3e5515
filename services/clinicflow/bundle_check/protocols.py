"""Checks of rules: what they name exists, every task can be done and ends, nothing goes round in a circle."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.bundle_check.conditions import Trial, World, run_trial
from clinicflow.bundle_check.matching import check_matches, check_meant
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.times import check_due, check_escalation, check_wait
from clinicflow.bundle_check.where import check_where, world_of
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import tables_by_clinic
from clinicflow.core.cel import Condition, Expression, compile_program
from clinicflow.core.event import Event
from clinicflow.core.rule_forms import parse_meant, parse_rule
from clinicflow.core.rules import PRIORITIES, REVIEW, ROLES, TASK_FACTS, Rule
from clinicflow.core.staffing import CREDENTIALS
from clinicflow.errors import InvalidBundle
from clinicflow.events import EVENT_TYPES

Agents = Mapping[str, Agent[Any]]
Raw = Mapping[str, Any]

A_TIME = ("timer-fired", "due_at")
"""A field that holds a time which is never missing: what gives one must fit it."""

A_PERSON = ("task-delegate-requested", "actor_id")
"""A field that names a person, or nobody."""


def check_protocols(document: Raw, agents: Agents, report: Report) -> list[tuple[Place, Rule]]:
    """Check all rules; the answer is those that compile, with their places."""
    tables = tables_by_clinic(document)
    world = World({**document["clinics"]}, tables)
    compiled: list[tuple[Place, Rule]] = []
    for number, protocol in enumerate(document["protocols"]):
        place: Place = ("protocols", number)
        if protocol["agent"] not in agents:
            report.unknown((*place, "agent"), "agent", protocol["agent"], agents)
            continue
        _check_needs(protocol, place, document, report)
        for index, raw in enumerate(protocol["rules"]):
            at: Place = (*place, "rules", index)
            rule = _check_rule(raw, at, agents[protocol["agent"]], document, tables, report)
            if rule is not None:
                compiled.append((at, rule))
                for trial in trials(rule, at, agents[protocol["agent"]], raw):
                    run_trial(trial, world_of(rule, world), report)
    _check_ids(document, report)
    _check_cycles(compiled, report)
    return compiled


def _check_needs(protocol: Raw, place: Place, document: Raw, report: Report) -> None:
    """Packs that carry on with the work of this one must be chosen too, else it would stop half-way."""
    for index, needed in enumerate(protocol.get("needs", [])):
        if needed not in document["packs"]:
            message = f"Expected the pack {needed!r} beside this one, which carries on its work; add it to packs"
            report.error((*place, "needs", index), message)


def _check_rule(
    raw: Raw, place: Place, agent: Agent[Any], document: Raw, tables: Mapping[str, Raw], report: Report
) -> Rule | None:
    before = report.errors
    for at, name in _event_names(raw, place):
        _check_event(name, at, agent, report)
    if not raw.get("task") and not raw.get("raise"):
        report.error(place, "Expected a task or a raise, but the rule does neither")
    check_where(raw, place, document, report)
    check_matches(raw, place, agent, report)
    for at, source in _sources(raw, place):
        _check_compiles(source, at, report)
    if raw.get("wait"):
        check_wait(raw["wait"], (*place, "wait"), tables, document["clinics"], report)
    if raw.get("task"):
        _check_task(raw["task"], (*place, "task"), document, tables, report)
        check_meant(raw["task"], (*place, "task"), report)
    if raw.get("raise"):
        _check_raise(raw["raise"], (*place, "raise"), report)
    if report.errors > before:
        return None
    rule = parse_rule(raw, agent.name, tables, document["clinics"])
    check_escalation(rule, place, document["clinics"], report)
    return rule


def _event_names(raw: Raw, place: Place) -> list[tuple[Place, str]]:
    """(place, name) of every event that a rule waits for."""
    found = _listed(raw["on"], (*place, "on"))
    for part, key in (("wait", "unless"), *(("task", each) for each in TASK_FACTS)):
        for at, fact in _listed((raw.get(part) or {}).get(key, []), (*place, part, key)):
            found.append((at, fact) if isinstance(fact, str) else ((*at, "event"), fact["event"]))
    return found


def _listed(value: Any, place: Place) -> list[tuple[Place, Any]]:
    if isinstance(value, list):
        return [((*place, index), item) for index, item in enumerate(value)]
    return [(place, value)]


def _check_event(name: str, place: Place, agent: Agent[Any], report: Report) -> None:
    if name not in EVENT_TYPES:
        report.unknown(place, "event", name, EVENT_TYPES)
    elif EVENT_TYPES[name].CASE not in (*agent.kinds, "any"):
        kinds = " or ".join(sorted(agent.kinds))
        reason = f"but agent {agent.name} looks at cases of kind {kinds} only"
        report.error(
            place, f"Expected an event that reaches the agent: {name} is about a {EVENT_TYPES[name].CASE}, {reason}"
        )


def _sources(raw: Raw, place: Place) -> list[tuple[Place, str]]:
    """(place, text) of every CEL text of a rule."""
    task, raised = raw.get("task") or {}, raw.get("raise") or {}
    found = [((*place, "when"), raw.get("when"))]
    found.append(((*place, "task", "priority_from"), task.get("priority_from")))
    if task.get("priority") not in (None, "routine", "urgent", "asap", "stat"):
        found.append(((*place, "task", "priority"), task["priority"]))
    if task.get("for"):
        found.append(((*place, "task", "for"), parse_meant(task["for"])[0]))
    found += [((*place, "raise", "fields", name), text) for name, text in raised.get("fields", {}).items()]
    found.append(((*place, "raise", "case"), raised.get("case")))
    for key in TASK_FACTS:
        for at, fact in _listed(task.get(key, []), (*place, "task", key)):
            found.append(((*at, "when"), fact.get("when") if isinstance(fact, Mapping) else None))
    return [(at, text) for at, text in found if text is not None]


def _check_compiles(source: str, place: Place, report: Report) -> None:
    try:
        compile_program(source)
    except InvalidBundle as error:
        report.error(place, str(error))


def _check_task(raw: Raw, place: Place, document: Raw, tables: Mapping[str, Raw], report: Report) -> None:
    if raw["activity"] not in document["activities"]:
        report.unknown((*place, "activity"), "activity", raw["activity"], document["activities"])
    steps = [(("escalation", index, "to"), step["to"]) for index, step in enumerate(raw.get("escalation", []))]
    for at, roles in [(("roles",), raw["roles"]), *steps]:
        for inner, role in _listed(roles, (*place, *at)):
            if role not in ROLES:
                report.unknown(inner, "role", role, ROLES)
    if raw.get("credential", "any") not in CREDENTIALS:
        report.unknown((*place, "credential"), "credential", raw["credential"], CREDENTIALS)
    for language in document["languages"]:
        if language not in raw["title"]:
            report.error(
                (*place, "title"), f"Expected a title in {language!r}, a language of the bundle, but there is none"
            )
    for key in ("priority", "priority_from"):
        if raw.get(key, "stat").isidentifier() and raw.get(key, "stat") not in PRIORITIES:
            report.unknown((*place, key), "priority", raw[key], PRIORITIES)
    check_due(raw["due"], (*place, "due"), tables, document["clinics"], report)
    _check_end(raw, place, report)


def _check_end(raw: Raw, place: Place, report: Report) -> None:
    """A critical or two-person task ends by what persons tell; an event that a program makes names nobody."""
    if raw.get("critical") and not raw.get("done_by"):
        report.error(
            place, "Expected done_by: a critical task ends only by an event in which a permitted person takes charge"
        )
    for key in ("waits_for", "held_by"):
        if raw.get("critical") and raw.get(key):
            report.error(place, f"Expected a critical task that begins at once, but one with {key} does not escalate")
    if bool(raw.get("held_by")) != bool(raw.get("resumed_by")):
        has, lacks = ("held_by", "resumed_by") if raw.get("held_by") else ("resumed_by", "held_by")
        report.error(place, f"Expected held_by and resumed_by together, but there is {has} without {lacks}")
    if not (raw.get("critical") or raw.get("two_person")):
        return
    for at, fact in _listed(raw.get("done_by", []), (*place, "done_by")):
        name = fact["event"] if isinstance(fact, Mapping) else fact
        if name in EVENT_TYPES and EVENT_TYPES[name].BY not in ("person", "feed"):
            kind = "critical" if raw.get("critical") else "two-person"
            report.error(
                at, f"Expected an event that a person tells: {name} names nobody, so a {kind} task never ends by it"
            )


def _check_raise(raw: Raw, place: Place, report: Report) -> None:
    event_type = EVENT_TYPES.get(raw["event"])
    if event_type is None:
        report.unknown((*place, "event"), "event", raw["event"], EVENT_TYPES)
        return
    if event_type.BY != "derived":
        report.error((*place, "event"), f"Expected a derived event, but {raw['event']} comes from a {event_type.BY}")
    given = raw.get("fields", {})
    own = set(event_type.__struct_fields__) - set(Event.__struct_fields__)
    for name in given:
        if name not in own:
            report.unknown((*place, "fields", name), f"field of {raw['event']}", name, own)
    needed = {field.name for field in msgspec.structs.fields(event_type) if field.required} & own
    for name in sorted(needed - set(given)):
        report.error(place, f"Expected the field {name!r}, which every {raw['event']} has, but it is missing")


def trials(rule: Rule, place: Place, agent: Agent[Any], raw: Raw) -> list[Trial]:
    """Everything of a rule that is evaluated, and on which events."""
    types = ("timer-fired",) if rule.wait else rule.on
    found = []
    if rule.when:
        found.append(Trial((*place, "when"), agent, types, rule.when))
    if rule.wait and rule.wait.since:
        found.append(Trial((*place, "wait", "from"), agent, rule.on, rule.wait.since, field=A_TIME))
    if rule.task:
        if isinstance(rule.task.due.since, Expression):
            found.append(
                Trial((*place, "task", "due", "from"), agent, types, rule.task.due.since, rule.when, field=A_TIME)
            )
        if isinstance(rule.task.priority, Expression):
            key = "priority_from" if "priority_from" in raw["task"] else "priority"
            found.append(Trial((*place, "task", key), agent, types, rule.task.priority, rule.when))
        if rule.task.meant:
            found.append(Trial((*place, "task", "for"), agent, types, rule.task.meant, rule.when, field=A_PERSON))
        for key in TASK_FACTS:
            found += [
                _fact_trial(place, key, index, agent, fact.event, fact.when)
                for index, fact in enumerate(getattr(rule.task, key))
                if fact.when
            ]
    if rule.raises:
        for name, text in rule.raises.fields:
            at = (*place, "raise", "fields", name)
            found.append(Trial(at, agent, types, text, rule.when, (rule.raises.event, name)))
        if rule.raises.case:
            at = (*place, "raise", "case")
            found.append(Trial(at, agent, types, rule.raises.case, rule.when, (rule.raises.event, "case_id")))
    return found


def _fact_trial(place: Place, key: str, index: int, agent: Agent[Any], event: str, when: Condition) -> Trial:
    return Trial((*place, "task", key, index, "when"), agent, (event,), when)


def _check_ids(document: Raw, report: Report) -> None:
    seen: dict[tuple[str, str], Place] = {}
    for number, protocol in enumerate(document["protocols"]):
        for index, rule in enumerate(protocol["rules"]):
            key = (protocol["agent"], rule["id"])
            at: Place = ("protocols", number, "rules", index, "id")
            if rule["id"] == REVIEW.id:
                report.error(at, f"Expected another id: {REVIEW.id} is the task made when a rule fails")
            if key in seen:
                report.error(
                    at,
                    f"Expected a rule id once for agent {key[0]}, but {key[1]!r} is also at {report.where(seen[key])}",
                )
            seen.setdefault(key, at)


def _check_cycles(compiled: Sequence[tuple[Place, Rule]], report: Report) -> None:
    """Raised events must not lead back to themselves: an event would make events for ever."""
    raised: dict[str, set[str]] = {}
    for _, rule in compiled:
        if rule.raises:
            for name in rule.on:
                raised.setdefault(name, set()).add(rule.raises.event)
    for place, rule in compiled:
        if rule.raises and any(name in _reached(rule.raises.event, raised) for name in rule.on):
            chain = f"{' or '.join(rule.on)} raises {rule.raises.event}"
            report.error((*place, "raise"), f"Expected no circle, but {chain}, which leads back to it")


def _reached(start: str, raised: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(sorted(raised.get(name, ())))
    return found
