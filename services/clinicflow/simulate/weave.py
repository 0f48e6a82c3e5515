"""Everything beyond the plain visit, woven into the simulated day by the tables of ``strands``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import endless_case, named
from clinicflow.core.kinds import KEYS
from clinicflow.events import EVENT_TYPES, BreakStarted
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.chance import Chances, chance_of
from clinicflow.simulate.course import Course
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.patients import Patient, patient
from clinicflow.simulate.strands import Strand, Tables
from clinicflow.simulate.writing import Moment, Writing

FIRST = 100.0
"""Within so many minutes everything that begins by the clock has begun once somewhere."""

_BREAK = 30.0
"""Minutes of a break; nobody works in it."""
_LOOK = 10.0
"""Minutes between two looks at who has come and gone."""


class Weave:
    """Strands that begin by the clock, and those that follow what was told."""

    def __init__(
        self,
        agenda: Agenda,
        crew: Crew,
        course: Course,
        tables: Tables,
        clinics: Sequence[str],
        until: float | None,
        gap: float,
    ) -> None:
        """``until`` is the minute after which nothing begins by the clock; None: never. ``gap``: minutes between two
        patients of a clinic."""
        self._agenda = agenda
        self._crew = crew
        self._course = course
        self._clinics = tuple(clinics)
        self._until = until
        self._gap = gap
        self.writing = Writing(agenda, crew)
        self.linked: dict[str, list[str]] = defaultdict(list)
        """Cases that were begun in a visit."""
        self._chances = Chances()
        self._following: dict[str, dict[str, list[Strand]]] = defaultdict(lambda: defaultdict(list))
        self._heard: set[str] = set()
        self._shifts: list[Strand] = []
        self.held: Callable[[str], list[str]] = lambda _staff: []
        """The open tasks that a person holds."""
        for strand in tables.strands:
            if strand.after is not None:
                self._following[strand.after][strand.alt or strand.name].append(strand)
            elif strand.every is not None or strand.visits is not None:
                self._repeat(strand)
            elif strand.each is not None:
                self._shifts.append(strand)
            else:
                self._once(strand)
        for clinic in self._clinics:
            agenda.at(agenda.at_minute(0.5), partial(self._roster, clinic=clinic, before=frozenset()))
        agenda.listeners.append(self.hear)

    def hear(self, event: Event, now: Micros) -> None:
        """Something was told: what follows from it is planned."""
        if event.event_id in self._heard:
            return
        self.writing.remember(event)
        if isinstance(event, BreakStarted):
            self._crew.busy(event.staff_id, now + self._agenda.micros(_BREAK))
        groups = self._following.get(event.TYPE)
        if groups is None:
            return
        self._heard.add(event.event_id)
        for name, strands in groups.items():
            fitting = [strand for strand in strands if _fits(strand, event) and self._here(strand, event.clinic_id)]
            chance = chance_of(self._agenda.seed, event.event_id, name)
            strand = self._chances.choose(fitting, chance)
            if strand is not None:
                minutes = strand.wait * chance.uniform(0.6, 1.4)
                self._agenda.after(now, minutes, partial(self._follow, strand=strand, cause=event))

    # By the clock.

    def _pace(self, strand: Strand) -> float:
        """Minutes between two of it at a clinic, on average."""
        return strand.every or (strand.visits or 1.0) * self._gap

    def _repeat(self, strand: Strand) -> None:
        chance = chance_of(self._agenda.seed, strand.name, "first")
        places = [name for name in self._clinics if self._here(strand, name)]
        first = chance.choice(places) if places else None
        for clinic in places:
            minute = chance.expovariate(1 / self._pace(strand))
            if clinic == first:
                minute = min(minute, chance.uniform(0.1, 1.0) * FIRST)
            self._begin(strand, clinic, minute, 0)

    def _begin(self, strand: Strand, clinic: str, minute: float, number: int) -> None:
        if self._until is not None and minute > self._until:
            return
        agenda = self._agenda

        def happen(now: Micros) -> Sequence[Batch]:
            chance = chance_of(agenda.seed, strand.name, clinic, number)
            following = minute + chance.expovariate(1 / self._pace(strand))
            self._begin(strand, clinic, following, number + 1)
            return self._tell(now, strand, clinic, f"{clinic} {number}", None, None)

        agenda.at(agenda.at_minute(minute), happen)

    def _once(self, strand: Strand) -> None:
        for clinic in self._clinics:
            if self._here(strand, clinic):
                at = self._agenda.at_minute(strand.at or 0.0)
                self._agenda.at(at, partial(self._tell, strand=strand, clinic=clinic, which=clinic))

    def _roster(self, now: Micros, clinic: str, before: frozenset[str]) -> Sequence[Batch]:
        """Who has come and who has gone since the last look."""
        here = frozenset(person.id for person in self._crew.on_site(clinic, now))
        self._agenda.after(now, _LOOK, lambda at: self._roster(at, clinic, here))
        moved = {"arrives": sorted(here - before), "leaves": sorted(before - here)}
        told: list[Batch] = []
        for strand in self._shifts:
            for name in moved[strand.each or "arrives"]:
                if strand.each == "arrives" and strand.trainee != self._crew.learns(name):
                    continue
                own = {"staff_id": name} | ({"open_tasks": len(self.held(name))} if strand.each == "leaves" else {})
                told += self._tell(now, strand, clinic, f"{name} {now}", None, name, own)
        return told

    # Telling it.

    def _follow(self, now: Micros, strand: Strand, cause: Event) -> Sequence[Batch]:
        if strand.stage and self._course.stage(cause.case_id) not in strand.stage:
            return ()
        by = cause.actor_id if strand.by == "same" else None
        if by is not None and not self._crew.on_shift(by, cause.clinic_id, now):
            return ()
        return self._tell(now, strand, cause.clinic_id, cause.event_id, cause, by)

    def _tell(
        self,
        now: Micros,
        strand: Strand,
        clinic: str,
        which: str,
        cause: Event | None = None,
        by: str | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> Sequence[Batch]:
        if strand.by not in (None, "same"):
            by = self._crew.one(str(strand.by), clinic, now)
            if by is None:
                return ()  # nobody of the role is there, so nobody says it
        kind = EVENT_TYPES[strand.event].CASE
        visit = getattr(cause, "visit_case_id", None) if strand.visit else None
        begins = cause is None or (kind not in ("any", cause.CASE) and visit is None)
        case = named(f"{self._agenda.seed}|{strand.name}|{which}")
        if cause is not None and not begins:
            case = visit or cause.case_id
        who = self._whom(strand, kind, clinic, which, cause)
        chance = chance_of(self._agenda.seed, strand.name, which, "fields")
        fields = self.writing.fields(
            strand.event, Moment(now, clinic, case, chance, cause, None, who), {**strand.fields, **(known or {})}
        )
        if "task_ids" in fields:
            fields["task_ids"] = self.held(str(fields.get("staff_id")))
            if not fields["task_ids"]:
                return ()  # nobody offers a sheet without a task
        if begins or KEYS.get(kind) in fields:
            case = self.begun(strand.event, case, {"clinic_id": clinic, **fields}, who, fields.get("visit_case_id"))
        if kind == "room":
            fields.pop("room_id", None)  # the case says which
        event = self._agenda.event(
            strand.event, now, case, clinic, None if who is None else who.patient_id, by=by, **fields
        )
        person = {"name": who.name, "record_number": who.record_number} if who is not None and cause is None else None
        return [Batch((event,), person)]

    def begun(self, event: str, case: str, fields: Mapping[str, Any], who: Patient | None, visit: str | None) -> str:
        """The case of an event that begins it: ``case``, or that of the thing which the fields name."""
        kind = EVENT_TYPES[event].CASE
        if kind in KEYS:
            return endless_case(kind, self._agenda.bundle.org_id, str(fields.get(KEYS[kind])))
        if who is not None:
            self._course.patients.setdefault(case, who)
        if visit is not None:
            self.linked[visit].append(case)
        return case

    def _whom(self, strand: Strand, kind: str, clinic: str, which: str, cause: Event | None) -> Patient | None:
        """Whom it is about: nobody for things, the earlier event's patient, or a new one."""
        if kind in KEYS:
            return None
        if cause is not None:
            found = self._course.patients.get(cause.case_id)
        else:
            seed = f"{self._agenda.seed}|{strand.name}|{which}"
            found = patient(seed, 0, clinic, 0.0, self._agenda.bundle.languages)
        return found

    def _here(self, strand: Strand, clinic: str) -> bool:
        if not str(self._agenda.bundle.clinic(clinic).get("jurisdiction", "")).startswith(strand.where):
            return False
        return strand.clinic is None or clinic == self._clinics[strand.clinic % len(self._clinics)]


def _fits(strand: Strand, event: Event) -> bool:
    for name, wanted in strand.when.items():
        value = getattr(event, name, None)
        if value not in wanted if isinstance(wanted, list) else value != wanted:
            return False
    return True
