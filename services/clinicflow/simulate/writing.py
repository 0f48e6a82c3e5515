"""Fields of simulated events: the least of each, the patient's facts, what its case has said, what a table says."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import endless_case, named
from clinicflow.core.kinds import KEYS
from clinicflow.data import data_dir
from clinicflow.events import EVENT_TYPES, CashCounted, VitalsTaken
from clinicflow.least_fields import read_defaults, written
from clinicflow.simulate.agenda import Agenda
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.patients import Patient

_THINGS = frozenset({"asset_id", "device_id", "load_id", "kit_id", "stored_in", "packs", "serial"})
"""Things of a clinic: the same name at another clinic is another thing."""

_CARRIED = frozenset(
    {
        *KEYS.values(), "controlled_schedule", "count_in", "credential", "cycle", "device_id", "dose", "dose_unit",
        "drug_code", "drug_system", "indicator_lot", "kit_id", "lot", "order_number", "patient_language", "payer",
        "placed", "procedure_case_id", "purpose", "route", "serial", "specimen_id", "test", "topic", "vaccine_code",
        "visit_case_id", "wear_days",
    }
)  # fmt: skip
"""What later events of a case say again as an earlier one has said it."""

_NAMED = (
    ("asset", "asset_id"), ("asset", "device_id"), ("asset", "kit_id"), ("load", "load_id"), ("stock", "item_id"),
)  # fmt: skip
"""Which kind of thing a field names."""


class Moment(msgspec.Struct, frozen=True):
    """When, where and by which chance something is written; ``cause`` is the event that it follows, if there is one."""

    now: Micros
    clinic: str
    case: str
    chance: random.Random
    cause: Event | None = None
    cause_id: str | None = None
    patient: Patient | None = None


class Writing:
    """Writes fields; remembers what each case has said."""

    def __init__(self, agenda: Agenda, crew: Crew) -> None:
        self._agenda = agenda
        self._crew = crew
        self._defaults = read_defaults(data_dir("scenarios"))
        self._said: dict[str, dict[str, Any]] = defaultdict(dict)
        self._by_event: dict[str, dict[str, Any]] = {}
        self._told_by: dict[str, dict[str, str]] = defaultdict(dict)
        self._counted: dict[str, str] = {}
        self._cash: dict[str, Decimal] = defaultdict(Decimal)
        self._weights: dict[str, int] = {}
        self._forms: dict[str, Callable[[Any, Moment], Any]] = {
            "soon": lambda minutes, at: at.now + agenda.micros(minutes),
            "day": lambda days, at: (
                (datetime.fromtimestamp(at.now / 1e6, UTC) + timedelta(days=days)).date().isoformat()
            ),
            "one": lambda found, at: at.chance.choice(found),
            "weighed": lambda found, at: at.chance.choices(list(found), list(found.values()))[0],
            "number": lambda bounds, at: at.chance.randint(*bounds),
            "chance": lambda share, at: at.chance.random() < share,
            "fresh": lambda prefix, at: f"{prefix}-{named(f'{at.case}|{at.now}')[:8]}",
            "cause": self._of_cause,
            "staff": lambda role, at: crew.one(role, at.clinic, at.now),
            "other": self._other,
            "room": self._room,
            "version": self._version,
            "cash": lambda _, at: self._counted.get(at.case) or str(self._cash[at.clinic]),
            "language": self._language,
            "weight": lambda _, at: self._weight(at),
            "by_weight": lambda _, at: self._weight(at) is not None,
            "span": lambda minutes, at: max(1, round(minutes / agenda.speed)),
        }

    def complete(self, kind: str, case: str, fields: Mapping[str, Any]) -> bool:
        """Whether an event of this type can be told with these fields: about a thing only when it is known which."""
        event_type = EVENT_TYPES[kind]
        key = KEYS.get(event_type.CASE)
        if event_type.CASE != "room" and key in event_type.__struct_fields__ and key not in self._said.get(case, {}):
            return False
        return _required(event_type) <= fields.keys()

    def fields(self, kind: str, at: Moment, own: Mapping[str, Any]) -> dict[str, Any]:
        """All fields of an event of this type at this moment; ``own`` are those that a table says."""
        event_type = EVENT_TYPES[kind]
        names = set(event_type.__struct_fields__)
        said = {name: value for name, value in self.carried(at).items() if name in names}
        found = {name: self._value(event_type, name, value, at) for name, value in self._defaults.get(kind, {}).items()}
        found |= self._facts(at, names) | said
        found |= self.said(kind, at, own)
        return {name: value for name, value in found.items() if value is not None}

    def said(self, kind: str, at: Moment, own: Mapping[str, Any]) -> dict[str, Any]:
        """Only what a table says of it; None takes a field away, what a form does not find stays as it is."""
        found = {name: self._value(EVENT_TYPES[kind], name, value, at) for name, value in own.items()}
        return {name: value for name, value in found.items() if value is not None or own[name] is None}

    def carried(self, at: Moment) -> dict[str, Any]:
        """What the case has said so far; what the task's own cause has said comes before what came later."""
        return self._said.get(at.case, {}) | self._by_event.get(at.cause_id or "", {})

    def remember(self, event: Event) -> None:
        """What an event has said, for later ones of its case and of the things that it names."""
        fields = {name: getattr(event, name) for name in _CARRIED if getattr(event, name, None) is not None}
        self._by_event[event.event_id] = fields
        self._said[event.case_id].update(fields)
        if isinstance(event, VitalsTaken) and event.weight is not None:
            self._weights[event.case_id] = event.weight
        if event.actor_id is not None:
            self._told_by[event.case_id][event.TYPE] = event.actor_id
        if isinstance(event, CashCounted):
            self._counted[event.case_id] = event.amount
        if getattr(event, "method", None) == "cash":
            self._cash[event.clinic_id] += Decimal(getattr(event, "amount", 0))
        for kind, name in _NAMED:
            if name in fields:
                own = self._said[endless_case(kind, self._agenda.bundle.org_id, fields[name])]
                own[KEYS[kind]] = fields[name]

    def _weight(self, at: Moment) -> int | None:
        """What the patient weighed in the visit in which something is ordered."""
        return None if at.cause is None else self._weights.get(at.cause.case_id)

    def told_by(self, case: str) -> Mapping[str, str]:
        """Who told which kind of event of a case last."""
        return self._told_by.get(case, {})

    def _facts(self, at: Moment, names: set[str]) -> dict[str, Any]:
        """What an order's first event carries of the patient, and of the visit in which it is made."""
        facts: dict[str, Any] = {}
        if at.cause is not None and at.cause.CASE == "visit" and "visit_case_id" in names:
            facts["visit_case_id"] = at.cause.case_id
        if at.patient is not None and "patient_age" in names:
            facts |= {"patient_age": at.patient.age, "patient_age_unit": at.patient.age_unit}
        if at.patient is not None and "patient_language" in names:
            facts["patient_language"] = at.patient.language
        if at.patient is not None and "visit_type" in names:
            facts["visit_type"] = at.patient.visit_type
        return facts

    def _value(self, event_type: type[Event], name: str, raw: Any, at: Moment) -> Any:
        if isinstance(raw, Mapping) and len(raw) == 1:
            word, what = next(iter(raw.items()))
            if word in self._forms:
                return self._place(name, self._forms[word](what, at), at)
        return self._place(name, written(event_type, name, raw, at.now), at)

    def _place(self, name: str, value: Any, at: Moment) -> Any:
        if name not in _THINGS or value is None:
            return self._own_room(value, at) if name in ("room_id", "location") else value
        if isinstance(value, list):
            return [self._place(name, item, at) for item in value]
        return value if value.startswith(f"{at.clinic}-") else f"{at.clinic}-{value}"

    def _language(self, _: str, at: Moment) -> str:
        """The patient's, as the case says it."""
        own = None if at.patient is None else at.patient.language
        return str(self.carried(at).get("patient_language") or own or self._agenda.bundle.languages[0])

    def _version(self, table: str, at: Moment) -> str | None:
        """The version of the approved text about the topic of the case."""
        topics = self._agenda.bundle.table(table, at.clinic).get("topics", {})
        found = topics.get(self.carried(at).get("topic"), {}).get("version")
        return None if found is None else str(found)

    def _own_room(self, value: Any, at: Moment) -> Any:
        """A room of another clinic is one of this clinic."""
        rooms = [room["id"] for room in self._agenda.bundle.clinic(at.clinic).get("rooms", ())]
        return value if value in rooms or not rooms else rooms[0]

    def _of_cause(self, name: str, at: Moment) -> Any:
        if name == "event_id" and at.cause is None:
            return at.cause_id
        found = getattr(at.cause, name, None)
        return self._said.get(at.cause.case_id, {}).get(name) if found is None and at.cause is not None else found

    def _other(self, role: str, at: Moment) -> str | None:
        """Somebody of the role on shift who is not the one the case is about."""
        mine = self.carried(at).get("staff_id") or getattr(at.cause, "actor_id", None)
        found = [person.id for person in self._crew.on_site(at.clinic, at.now) if person.role == role]
        return next((name for name in found if name != mine), None)

    def _room(self, kind: str, at: Moment) -> str | None:
        rooms = self._agenda.bundle.clinic(at.clinic).get("rooms", ())
        found = [room["id"] for room in rooms if room.get("type", "exam") == kind]
        return at.chance.choice(found) if found else None


@cache
def _required(event_type: type[Event]) -> frozenset[str]:
    own = {field.name for field in msgspec.structs.fields(event_type) if field.required}
    return frozenset(own - {field.name for field in msgspec.structs.fields(Event)})
