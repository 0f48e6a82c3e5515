"""The checks of one event at the public door: form, type, who may send it, clinic, room, task, people."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow import codec
from clinicflow.agents import all_agents
from clinicflow.auth import Principal
from clinicflow.bundle_check.problems import hint
from clinicflow.codec.times import AHEAD, micros_of
from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event
from clinicflow.core.ids import endless_case, room_case
from clinicflow.core.ids import event_id as client_event_id
from clinicflow.core.kinds import KEYS
from clinicflow.core.people import People
from clinicflow.core.requests import Setting, may_complete
from clinicflow.core.task_table import Refused as NotAllowed
from clinicflow.errors import InvalidEvent, Problem, Refused
from clinicflow.events import EVENT_TYPES
from clinicflow.gateway import personal, rooms, stamps, workload
from clinicflow.gateway.identifiers import Identifiers, read_identifiers, read_person
from clinicflow.gateway.ids import body_hash
from clinicflow.gateway.services import Services
from clinicflow.store import knowledge
from clinicflow.store.owners import OPENERS
from clinicflow.store.rows import Personal, TaskRow

_EXTRAS = ("identifiers", "person")


class Prepared(msgspec.Struct):
    """An event that has passed every check that needs no transaction."""

    event: Event
    body: bytes
    personal: list[Personal]
    identifiers: Identifiers
    person: dict[str, str]
    derive_case: bool


class Check:
    """The checks of one event that need no transaction."""

    def __init__(self, services: Services, principal: Principal, bundle: Bundle, now: int) -> None:
        self._services = services
        self._principal = principal
        self._bundle = bundle
        self._now = now

    async def prepare(self, sent: Any, key: str | None) -> Prepared:
        if not isinstance(sent, dict):
            raise Refused(422, "Not an event", [Problem("", "is not an object", "a JSON object with type and fields")])
        kind = self._kind(sent)
        extras, problems = _extras(sent)
        doc = {name: value for name, value in sent.items() if name not in _EXTRAS}
        if doc.get("org_id", self._principal.org_id) != self._principal.org_id:
            problems.append(Problem("org_id", "is another organization", "that it is left out: the token says it"))
        row = await self._fill_from_task(kind, doc)
        room = doc.pop("room_id", None) if "room_id" not in kind.__struct_fields__ and kind.CASE == "room" else None
        clinic = self._clinic(doc, problems)
        self._room(kind, doc, room, clinic, problems)
        self._endless(kind, doc, problems)
        if "occurred_at" not in doc and (self._principal.kind == "staff" or kind.AREA == "task"):
            doc["occurred_at"] = self._now
        derive = "case_id" not in doc and not problems
        if derive and kind.TYPE not in OPENERS and not extras[0].case and not extras[0].patient:
            problems.append(Problem("case_id", "is missing", "the case that the event is about, or identifiers of it"))
        event_id = self._event_id(doc, sent, key)
        defaults = {
            "event_id": event_id,
            "org_id": self._principal.org_id,
            "case_id": event_id,
            "recorded_at": self._now,
            "source_system": self._principal.id if self._principal.kind == "client" else "clinicflow",
        }
        defaults |= await self._actor(kind, doc, clinic, row, problems)
        defaults |= await self._busy(kind, doc, defaults, clinic)
        event, values = self._read(doc, defaults, problems)
        await self._may_complete(event, row)
        if self._principal.kind == "staff":
            await rooms.must_be_free(self._services.store, event)
        body = body_hash({"sent": sent, "by": self._principal.id})
        return Prepared(event, body, values, *extras, derive)

    def _kind(self, doc: Mapping[str, Any]) -> type[Event]:
        name = doc.get("type")
        kind = EVENT_TYPES.get(name) if isinstance(name, str) else None
        if kind is None:
            known = sorted(name for name in EVENT_TYPES if public(EVENT_TYPES[name]))
            wrong = "is missing" if name is None else f"is unknown{hint(name, known)}"
            raise Refused(422, "Unknown event type", [Problem("type", wrong, "one of " + ", ".join(known))])
        if not public(kind):
            problem = Problem("type", f"is {kind.TYPE}, which only agents and timers emit", "an event from outside")
            raise Refused(403, "Not from outside", [problem])
        acts = self._principal.kind == "staff" or self._principal.may("staff:act")
        if kind.AREA == "task" and not acts:
            problem = Problem("type", "is a person's request", "a signed-in member of staff, or the scope staff:act")
            raise Refused(403, "Not for this client", [problem])
        return kind

    async def _fill_from_task(self, kind: type[Event], doc: dict[str, Any]) -> TaskRow | None:
        """A request names its task; the task names agent, case, clinic and patient. Without one nothing else counts."""
        if kind.AREA != "task" or not isinstance(doc.get("task_id"), str):
            return None
        agents = all_agents()
        if "agent" in doc and doc["agent"] not in agents:
            problem = Problem("agent", "is unknown", "one of " + ", ".join(sorted(agents)))
            raise Refused(422, "Unknown agent", [problem])
        row = await self._services.store.task(self._principal.org_id, doc["task_id"])
        if row is None or doc.get("agent", row.task.agent) != row.task.agent:
            raise Refused(422, "Unknown task", [Problem("task_id", "is unknown", "the id of a task of that agent")])
        if doc.get("case_id", row.case_id) != row.case_id:
            raise Refused(422, "Another case", [Problem("case_id", "is another case than the task's", row.case_id)])
        doc.setdefault("agent", row.task.agent)
        doc.setdefault("case_id", row.case_id)
        doc.setdefault("clinic_id", row.clinic_id)
        if row.patient_id:
            doc.setdefault("patient_id", row.patient_id)
        return row

    async def _may_complete(self, event: Event, row: TaskRow | None) -> None:
        """Who may not do a task does not end it by a closing event sent with the request: neither is stored. It is
        asked by the rules that the task's case goes by, as its agent asks."""
        if row is None or not row.task.open or getattr(event, "closing_event_id", None) is None:
            return
        rules = await self._services.bundles.rules_of(row)
        answer = may_complete(Setting(rules, event.clinic_id, self._now), row.task, event)
        if isinstance(answer, NotAllowed):
            problem = Problem("task_id", "may not be completed by this person", answer.reason, answer.code)
            raise Refused(403, "Not allowed", [problem])

    def _clinic(self, doc: Mapping[str, Any], problems: list[Problem]) -> str:
        clinic = doc.get("clinic_id")
        if not isinstance(clinic, str) or clinic not in self._bundle.clinics:
            expected = "one of " + ", ".join(sorted(self._bundle.clinics))
            problems.append(Problem("clinic_id", "is missing or unknown", expected))
            return ""
        if not self._principal.sees(clinic):
            problem = Problem("clinic_id", "is out of reach", "one of " + ", ".join(self._principal.clinics or ()))
            raise Refused(403, "Another clinic", [problem])
        return clinic

    def _room(self, kind: type[Event], doc: dict[str, Any], room: Any, clinic: str, problems: list[Problem]) -> None:
        if not clinic or (kind.CASE != "room" and "room_id" not in doc):
            return
        rooms = {entry["id"] for entry in self._bundle.clinic(clinic).get("rooms", ())}
        named_room = doc.get("room_id", room)
        if named_room is None and kind.CASE == "room":
            cases = {room_case(self._principal.org_id, name) for name in rooms}
            if doc.get("case_id") not in cases:
                problems.append(Problem("room_id", "is missing", "one of " + ", ".join(sorted(rooms))))
            return
        if not isinstance(named_room, str) or named_room not in rooms:
            problems.append(Problem("room_id", f"is no room of clinic {clinic}", "one of " + ", ".join(sorted(rooms))))
        elif kind.CASE == "room":
            doc["case_id"] = room_case(self._principal.org_id, named_room)

    def _endless(self, kind: type[Event], doc: dict[str, Any], problems: list[Problem]) -> None:
        """The case of a stock item, an instrument load, a member of staff ... follows from the field that names it."""
        named_by = KEYS.get(kind.CASE) if kind.CASE != "room" else None
        key = doc.get(named_by) if named_by is not None else None
        if not isinstance(key, str) or not key:
            return
        case = endless_case(kind.CASE, self._principal.org_id, key)
        if doc.setdefault("case_id", case) != case:
            problems.append(Problem("case_id", f"is another case than that of {named_by}", "that it is left out"))

    async def _actor(
        self, kind: type[Event], doc: dict[str, Any], clinic: str, row: TaskRow | None, problems: list[Problem]
    ) -> dict[str, Any]:
        """Who acts, with role and credentials as we know them; a client's claims about these are not taken over."""
        for name in ("actor_role", "actor_credentials"):
            doc.pop(name, None)
        principal = self._principal
        staff = principal.id if principal.kind == "staff" else doc.get("actor_id")
        if principal.kind == "staff" and doc.pop("actor_id", staff) != staff:
            problems.append(Problem("actor_id", "is another person", "that it is left out: the session says it"))
        if staff is None:
            if kind.AREA == "task":
                problems.append(Problem("actor_id", "is missing", "the member of staff who asks"))
            return {}
        at = self._said_time(doc) if principal.kind == "client" else self._now
        due = None if row is None else row.task.due_at
        here = stamps.Stamping(self._bundle, await self._people(kind, clinic, str(staff), doc), clinic, at, due)
        found = stamps.actor(here.people, str(staff), at)
        if found is None:
            problems.append(Problem("actor_id", "is unknown", "a member of staff of the bundle"))
            return {}
        try:
            return found | stamps.of(kind, doc, here, str(staff))
        except ValueError as unknown:
            problems.append(unknown.args[0])
            return found

    async def _people(self, kind: type[Event], clinic: str, staff: str, doc: Mapping[str, Any]) -> People:
        """The people at the clinic: all whom a request for a task is stamped with, else only who acts."""
        store, bundle = self._services.store, self._bundle
        if kind.AREA != "task":
            return bundle.people(clinic, await knowledge.of_staff(store, bundle.org_id, [staff]))
        return bundle.people(
            clinic, await knowledge.at_clinic(store, bundle, clinic, {staff, str(doc.get("to_staff"))})
        )

    async def _busy(self, kind: type[Event], doc: dict[str, Any], known: dict[str, Any], clinic: str) -> dict[str, Any]:
        """How much those already hold who ask for a task or are to get it."""
        staff = {prefix: name for prefix, name in (("", known.get("actor_id")), ("to_", doc.get("to_staff"))) if name}
        if not clinic or not staff:
            return {}
        return await workload.stamps(self._services.store, self._bundle, kind, staff, clinic)

    def _said_time(self, doc: Mapping[str, Any]) -> int:
        """When a client says that it happened; a time that cannot be read is a problem of its own."""
        said = doc.get("occurred_at")
        if type(said) is int:
            return said
        try:
            return micros_of(said) if isinstance(said, str) else self._now
        except ValueError:
            return self._now

    def _event_id(self, doc: Mapping[str, Any], sent: Mapping[str, Any], key: str | None) -> str:
        """From the key, else the client's own, else the body: a blind repeat of a body with its time makes no event."""
        org, client = self._principal.org_id, self._principal.id
        if key is not None:
            return client_event_id(org, client, key)
        if isinstance(doc.get("event_id"), str):
            return str(doc["event_id"])
        digest = hashlib.sha256(body_hash(sent)).hexdigest()
        when = "" if "occurred_at" in sent else str(self._now)
        return client_event_id(org, client, f"body {digest} {when}")

    def _read(
        self, doc: dict[str, Any], defaults: dict[str, Any], problems: list[Problem]
    ) -> tuple[Event, list[Personal]]:
        """The event without its personal values, and these."""
        if "event_id" in doc:
            doc = {**doc, "event_id": defaults["event_id"]}
        try:
            event, values = personal.withdraw(codec.from_json(doc, defaults=defaults), None)
            codec.encode(event)
        except InvalidEvent as invalid:
            said = {problem.path for problem in problems}
            # What we stamp is missing only because of a problem that was said already, and nobody else can give it.
            ours = set(EVENT_TYPES[doc["type"]].STAMPED) if problems else set()
            problems += [
                problem
                for problem in invalid.problems
                if problem.path not in said and not (problem.path in ours and problem.problem == "is missing")
            ]
            if not problems:
                problems.append(Problem("", "is not an event that can be stored", str(invalid)))
            raise Refused(422, "Not a valid event", problems) from invalid
        if event.occurred_at > self._now + AHEAD:
            problems.append(Problem("occurred_at", "is in the future", "a time at most two days ahead"))
        if problems:
            raise Refused(422, "Not a valid event", problems)
        return event, values


def public(kind: type[Event]) -> bool:
    """Whether an event of this type may come from outside."""
    return kind.BY in ("person", "feed")


def _extras(sent: Mapping[str, Any]) -> tuple[tuple[Identifiers, dict[str, str]], list[Problem]]:
    problems: list[Problem] = []
    return (read_identifiers(sent.get("identifiers"), problems), read_person(sent.get("person"), problems)), problems
