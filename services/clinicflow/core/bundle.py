"""A bundle compiled for use: everything an organization decides by at one time, as lookups that cost next to nothing.

The document is plain data (see ``bundle_files`` for its files), immutable and hashed. Compiling it parses rules,
compiles their conditions and prepares what ``step()`` asks for on every event.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.cel import Fields
from clinicflow.core.hours import ClinicHours, Zone
from clinicflow.core.people import People
from clinicflow.core.plans import NOTHING, AgentRules, Facts, Plan
from clinicflow.core.rules import DueSpec, Rule, Span, rung
from clinicflow.core.scope import Decision, Person, clinic_scope
from clinicflow.core.staffing import Staffing
from clinicflow.core.standing import Known
from clinicflow.errors import InvalidBundle

__all__ = ["Bundle", "Decision", "Person", "bundle_hash", "compile_bundle"]


def bundle_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the document as JSON with sorted keys: the same content, the same hash."""
    return hashlib.sha256(msgspec.json.encode(document, order="deterministic")).hexdigest()


def compile_bundle(document: Mapping[str, Any], number: int, agents: Mapping[str, Agent[Any]]) -> "Bundle":
    """Compile a document that has passed the checks. Protocols of agents that are not given are left out.

    Raises ``InvalidBundle`` when a rule cannot be compiled.
    """
    return Bundle(document, number, agents)


class Bundle:
    """One compiled bundle of one organization. Nothing in it changes."""

    def __init__(self, document: Mapping[str, Any], number: int, agents: Mapping[str, Agent[Any]]) -> None:
        self.number = number
        self.org_id: str = document["org"]
        self.languages: tuple[str, ...] = tuple(document["languages"])
        self.clinics: dict[str, dict[str, Any]] = dict(document["clinics"])
        self.staff_all: dict[str, dict[str, Any]] = dict(document["staff"])
        self.feeds: dict[str, dict[str, Any]] = dict(document["feeds"])
        self.work: dict[str, str] = dict(document.get("work", {}))
        """The kind of work of each activity: clinical, administrative or other."""
        self.scope = clinic_scope(document)
        self._hours = self.scope.hours
        self._tables = tables_by_clinic(document)
        self._timed = {name: hours for name, hours in self._hours.items() if not hours.wall}
        self._places = {name: (clinic, self._tables[name]) for name, clinic in self.clinics.items()}
        self.staffing = Staffing(self.staff_all, self._hours, self.scope.supervising)
        self._rooms = {room["id"]: (name, room) for name, clinic in self.clinics.items() for room in clinic["rooms"]}
        self._agents = {name: AgentRules(agent, document, self._tables) for name, agent in sorted(agents.items())}
        self.subscriptions = {name: rules.subscribed for name, rules in self._agents.items()}
        self.plans = {name: rules.plans for name, rules in self._agents.items()}
        self.heard = {name: rules.heard for name, rules in self._agents.items()}
        """By agent the types of which it only hears what they say of the visit and the patient."""
        self.types = frozenset().union(*self.subscriptions.values())

    def clinic(self, clinic_id: str) -> dict[str, Any]:
        """The clinic's part of the document; only its id for a clinic that is not in it."""
        return self.clinics.get(clinic_id) or {"id": clinic_id}

    def zone(self, clinic_id: str) -> Zone:
        """The clinic's time zone (UTC for a clinic that is not in the bundle)."""
        hours = self._hours.get(clinic_id)
        return hours.zone if hours else Zone([(0, 0)])

    def hours(self, clinic_id: str) -> ClinicHours | None:
        """Opening hours of a clinic."""
        return self._hours.get(clinic_id)

    def room(self, room_id: str) -> dict[str, Any] | None:
        """A room by id, with its clinic's id under ``clinic``."""
        found = self._rooms.get(room_id)
        return {**found[1], "clinic": found[0]} if found else None

    def staff(self, staff_id: str) -> dict[str, Any] | None:
        """A member of staff by id."""
        return self.staff_all.get(staff_id)

    def person(self, staff_id: str, clinic_id: str, at: int) -> Person | None:
        """A member of staff as a request is stamped: credentials, on shift, supervisors on site; None if unknown."""
        return self.staffing.person(staff_id, clinic_id, at)

    def people(self, clinic_id: str, known: Known) -> People:
        """The people at a clinic, with what events have told of them beside the bundle."""
        return People(self.staffing, self.staff_all, clinic_id, known)

    def table(self, name: str, clinic_id: str) -> dict[str, Any]:
        """A table with the clinic's own values over it; empty when there is no such table."""
        found: dict[str, Any] = self.tables(clinic_id).get(name, {})
        return found

    def place(self, clinic_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The clinic's part of the document and all tables for it, at once."""
        return self._places.get(clinic_id) or ({"id": clinic_id}, self._tables[""])

    def tables(self, clinic_id: str) -> dict[str, Any]:
        """All tables for a clinic, by name."""
        return self._tables.get(clinic_id) or self._tables[""]

    def subscribed(self, agent: str) -> frozenset[str]:
        """The types that an agent must see: handled, in its rules, or common to all."""
        return self.subscriptions[agent]

    def plan(self, agent: str, event_type: str) -> Plan:
        """All that an agent's rules make of an event of this type: what ``step()`` asks for first."""
        return self.plans[agent].get(event_type, NOTHING)

    def rules_on(self, agent: str, event_type: str) -> tuple[Rule, ...]:
        """The rules that look at an event of this type, in the order of the protocols."""
        return self.plan(agent, event_type).rules

    def facts_on(self, agent: str, event_type: str) -> Facts:
        """The rules whose tasks such an event completes ("done") or withdraws ("cancel"), with the fact."""
        return tuple([found for each in self.plan(agent, event_type).facts.values() for found in each])

    def waits_unless(self, agent: str, event_type: str) -> tuple[Rule, ...]:
        """The waiting rules whose timers such an event stops."""
        return self.plan(agent, event_type).waiting

    def fields_on(self, agent: str, event_type: str) -> Fields | None:
        """What ``context()`` must hold for this agent on such an event; None when nothing there has a condition."""
        return self.plan(agent, event_type).fields

    def rule(self, agent: str, rule_id: str) -> Rule:
        """A rule by id; ``InvalidBundle`` when there is none."""
        try:
            return self._agents[agent].by_id[rule_id]
        except KeyError as error:
            raise InvalidBundle(
                f"Expected a rule of agent {agent}, but bundle {self.number} has no {rule_id}"
            ) from error

    def has_rule(self, agent: str, rule_id: str) -> bool:
        """Whether the bundle has this rule (a case may carry tasks of an older one)."""
        return agent in self._agents and rule_id in self._agents[agent].by_id

    def rules_of(self, agent: str) -> tuple[Rule, ...]:
        """All rules of an agent, in order."""
        return self._agents[agent].rules

    def closing_event(self, agent: str, rule_id: str) -> list[str]:
        """The types whose arrival completes a task of this rule."""
        return list(self.closers(agent, rule_id))

    def closers(self, agent: str, rule_id: str) -> tuple[str, ...]:
        """The same, as it was prepared."""
        rules = self._agents.get(agent)
        return rules.closers.get(rule_id, ()) if rules else ()

    def title(self, agent: str, rule_id: str, language: str) -> str:
        """A task's title in this language, else in the bundle's first; the rule's id when it has none."""
        task = self.rule(agent, rule_id).task if self.has_rule(agent, rule_id) else None
        titles = task.titles if task else {}
        wanted = (language, language.partition("-")[0], self.languages[0])
        return next((titles[name] for name in wanted if name in titles), rule_id)

    def due_at(self, spec: DueSpec, base: int, clinic_id: str, told: int | None) -> int:
        """When a task is due (UTC microseconds) that is made at ``base``. ``told`` is the appointment, or the time that
        the rule counts from; what would be due before the task is made is due at once."""
        if spec.closing:
            return self._told_hours(clinic_id).end_of_work(base)
        allowed = spec.by_clinic.get(clinic_id, spec.after)
        start = base if told is None else told
        if spec.since == "appointment" and allowed >= 0:
            start = max(base, start)
        return max(base, self.reach(spec, start, clinic_id))

    def reach(self, span: Span, start: int, clinic_id: str) -> int:
        """The end of a span that begins at ``start``, or the moment that lies so long before it."""
        return self._later(span, start, span.by_clinic.get(clinic_id, span.after), clinic_id)

    def closing(self, instant: int, clinic_id: str) -> int:
        """When the clinic closes on the day of ``instant``; one that nobody knows closes at midnight."""
        return self._told_hours(clinic_id).closing(instant)

    def _told_hours(self, clinic_id: str) -> ClinicHours:
        return self._hours.get(clinic_id) or ClinicHours(Zone([(0, 0)]), [()] * 7)

    def escalation_at(self, rule: Rule, created_at: int, due_at: int, level: int, clinic_id: str) -> int | None:
        """When a task at ``level`` escalates to the next; None at the top of a ladder whose last step does not repeat.

        Counted from the same start and in the same hours as the due time, never before ``created_at``. When the due
        time is as the clinic closes, or is counted back, a share is one of the time until then, and a duration counts
        from it.
        """
        task = rule.task
        step = rung(task.escalation, level) if task is not None else None
        if task is None or step is None:
            return None
        allowed = task.due.micros(clinic_id)
        again = max(0, level + 1 - len(task.escalation)) * (step.repeat or 0)
        if task.due.ahead:
            if step.fraction is not None:
                share = created_at + round(step.fraction * (due_at - created_at))
                at_closing = task.due.closing and not again
                return share if at_closing else self._later(task.due, share, again, clinic_id)
            allowed = 0
        later = step.micros(allowed, clinic_id) + again - allowed
        return max(created_at, self._later(task.due, due_at, later, clinic_id))

    def _later(self, span: Span, instant: int, micros: int, clinic_id: str) -> int:
        hours = self._timed.get(clinic_id)
        if hours is None or span.hours == "wall":
            return instant + micros
        if micros < 0:
            return hours.subtract_open_time(instant, -micros)
        return hours.add_open_time(instant, micros)

    def may(self, activity: str, person: Person, clinic_id: str, at: int) -> Decision:
        """Whether scope of practice allows this person the activity at this clinic and time."""
        return self.scope.may(activity, person, clinic_id, at)


def tables_by_clinic(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Tables by clinic id, with "" for those without any clinic's own values."""
    shared: dict[str, Any] = document["tables"]
    found = {"": shared}
    for name, clinic in document["clinics"].items():
        found[name] = merged(shared, clinic["tables"]) if clinic.get("tables") else shared
    return found


def merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with the values of ``over`` put over it, mapping by mapping."""
    result = dict(base)
    for name, value in over.items():
        below = result.get(name)
        result[name] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result
