"""What a person is at a clinic at an instant: the bundle's entry and roster, as changed by what events have told."""

from collections.abc import Mapping
from typing import Any

from clinicflow.core.durations import DAY, HOUR
from clinicflow.core.event import Micros
from clinicflow.core.hours import parse_day
from clinicflow.core.scope import Person
from clinicflow.core.staffing import Staffing, is_lead
from clinicflow.core.standing import Credential, Known, Role
from clinicflow.events import SiteSupervisor

LONGEST = 16 * HOUR
"""A shift or a relief that was begun off the roster and whose end nobody told counts no longer than this."""

TRAINEE = "trainee"
"""The tag of somebody who is still learning the work."""


class People:
    """The people of a bundle at one clinic. ``known`` is what was told of them and of the site."""

    __slots__ = ("_clinic", "_known", "_reliefs", "_site", "_staff", "_staffing")

    def __init__(
        self, staffing: Staffing, staff: Mapping[str, Mapping[str, Any]], clinic_id: str, known: Known
    ) -> None:
        self._staffing = staffing
        self._staff = staff
        self._clinic = clinic_id
        self._known = known
        told = known.staff.values()
        self._reliefs = tuple(
            one.relief for one in told if one.relief is not None and one.relief.clinic_id == clinic_id
        )
        self._site: tuple[Micros, list[SiteSupervisor]] | None = None
        """Who was on site when it was last asked, with their roles: of many tasks it is asked at one instant."""

    def person(self, staff_id: str, at: Micros, due: Micros | None = None) -> Person | None:
        """Everything of a person that decides about a task, which is due at ``due``; None for an unknown id."""
        entry = self._staff.get(staff_id)
        if entry is None:
            return None
        held = self.credentials(staff_id, at)
        later = held if due is None or due <= at else self.credentials(staff_id, due)
        return Person(
            id=staff_id,
            role=self.role(staff_id, at),
            credentials=held,
            on_shift=self.on_shift(staff_id, at),
            supervisors=self.supervisors(staff_id, at),
            lead=self._leads(staff_id, at),
            languages=tuple(entry.get("languages", ())),
            on_break=self.on_break(staff_id, at),
            ending=tuple(tag for tag in held if tag not in later),
            present=self.present(staff_id, at),
        )

    def assigned(self, staff_id: str, at: Micros) -> bool:
        """Whether a person works at this clinic: by the bundle, or sent there to relieve somebody."""
        entry = self._staff.get(staff_id, {})
        return self._clinic in entry.get("clinics", ()) or self._floats(staff_id, at)

    def role(self, staff_id: str, at: Micros) -> str:
        """The role: the bundle's, or another that was told since the bundle was written."""
        entry, changed = str(self._staff[staff_id]["role"]), self._changed_role(staff_id, at)
        return entry if changed is None else changed.role

    def credentials(self, staff_id: str, at: Micros) -> tuple[str, ...]:
        """The tags that count at an instant, sorted."""
        standing = self._known.of(staff_id)
        tags = set(self._staffing.credentials(staff_id, self._clinic, at))
        for tag, fact in standing.credentials.items():
            if fact.at <= at and not self._counts(staff_id, tag, fact, tag in tags, at):
                tags.discard(tag)
            elif fact.at <= at:
                tags.add(tag)
        if standing.shift is not None and standing.shift.trainee and self.on_shift(staff_id, at):
            tags.add(TRAINEE)
        return tuple(sorted(tags))

    def on_shift(self, staff_id: str, at: Micros) -> bool:
        """Whether the person is at work at this clinic: by the roster, by what was told, or sent there."""
        return self._works(staff_id, self._clinic, at) or self._floats(staff_id, at)

    def on_break(self, staff_id: str, at: Micros) -> bool:
        """Whether a break has begun and neither it nor the shift has ended since."""
        standing = self._known.of(staff_id)
        rest, shift = standing.rest, standing.shift
        if rest is None or not rest.resting or rest.at > at:
            return False
        if shift is not None and rest.at < shift.at <= at:
            return False
        return not self._begins_after(staff_id, self._clinic, rest.at, at) and at - rest.at <= LONGEST

    def on_site(self, at: Micros) -> list[str]:
        """Ids of those who are on shift and not said to have left the site, sorted."""
        return [each.staff_id for each in self._here(at)]

    def supervisors(self, staff_id: str, at: Micros) -> tuple[str, ...]:
        """Roles of all others on site, sorted: who may count as supervisor is for the rule of scope to say."""
        return tuple(sorted({each.role for each in self._others(staff_id, at)}))

    def present(self, staff_id: str, at: Micros) -> tuple[SiteSupervisor, ...]:
        """All others on site of roles that supervise, in the order in which they are named: those told to be
        on site before those of the roster, the last told first, then by id."""
        found = [each for each in self._others(staff_id, at) if each.role in self._staffing.supervising]
        return tuple(sorted(found, key=lambda each: (-self._came(each.staff_id, at), each.staff_id)))

    def _others(self, staff_id: str, at: Micros) -> list[SiteSupervisor]:
        return [each for each in self._here(at) if each.staff_id != staff_id]

    def _here(self, at: Micros) -> list[SiteSupervisor]:
        if self._site is None or self._site[0] != at:
            candidates = {*self._staffing.rostered(self._clinic), *self._known.staff}
            candidates |= {relief.staff_id for relief in self._reliefs}
            here = [name for name in sorted(candidates) if self.on_shift(name, at) and not self._left(name, at)]
            self._site = (at, [SiteSupervisor(staff_id=name, role=self.role(name, at)) for name in here])
        return self._site[1]

    def _came(self, staff_id: str, at: Micros) -> Micros:
        """When the person was told to be on site, in the shift that is on; 0 when nobody told it."""
        site = self._known.site.sites.get(staff_id)
        if site is None or not site.present or site.at > at:
            return 0
        return 0 if self._begins_after(staff_id, self._clinic, site.at, at) else site.at

    def _changed_role(self, staff_id: str, at: Micros) -> Role | None:
        changed = self._known.of(staff_id).role
        if changed is None or changed.at > at:
            return None
        entry = self._staff[staff_id]["role"]
        return changed if changed.previous in (None, entry) else None

    def _leads(self, staff_id: str, at: Micros) -> bool:
        """Whether the person may act for others. To be told takes it away at once; a manager enters what gives it."""
        changed = self._changed_role(staff_id, at)
        if changed is not None and changed.clinic_id == self._clinic and not changed.leads:
            return False
        return is_lead(self._staff[staff_id], self._clinic)

    def _counts(self, staff_id: str, tag: str, fact: Credential, by_bundle: bool, at: Micros) -> bool:
        """Whether a credential counts of which something was told."""
        if fact.held is False:
            return by_bundle and self._renewed(staff_id, tag, fact.at)
        return (fact.held or by_bundle) and (fact.until is None or at < fact.until)

    def _renewed(self, staff_id: str, tag: str, at: Micros) -> bool:
        """Whether the bundle has it anew, from a day after it was lost."""
        day = self._staffing.local(self._clinic, at) // DAY
        begins = [each.get("valid_from") for each in self._staff[staff_id]["credentials"] if each["tag"] == tag]
        return any(begin is not None and parse_day(begin) > day for begin in begins)

    def _works(self, staff_id: str, clinic_id: str, at: Micros) -> bool:
        if staff_id not in self._staff:
            return False
        shift = self._known.of(staff_id).shift
        rostered = self._staffing.on_shift(staff_id, clinic_id, at)
        if shift is None or shift.at > at:
            return rostered
        anew = rostered and self._begins_after(staff_id, clinic_id, shift.at, at)
        if shift.state == "started":
            return anew or (shift.clinic_id == clinic_id and at - shift.at <= LONGEST)
        if shift.until is not None:
            return rostered and at >= shift.until
        return anew and (shift.state == "ended" or self._another_day(clinic_id, shift.at, at))

    def _begins_after(self, staff_id: str, clinic_id: str, earlier: Micros, at: Micros) -> bool:
        """Whether the rostered shift that is on at ``at`` began after ``earlier``."""
        began = self._staffing.began(staff_id, clinic_id, at)
        return began is not None and began > self._staffing.local(clinic_id, earlier)

    def _another_day(self, clinic_id: str, one: Micros, other: Micros) -> bool:
        local = self._staffing.local
        return local(clinic_id, one) // DAY != local(clinic_id, other) // DAY

    def _floats(self, staff_id: str, at: Micros) -> bool:
        """Whether the person was sent here to relieve somebody, is at work somewhere and has not ended it since."""
        sent = [each.at for each in self._reliefs if each.staff_id == staff_id and each.at <= at <= each.at + LONGEST]
        if not sent:
            return False
        shift = self._known.of(staff_id).shift
        if shift is not None and shift.state != "started" and max(sent) <= shift.at <= at:
            return False
        return any(self._works(staff_id, clinic, at) for clinic in self._staff.get(staff_id, {}).get("clinics", ()))

    def _left(self, staff_id: str, at: Micros) -> bool:
        site = self._known.site.sites.get(staff_id)
        if site is None or site.present or site.at > at:
            return False
        return not self._begins_after(staff_id, self._clinic, site.at, at)
