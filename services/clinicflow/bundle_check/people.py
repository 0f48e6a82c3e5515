"""Checks of clinics and staff: what they name exists, shifts can be read, and somebody may do every task everywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from clinicflow.bundle_check.forms import shift_times
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.core.hours import parse_ranges
from clinicflow.core.requests import LICENSED
from clinicflow.core.rules import REVIEW, ROLES, Rule, TaskSpec
from clinicflow.core.scope import ClinicScope, Person, clinic_scope
from clinicflow.core.staffing import CREDENTIALS, Staffing, is_lead

Raw = Mapping[str, Any]


def check_clinics(document: Raw, report: Report) -> None:
    """Rooms are unique in the organization, hours are given, tables of a clinic exist, its screens fit to it."""
    rooms: dict[str, str] = {}
    if not document["clinics"]:
        report.error(("clinics",), "Expected at least one clinic, but there is none")
    for name, clinic in document["clinics"].items():
        for index, room in enumerate(clinic["rooms"]):
            if room["id"] in rooms:
                at: Place = ("clinics", name, "rooms", index, "id")
                report.error(
                    at, f"Expected each room id once, but {room['id']!r} is also in clinic {rooms[room['id']]}"
                )
            rooms.setdefault(room["id"], name)
        if not any(parse_ranges(ranges) for ranges in clinic["hours"].values()):
            report.error(("clinics", name, "hours"), "Expected opening hours on some day, but the clinic is never open")
        for table in clinic.get("tables", {}):
            if table not in document["tables"]:
                report.unknown(("clinics", name, "tables", table), "table", table, document["tables"])
        _check_screens(clinic, ("clinics", name), document["languages"], report)
        _check_line(clinic, ("clinics", name), document["tables"].get("ranking", {}), report)


def _check_screens(clinic: Raw, place: Place, languages: Sequence[str], report: Report) -> None:
    """The display begins in a language of the clinic."""
    spoken = clinic.get("languages") or languages
    first = clinic.get("display", {}).get("language")
    if first is not None and first not in spoken:
        report.unknown((*place, "display", "language"), "language", first, spoken)


def _check_line(clinic: Raw, place: Place, ranking: Raw, report: Report) -> None:
    """The times of the line stand in one place, and nobody is overtaken for longer than the network's table allows."""
    own, queue = clinic.get("tables", {}).get("ranking", {}), clinic.get("queue", {})
    cap, most = queue.get("overtake_cap_minutes"), ranking.get("overtake_cap_min")
    if cap is not None and isinstance(most, int) and cap > most:
        at = (*place, "queue", "overtake_cap_minutes")
        report.error(at, f"Expected {most} or less, as table 'ranking' has it in overtake_cap_min, but got {cap}")
    for name, twin in (("grace_minutes", "late_grace_min"), ("overtake_cap_minutes", "overtake_cap_min")):
        if name in queue and twin in own:
            report.error(
                (*place, "queue", name), f"Expected {name} alone, but the clinic's table 'ranking' has {twin} too"
            )


def check_staff(document: Raw, report: Report) -> bool:
    """Roles, credentials, clinics and shifts of everybody; whether shifts can be read."""
    before = report.errors
    for name, person in document["staff"].items():
        place: Place = ("staff", name)
        if person["role"] not in ROLES:
            report.unknown((*place, "role"), "role", person["role"], ROLES)
        for index, tag in enumerate(person.get("credentials", [])):
            if tag["tag"] not in CREDENTIALS:
                report.unknown((*place, "credentials", index, "tag"), "credential", tag["tag"], CREDENTIALS)
        _check_places(person, place, document["clinics"], report)
    return report.errors == before


def _check_places(person: Raw, place: Place, clinics: Raw, report: Report) -> None:
    for index, clinic in enumerate(person["clinics"]):
        if clinic not in clinics:
            report.unknown((*place, "clinics", index), "clinic", clinic, clinics)
    for index, shift in enumerate(person["shifts"]):
        at: Place = (*place, "shifts", index)
        shift_times(shift, at, report)
        if shift["clinic"] not in clinics:
            report.unknown((*at, "clinic"), "clinic", shift["clinic"], clinics)
        elif shift["clinic"] not in person["clinics"]:
            report.error((*at, "clinic"), f"Expected a clinic that the person works at, but got {shift['clinic']!r}")


def check_doable(document: Raw, compiled: Sequence[tuple[Place, Rule]], at: int, report: Report) -> None:
    """In each clinic somebody of a task's roles, or of those it escalates to, may do it on the day of ``at``.

    It is a warning when only the latter may: the task then always waits for its escalation.
    """
    scope = clinic_scope(document)
    staffing = Staffing(document["staff"], scope.hours)
    review: list[tuple[Place, Rule]] = [(("staff",), REVIEW)] if document["protocols"] else []
    for clinic in sorted(document["clinics"]):
        people = _people(document, staffing, clinic, at)
        for place, rule in [*compiled, *review]:
            if rule.task is not None and (rule.clinics is None or clinic in rule.clinics):
                _check_task(rule.task, (*place, "task"), people, clinic, document, at, scope, report)


def _check_task(
    task: TaskSpec,
    place: Place,
    people: Sequence[Person],
    clinic: str,
    document: Raw,
    at: int,
    scope: ClinicScope,
    report: Report,
) -> None:
    reasons = _refusals(task, task.roles, people, clinic, at, scope)
    if reasons is None:
        return
    why = "; ".join(reasons) or f"no staff of role {' or '.join(task.roles)}"
    where = f"at clinic {clinic} ({document['clinics'][clinic]['jurisdiction']})"
    wider = [*task.roles, *(role for step in task.escalation for role in step.roles)]
    if _refusals(task, wider, people, clinic, at, scope) is None:
        report.warning(place, f"only those it escalates to may do {task.activity} {where}: {why}")
    else:
        remedy = "name other roles, or add staff, the credential or a rule of scope"
        report.error(place, f"Expected somebody {where} who may do {task.activity}, but nobody may: {why}; {remedy}")


def _people(document: Raw, staffing: Staffing, clinic: str, at: int) -> list[Person]:
    """Everybody of a clinic as if on shift, with all others on site."""
    staff = {name: person for name, person in document["staff"].items() if clinic in person["clinics"]}
    return [
        Person(
            id=name,
            role=person["role"],
            credentials=staffing.credentials(name, clinic, at),
            on_shift=True,
            supervisors=tuple(sorted({other["role"] for key, other in staff.items() if key != name})),
            lead=is_lead(person, clinic),
        )
        for name, person in sorted(staff.items())
    ]


def _refusals(
    task: TaskSpec, roles: Sequence[str], people: Sequence[Person], clinic: str, at: int, scope: ClinicScope
) -> list[str] | None:
    """Why nobody of these roles may (different reasons, in order), or None when somebody may."""
    reasons: dict[str, None] = {}
    for person in people:
        if person.role not in roles and not (person.lead and "LEAD" in roles):
            continue
        if task.activity == REVIEW.id:
            return None
        if not _credited(task.credential, person):
            reasons[f"the task asks for credential {task.credential}, which no such person holds"] = None
            continue
        decision = scope.may(task.activity, person, clinic, at)
        if decision.allowed:
            return None
        reasons[decision.reason.rstrip(".")] = None
    return list(reasons)


def _credited(tag: str, person: Person) -> bool:
    return tag == "any" or tag in person.credentials or (person.role in LICENSED and tag.startswith("ma-"))
