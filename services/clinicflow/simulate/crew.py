"""The staff on shift: who is free, and who may do a task."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from clinicflow.core.bundle import Bundle, Person
from clinicflow.core.event import Micros
from clinicflow.core.people import TRAINEE
from clinicflow.core.requests import has_credential, has_role
from clinicflow.core.task import Task
from clinicflow.simulate.patients import MINUTE

_KEPT = 5 * MINUTE
"""Who is on shift is looked up again after so many microseconds."""


class Crew:
    """Members of staff, each with the moment until which they are busy."""

    def __init__(self, bundle: Bundle, *, trainees: bool = False) -> None:
        """``trainees``: those in training work too, and others sign for it; else they watch."""
        self._bundle = bundle
        self._trainees = trainees
        self._busy: dict[str, Micros] = defaultdict(int)
        self._on_site: dict[str, tuple[Micros, list[Person]]] = {}

    def choose(
        self, task: Task, clinic: str, now: Micros, not_by: Sequence[str] = (), only: Collection[str] = ()
    ) -> str | None:
        """Somebody free who may do the task; for an urgent one somebody busy too. None when there is nobody.

        ``not_by`` are people who do not come into question, ``only`` those who alone do, if anybody is named.
        """
        here = (person for person in self.on_site(clinic, now) if person.id not in not_by)
        found = [person.id for person in here if self._may(task, person, clinic, now)]
        if only:
            found = [name for name in found if name in only]
        if task.priority not in ("stat", "asap"):
            found = [name for name in found if self._busy[name] <= now]
        return min(found, key=lambda name: (self.learns(name), self._busy[name], name), default=None)

    def learns(self, staff: str) -> bool:
        """Whether somebody is in training."""
        tags = (self._bundle.staff(staff) or {}).get("credentials", ())
        return any(tag["tag"] == TRAINEE for tag in tags)

    def second(self, task: Task, clinic: str, now: Micros, first: str) -> str | None:
        """Whoever is called for what takes two people: who has least to do, also when busy."""
        return self.choose(msgspec.structs.replace(task, priority="asap"), clinic, now, not_by=(first,))

    def _languages(self, staff: str) -> Sequence[str]:
        return tuple((self._bundle.staff(staff) or {}).get("languages", ()))

    def busy(self, staff: str, until: Micros) -> None:
        """Somebody has work until then."""
        self._busy[staff] = max(self._busy[staff], until)

    def one(self, role: str, clinic: str, now: Micros) -> str | None:
        """Somebody of a role who is on shift."""
        return next((person.id for person in self.on_site(clinic, now) if person.role == role), None)

    def on_site(self, clinic: str, now: Micros) -> list[Person]:
        """Who is on shift at a clinic and works there. Who has nothing yet but the wish to learn watches."""
        kept = self._on_site.get(clinic)
        if kept is None or not 0 <= now - kept[0] < _KEPT:
            names = self._bundle.staffing.on_site(clinic, now)
            people = [self._bundle.person(name, clinic, now) for name in names]
            able = [person for person in people if person is not None and self._works(person)]
            kept = self._on_site[clinic] = (now, able)
        return kept[1]

    def _works(self, person: Person) -> bool:
        return TRAINEE not in person.credentials or (self._trainees and len(person.credentials) > 1)

    def given_to(self, staff: str, clinic: str, now: Micros) -> dict[str, Any]:
        """What intake stamps into a request that gives a task to somebody."""
        person, entry = self._bundle.person(staff, clinic, now), self._bundle.staff(staff) or {}
        return {
            "to_role": None if person is None else person.role,
            "to_credentials": [] if person is None else list(person.credentials),
            "to_on_shift": person is not None and person.on_shift,
            "to_clinic_assigned": clinic in entry.get("clinics", ()),
            "to_languages": list(self._languages(staff)),
        }

    def _may(self, task: Task, person: Person, clinic: str, now: Micros) -> bool:
        if not has_role(task, person) or (task.reserved and person.id != task.meant_for):
            return False
        if TRAINEE in person.credentials and (task.priority in ("stat", "asap") or task.two_person or task.critical):
            return False  # their work counts only when it is signed
        if person.id in task.declined_by or (task.two_person and person.id in task.doers):
            return False
        if not has_credential(task, person) or task.language not in (None, *self._languages(person.id)):
            return False
        if not self._bundle.staffing.on_shift(person.id, clinic, now):
            return False
        return self._bundle.scope.may(task.activity, person, clinic, now).allowed

    def on_shift(self, staff: str, clinic: str, now: Micros) -> bool:
        """Whether somebody is still there."""
        return self._bundle.staffing.on_shift(staff, clinic, now)
