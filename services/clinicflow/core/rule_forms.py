"""Rules from their YAML form: texts become durations, conditions, facts and steps, looked up for each clinic."""

from collections.abc import Mapping
from typing import Any

from clinicflow.core.cel import Condition, Expression
from clinicflow.core.durations import parse_duration, parse_fraction
from clinicflow.core.hours import opening_day
from clinicflow.core.rules import PRIORITIES, TASK_FACTS, DueSpec, EscalationStep, Fact, RaiseSpec, Rule, TaskSpec, Wait
from clinicflow.core.scope import covers
from clinicflow.errors import InvalidBundle
from clinicflow.events import EVENT_TYPES

MOMENTS = ("occurred", "appointment")
"""Times that a due time counts from by their name; any other text is an expression."""


def parse_rule(
    raw: Mapping[str, Any], agent: str, tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]
) -> Rule:
    """A rule from its YAML form. ``tables`` are the due times' tables by clinic id ("" for all), see ``Bundle``.

    Raises ``InvalidBundle`` with what was expected.
    """
    when = raw.get("when")
    wait = parse_wait(raw["wait"], tables, clinics) if raw.get("wait") else None
    task = _task(raw["task"], tables, clinics) if raw.get("task") else None
    return Rule(
        id=raw["id"],
        agent=agent,
        on=_names(raw["on"]),
        when=Condition(when) if when is not None else None,
        after_end=raw.get("after_end", False),
        wait=wait,
        task=task,
        raises=_raise(raw["raise"]) if raw.get("raise") else None,
        clinics=clinics_of(raw, clinics),
        about=_about(wait, task),
    )


def _about(wait: Wait | None, task: TaskSpec | None) -> tuple[str, ...]:
    facts = list(wait.unless if wait else ())
    facts += [fact for key in TASK_FACTS for fact in getattr(task, key, ())]
    return tuple(sorted({name for fact in facts for _, name in fact.match}))


def clinics_of(raw: Mapping[str, Any], clinics: Mapping[str, Any]) -> frozenset[str] | None:
    """The clinics where a rule holds: of its ``jurisdictions`` and ``settings``; None when it says neither."""
    where, kinds = raw.get("jurisdictions"), raw.get("settings")
    if where is None and kinds is None:
        return None
    return frozenset(
        name
        for name, clinic in clinics.items()
        if (where is None or any(covers(wide, clinic["jurisdiction"]) for wide in _names(where)))
        and (kinds is None or clinic.get("setting") in _names(kinds))
    )


def parse_wait(raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]) -> Wait:
    """A wait: its length as of due times, by the clock unless it says clinic hours."""
    since = Expression(raw["from"]) if raw.get("from") else None
    hours = raw.get("hours", "wall")
    after, by_clinic = _span(raw, hours, tables, clinics)
    unless, closing = _facts(raw.get("unless", ())), raw.get("until") == "closing"
    return Wait(after, by_clinic, hours, unless=unless, since=since, closing=closing)


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _task(raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]) -> TaskSpec:
    due = parse_due(raw["due"], tables, clinics)
    meant, only = parse_meant(raw.get("for"))
    return TaskSpec(
        activity=raw["activity"],
        roles=_names(raw["roles"]),
        credential=raw.get("credential", "any"),
        due=due,
        priority=parse_priority(raw),
        done_by=_facts(raw.get("done_by", ())),
        cancelled_by=_facts(raw.get("cancelled_by", ())),
        waits_for=_facts(raw.get("waits_for", ())),
        held_by=_facts(raw.get("held_by", ())),
        resumed_by=_facts(raw.get("resumed_by", ())),
        survives=raw.get("survives") == "visit-end",
        critical=raw.get("critical", False),
        two_person=raw.get("two_person", False),
        language=raw.get("language") == "patient",
        plain=raw.get("plain", False),
        meant=Expression(meant) if meant else None,
        only=only,
        escalation=tuple(parse_step(step, due.hours, clinics) for step in raw.get("escalation", ())),
        titles=dict(raw.get("title", {})),
    )


def parse_priority(raw: Mapping[str, Any]) -> str | Expression:
    """A fixed priority, or the expression that says it (``priority_from``, or a ``priority`` that is no fixed one)."""
    if "priority_from" in raw:
        return Expression(raw["priority_from"])
    priority = raw.get("priority", "routine")
    return priority if priority in PRIORITIES else Expression(priority)


def parse_due(raw: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]) -> DueSpec:
    """The due time, looked up in its table for each clinic when it names one. In clinic hours a day is an open day."""
    since, hours = raw.get("from", "occurred"), raw.get("hours", "clinic")
    if raw.get("until") == "closing":
        return DueSpec(0, hours=hours, closing=True)
    after, by_clinic = _span(raw, hours, tables, clinics)
    return DueSpec(after, by_clinic, hours, since=since if since in MOMENTS else Expression(since))


def _span(
    raw: Mapping[str, Any], hours: str, tables: Mapping[str, Mapping[str, Any]], clinics: Mapping[str, Any]
) -> tuple[int, dict[str, int]]:
    """A length of time and that of each clinic: ``after`` or ``before``, or what a table says under a key."""
    table = raw.get("table")
    shared = _directed(raw) if table is None else _looked_up(tables[""], table, raw["key"])
    own = {
        clinic: shared if table is None else _looked_up(tables[clinic], table, raw["key"]) for clinic in sorted(clinics)
    }
    by_clinic = {clinic: sign * _length(text, hours, clinics[clinic]) for clinic, (text, sign) in own.items()}
    return shared[1] * parse_duration(shared[0]), by_clinic


def _directed(raw: Mapping[str, Any]) -> tuple[str, int]:
    """The text of a length and its direction: 1 for ``after``, -1 for ``before``."""
    if ("after" in raw) == ("before" in raw):
        raise InvalidBundle("Expected either after or before, as a time is counted in one direction")
    return (raw["after"], 1) if "after" in raw else (raw["before"], -1)


def _length(text: str, hours: str, clinic: Mapping[str, Any]) -> int:
    return parse_duration(text, *opening_day(clinic)) if hours == "clinic" else parse_duration(text)


def _looked_up(tables: Mapping[str, Any], name: str, key: str) -> tuple[str, int]:
    """``key`` of a table of times, there or under ``times``: a duration or a mapping with ``after`` or ``before``."""
    table = tables.get(name)
    if table is None:
        raise InvalidBundle(f"Expected a table of the bundle, but there is no table {name!r}")
    entry = table.get("times", table).get(key, table.get(key))
    if entry is None:
        raise InvalidBundle(f"Expected a due time for {key!r} in table {name!r}, but there is none")
    text, sign = _directed(entry) if isinstance(entry, Mapping) else (entry, 1)
    parse_duration(text)
    return text, sign


def _facts(raw: Any) -> tuple[Fact, ...]:
    return tuple(parse_fact(item) for item in ((raw,) if isinstance(raw, str | Mapping) else raw))


def parse_fact(raw: Any) -> Fact:
    """An event name, or ``{event, when, match}``."""
    if isinstance(raw, str):
        return Fact(raw)
    condition = Condition(raw["when"]) if raw.get("when") is not None else None
    return Fact(raw["event"], condition, tuple(raw.get("match", {}).items()))


def parse_meant(raw: Any) -> tuple[str | None, bool]:
    """For whom a task is: an expression, or ``{staff: expression, only: true}``; and whether for nobody else ever."""
    return (raw, False) if raw is None or isinstance(raw, str) else (raw["staff"], raw.get("only", False))


def parse_step(raw: Mapping[str, Any], hours: str = "wall", clinics: Mapping[str, Any] | None = None) -> EscalationStep:
    """``{at: 50% | PT15M, to: [roles]}``, counted in the same hours as the due time; the last may have ``repeat``."""
    roles = _names(raw["to"])
    fraction = parse_fraction(raw["at"])
    repeat = parse_duration(raw["repeat"]) if raw.get("repeat") else None
    if fraction is not None:
        return EscalationStep(fraction, None, roles, repeat=repeat)
    by_clinic = {name: _length(raw["at"], hours, clinic) for name, clinic in sorted((clinics or {}).items())}
    return EscalationStep(None, parse_duration(raw["at"]), roles, by_clinic, repeat)


def _raise(raw: Mapping[str, Any]) -> RaiseSpec:
    event_type = EVENT_TYPES.get(raw["event"])
    units = event_type.UNITS if event_type else {}
    fields = tuple(
        (name, Expression(source, 10 ** units[name][1] if name in units else None))
        for name, source in raw.get("fields", {}).items()
    )
    return RaiseSpec(raw["event"], fields, Expression(raw["case"]) if raw.get("case") else None)
