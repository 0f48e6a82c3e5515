"""Scope of practice: who may do which activity where, decided by dated rules with sources. No rule means not allowed.

A matching prohibition wins over everything. Else the most specific rules decide: those of the jurisdiction itself
before those of the country before those for anywhere, those for a setting before those for any. A person is allowed
when one of the deciding rules is met in full: its credentials and its supervision.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.core.durations import DAY
from clinicflow.core.hours import ClinicHours, Zone, clinic_hours, parse_day
from clinicflow.events import SiteSupervisor

DECISIONS = ("allowed", "allowed-with-supervision", "prohibited")
CONFIDENCE = ("verified", "known", "default", "unverified")
"""How sure a rule is; by an unverified one nobody may do anything."""
SUPERVISION = ("direct-visual", "same-room", "on-site", "immediately-available", "general", "telehealth", "none")
"""How near a supervisor must be. Only presence on site can be checked; the last three need nobody on site."""

KEPT = 10_000
"""How many decisions are kept."""

_NEEDS_NOBODY = frozenset({"general", "none", "telehealth"})


class Person(msgspec.Struct, frozen=True):
    """Who asks for a task, as intake stamped it into the request. ``supervisors`` are the roles then on site.

    ``open_weight`` is the weighted count of the open tasks that the person holds; None when nobody counted.
    ``ending`` are the credentials that end before the task is due. ``present`` are the others on site who may
    supervise, in the order in which they are named.
    """

    id: str
    role: str
    credentials: tuple[str, ...] = ()
    on_shift: bool = False
    supervisors: tuple[str, ...] = ()
    lead: bool = False
    languages: tuple[str, ...] = ()
    open_weight: int | None = None
    break_overdue: bool = False
    on_break: bool = False
    ending: tuple[str, ...] = ()
    present: tuple[SiteSupervisor, ...] = ()


class Decision(msgspec.Struct, frozen=True):
    """Whether a person may do an activity, by which rule, and the reason as a code and a sentence without names.

    ``supervisor_roles`` are those of which one supervises the work; none when its rule asks for no supervision.
    """

    allowed: bool
    rule_id: str | None
    code: str
    reason: str
    supervisor_roles: tuple[str, ...] = ()


class ScopeRule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. ``valid_from`` and ``valid_to`` (inclusive, None: open) are local days counted from 1970."""

    id: str
    jurisdiction: str
    roles: frozenset[str]
    activities: frozenset[str]
    decision: str
    settings: frozenset[str] = frozenset()
    credentials: tuple[str, ...] = ()
    supervision: str = "none"
    supervisor_roles: tuple[str, ...] = ()
    valid_from: int
    valid_to: int | None = None
    verified: bool = True

    @property
    def supervised_by(self) -> tuple[str, ...]:
        """The roles of which one supervises; none when it asks for no supervision."""
        return () if self.supervision == "none" else self.supervisor_roles

    def in_force(self, day: int) -> bool:
        """Whether it holds on a local day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Place(msgspec.Struct, frozen=True):
    """Where it is asked: the clinic's jurisdiction and setting, and its zone for the local day."""

    jurisdiction: str
    setting: str
    zone: Zone


class Scope:
    """All rules of a bundle, by the term that scope files use for an activity."""

    __slots__ = ("_activities", "_rules", "supervising")

    def __init__(self, rules: Sequence[ScopeRule], activities: Mapping[str, Sequence[str]]) -> None:
        self._activities = activities
        self.supervising = frozenset(role for rule in rules for role in rule.supervised_by)
        """Roles that supervise by any of the rules."""
        self._rules: dict[str, tuple[ScopeRule, ...]] = {}
        by_term: dict[str, list[ScopeRule]] = {}
        for rule in rules:
            for term in sorted(rule.activities):
                by_term.setdefault(term, []).append(rule)
        for activity in sorted(activities):
            terms = (activity, *activities[activity])
            found = {rule.id: rule for term in terms for rule in by_term.get(term, ())}
            self._rules[activity] = tuple(found.values())

    def may(self, activity: str, person: Person, place: Place | None, at: int) -> Decision:
        """Decide for an activity at a place and an instant (UTC microseconds)."""
        if place is None:
            return Decision(
                False, None, "unknown-clinic", "Expected a clinic of the bundle, but this one is not in it."
            )
        if activity not in self._activities:
            reason = f"Expected an activity that scope of practice speaks of, but it knows no {activity}."
            return Decision(False, None, "unknown-activity", reason)
        found = self._matching(activity, person.role, place, at)
        for rule in found:
            if rule.decision == "prohibited":
                reason = f"Rule {rule.id} of {rule.jurisdiction} does not allow role {person.role} to do {activity}."
                return Decision(False, rule.id, "prohibited", reason)
        if not found:
            reason = f"No rule of {place.jurisdiction} allows role {person.role} to do {activity}."
            return Decision(False, None, "no-scope-rule", reason)
        return _best(found, activity, person, place)

    def _matching(self, activity: str, role: str, place: Place, at: int) -> list[ScopeRule]:
        day = place.zone.local(at) // DAY
        return [
            rule
            for rule in self._rules[activity]
            if (role in rule.roles or "*" in rule.roles)
            and covers(rule.jurisdiction, place.jurisdiction)
            and (not rule.settings or place.setting in rule.settings)
            and (rule.verified or rule.decision == "prohibited")
            and rule.in_force(day)
        ]


def covers(wide: str, narrow: str) -> bool:
    """Whether a rule of jurisdiction ``wide`` speaks about ``narrow``: US about US-CA, ``*`` about all."""
    return wide in ("*", narrow) or narrow.startswith(wide + "-")


def _best(found: Sequence[ScopeRule], activity: str, person: Person, place: Place) -> Decision:
    top = max(_specificity(rule) for rule in found)
    refusals = []
    for rule in found:
        if _specificity(rule) == top:
            decision = _judge(rule, activity, person, place)
            if decision.allowed:
                return decision
            refusals.append(decision)
    return refusals[0]


def _specificity(rule: ScopeRule) -> tuple[int, int, int]:
    own = 0 if rule.jurisdiction == "*" else 1 + rule.jurisdiction.count("-")
    return own, len(rule.settings) > 0, "*" not in rule.roles


def _judge(rule: ScopeRule, activity: str, person: Person, place: Place) -> Decision:
    missing = [tag for tag in rule.credentials if tag != "any" and tag not in person.credentials]
    if missing:
        reason = f"Rule {rule.id} of {rule.jurisdiction} asks for credential {', '.join(missing)} to do {activity}."
        return Decision(False, rule.id, "credential-missing", reason)
    if _unsupervised(rule, person):
        reason = (
            f"Rule {rule.id} of {rule.jurisdiction} asks for {rule.supervision} supervision by "
            f"{' or '.join(rule.supervisor_roles)} to do {activity}, but nobody of that role is on site."
        )
        return Decision(False, rule.id, "supervision-missing", reason)
    reason = f"Rule {rule.id} of {place.jurisdiction} allows role {person.role} to do {activity}."
    return Decision(True, rule.id, "allowed", reason, rule.supervised_by)


def _unsupervised(rule: ScopeRule, person: Person) -> bool:
    if rule.supervision in _NEEDS_NOBODY:
        return False
    return not set(rule.supervisor_roles) & set(person.supervisors)


def parse_scope_rule(raw: Mapping[str, Any], jurisdiction: str) -> ScopeRule:
    """A rule from its YAML form; ``InvalidBundle`` for dates that are none."""
    valid_to = raw.get("valid_to")
    return ScopeRule(
        id=raw["id"],
        jurisdiction=raw.get("jurisdiction", jurisdiction),
        roles=frozenset(_many(raw["role"])),
        activities=frozenset(_many(raw["activities"])),
        decision=raw["decision"],
        settings=frozenset(_many(raw.get("setting"))),
        credentials=tuple(_many(raw.get("credential_all_of"))),
        supervision=raw.get("supervision") or "none",
        supervisor_roles=tuple(_many(raw.get("supervisor_roles"))),
        valid_from=parse_day(raw["valid_from"]),
        valid_to=parse_day(valid_to) if valid_to is not None else None,
        verified=raw.get("confidence") != "unverified",
    )


def _many(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def clinic_scope(document: Mapping[str, Any]) -> "ClinicScope":
    """The scope of practice of a document, by its clinics."""
    rules = [
        parse_scope_rule(raw, jurisdiction)
        for jurisdiction, found in sorted(document["scope"].items())
        for raw in found
    ]
    scope = Scope(rules, {name: tuple(terms) for name, terms in document["activities"].items()})
    hours = {name: clinic_hours(clinic, document["zones"]) for name, clinic in sorted(document["clinics"].items())}
    return ClinicScope(scope, document["clinics"], hours)


class ClinicScope:
    """Scope of practice asked by clinic."""

    __slots__ = ("_known", "_places", "_scope", "hours", "supervising")

    def __init__(
        self, scope: Scope, clinics: Mapping[str, Mapping[str, Any]], hours: Mapping[str, ClinicHours]
    ) -> None:
        self._scope = scope
        self._known: dict[tuple[Any, ...], Decision] = {}
        self.hours = hours
        self.supervising = scope.supervising
        self._places = {
            name: Place(clinic["jurisdiction"], clinic.get("setting", ""), hours[name].zone)
            for name, clinic in clinics.items()
        }

    def may(self, activity: str, person: Person, clinic_id: str, at: int) -> Decision:
        """Whether this person is allowed the activity at this clinic and time.

        The same is asked over and over, at each claim, start and completion: what was decided for people of the same
        role, credentials and supervisors at such clinics on the same local day is kept.
        """
        place = self._places.get(clinic_id)
        if place is None:
            return self._scope.may(activity, person, None, at)
        day = place.zone.local(at) // DAY
        key = (activity, person.role, person.credentials, person.supervisors, place.jurisdiction, place.setting, day)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            found = self._known[key] = self._scope.may(activity, person, place, at)
        return found
