"""Who works where and when: shifts in clinic-local time, credentials by date, supervisors on site."""

from collections.abc import Mapping, Sequence
from typing import Any

from clinicflow.core.durations import DAY, MINUTE
from clinicflow.core.hours import WEEKDAYS, ClinicHours, parse_day, parse_ranges, weekday
from clinicflow.core.scope import Person
from clinicflow.errors import InvalidBundle
from clinicflow.events import SiteSupervisor

CREDENTIALS = frozenset(
    {
        "any",
        "clia-waived",
        "lpn",
        "ma-basic",
        "ma-cert",
        "ma-ecg",
        "ma-eye",
        "ma-foot",
        "ma-inj",
        "ma-phleb",
        "ma-surg",
        "ma-vax",
        "phy",
        "prv",
        "rn",
        "sterile-tech",
        "trainee",
    }
)
"""Tags that staff hold and tasks ask for; ``any`` asks for none."""

Shift = tuple[frozenset[int], int, int, str]
"""Weekdays (0 Monday) on which it begins, begin and end in minutes of that day, clinic."""

_ABBREVIATED = {name[:3]: index for index, name in enumerate(WEEKDAYS)}


class Staffing:
    """The staff of a bundle by their shifts."""

    __slots__ = ("_by_clinic", "_hours", "_shifts", "_staff", "supervising")

    def __init__(
        self,
        staff: Mapping[str, Mapping[str, Any]],
        hours: Mapping[str, ClinicHours],
        supervising: frozenset[str] = frozenset(),
    ) -> None:
        """``supervising`` are the roles that may supervise work."""
        self.supervising = supervising
        self._staff = staff
        self._hours = hours
        self._shifts = {name: parse_shifts(person.get("shifts", ())) for name, person in staff.items()}
        self._by_clinic: dict[str, list[str]] = {}
        for name in sorted(staff):
            for clinic in sorted({shift[3] for shift in self._shifts[name]}):
                self._by_clinic.setdefault(clinic, []).append(name)

    def on_shift(self, staff_id: str, clinic_id: str, at: int) -> bool:
        """Whether this person's shift at this clinic is on at an instant (UTC microseconds)."""
        hours = self._hours.get(clinic_id)
        if hours is None:
            return False
        return _within(self._shifts.get(staff_id, ()), clinic_id, hours.zone.local(at))

    def began(self, staff_id: str, clinic_id: str, at: int) -> int | None:
        """When the shift that is on began, in local microseconds (see ``local``); None when none is on."""
        if clinic_id not in self._hours:
            return None
        return _begin(self._shifts.get(staff_id, ()), clinic_id, self.local(clinic_id, at))

    def local(self, clinic_id: str, at: int) -> int:
        """An instant in the clinic's local time."""
        hours = self._hours.get(clinic_id)
        return hours.zone.local(at) if hours else at

    def rostered(self, clinic_id: str) -> Sequence[str]:
        """Ids of those who have shifts at this clinic, sorted."""
        return self._by_clinic.get(clinic_id, ())

    def on_site(self, clinic_id: str, at: int) -> list[str]:
        """Ids of those whose shift at this clinic is on, sorted."""
        hours = self._hours.get(clinic_id)
        if hours is None:
            return []
        local = hours.zone.local(at)
        return [name for name in self._by_clinic.get(clinic_id, ()) if _within(self._shifts[name], clinic_id, local)]

    def credentials(self, staff_id: str, clinic_id: str, at: int) -> tuple[str, ...]:
        """The tags that are valid on the clinic's local day, sorted."""
        hours = self._hours.get(clinic_id)
        day = (hours.zone.local(at) if hours else at) // DAY
        person = self._staff.get(staff_id, {})
        return tuple(sorted({tag["tag"] for tag in person.get("credentials", ()) if _valid(tag, day)}))

    def supervisors(self, staff_id: str, clinic_id: str, at: int) -> tuple[str, ...]:
        """Roles of all others on site, sorted: who may count as supervisor is for the rule of scope to say."""
        return tuple(sorted({each.role for each in self._others(staff_id, clinic_id, at)}))

    def person(self, staff_id: str, clinic_id: str, at: int) -> Person | None:
        """Everything of a person that decides about a task; None for an unknown id."""
        found = self._staff.get(staff_id)
        if found is None:
            return None
        return Person(
            id=staff_id,
            role=found["role"],
            credentials=self.credentials(staff_id, clinic_id, at),
            on_shift=self.on_shift(staff_id, clinic_id, at),
            supervisors=self.supervisors(staff_id, clinic_id, at),
            lead=is_lead(found, clinic_id),
            present=tuple(each for each in self._others(staff_id, clinic_id, at) if each.role in self.supervising),
        )

    def _others(self, staff_id: str, clinic_id: str, at: int) -> list[SiteSupervisor]:
        here = self.on_site(clinic_id, at)
        return [SiteSupervisor(staff_id=name, role=self._staff[name]["role"]) for name in here if name != staff_id]


def is_lead(person: Mapping[str, Any], clinic_id: str) -> bool:
    """Whether a person may act for others at a clinic: ``lead`` is true, or a list of clinics."""
    lead = person.get("lead", False)
    return (
        clinic_id in lead if isinstance(lead, list) else bool(lead) and clinic_id in person.get("clinics", [clinic_id])
    )


def parse_shifts(raw: Sequence[Mapping[str, Any]]) -> tuple[Shift, ...]:
    """Weekly shifts ``{days, from, to, clinic}``; one that ends at or before its begin goes on into the next day."""
    return tuple(
        (_days(shift["days"]), start, end, shift["clinic"])
        for shift in raw
        for start, end in parse_ranges(f"{shift['from']}-{shift['to']}")
    )


def _days(raw: Any) -> frozenset[int]:
    """``all``, ``mon-fri``, ``monday`` or a list of such."""
    if raw in ("all", "daily"):
        return frozenset(range(7))
    if isinstance(raw, list):
        return frozenset().union(*(_days(day) for day in raw))
    first, dash, last = str(raw).lower().partition("-")
    begin, end = _day(first), _day(last) if dash else _day(first)
    return frozenset((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _day(name: str) -> int:
    found = _ABBREVIATED.get(name[:3])
    if found is None or not WEEKDAYS[found].startswith(name):
        raise InvalidBundle(f"Expected days such as mon, mon-fri or all, but got {name!r}")
    return found


def _within(shifts: Sequence[Shift], clinic_id: str, local: int) -> bool:
    return _begin(shifts, clinic_id, local) is not None


def _begin(shifts: Sequence[Shift], clinic_id: str, local: int) -> int | None:
    """The last begin of a shift that is on at a local time."""
    day, into = divmod(local, DAY)
    minute = into // MINUTE
    found = None
    for days, start, end, clinic in shifts:
        if clinic != clinic_id:
            continue
        if weekday(day) in days and start <= minute < end:
            found = max(found or 0, day * DAY + start * MINUTE)
        if weekday(day - 1) in days and start <= minute + 1440 < end:
            found = max(found or 0, (day - 1) * DAY + start * MINUTE)
    return found


def _valid(tag: Mapping[str, Any], day: int) -> bool:
    begin, end = tag.get("valid_from"), tag.get("valid_to")
    return (begin is None or parse_day(begin) <= day) and (end is None or day <= parse_day(end))
