"""Random days of a clinic: any event that people or feeds send, about any case, late, wrong and corrected.

A day is a list of moves, so that Hypothesis can leave some out and show the shortest day that goes wrong. The fields of
an event follow from its schema and from one number: 0 is the least that a scenario would say, another changes some.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st

from clinicflow.bundle_check import samples
from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event
from clinicflow.core.ids import endless_case, named
from clinicflow.core.kinds import IMPERSONAL, KEYS
from clinicflow.data import data_dir
from clinicflow.events import EVENT_TYPES
from clinicflow.protocols.scenario import read_defaults
from tests.agents.harness import FIELDS, MINUTE, NEXT_STEPS, NORMAL, START, VISIT, Clinic

COURSE = (
    "patient-arrived",
    "ticket-issued",
    "checked-in",
    "patient-called",
    "room-assigned",
    "roomed",
    "vitals-taken",
    "ready-for-provider",
    "provider-entered",
    "provider-exited",
    "visit-ended",
)
"""The way of an ordinary visit."""
TURNS = ("identity-mismatch-found", "identity-confirmed", "provider-entered", "provider-exited")
"""What turns it aside, or makes it go back."""
RETURNS = ("checked-out", "checkout-reversed")
"""What ends it and opens it again; alone a check-out would end most days early."""

CORRECTING = frozenset({"event-voided", "bundle-migrated"})
ASKED = {name for name in EVENT_TYPES if name.startswith("task-")}
PRIMARY = sorted(
    name for name, event in EVENT_TYPES.items() if event.BY in ("person", "feed") and name not in CORRECTING | ASKED
)
"""Every type that comes from outside, but those that a day sends in a way of their own."""
DURING = [name for name in PRIMARY if EVENT_TYPES[name].CASE in ("visit", "any") and not EVENT_TYPES[name].ENDS]
"""What happens to a visit that goes on."""
STAFF = ("fd-lena", "ma-ana", "ma-dewi", "rn-grace", "prv-jonas", "mgr-selma")
REASONS = {"fail": "other", "release": "busy", "decline": "busy", "pause": "interrupted"}
ACTS = ("claim", "start", "completion", "fail", "release", "decline", "pause", "resume")


class Happens(NamedTuple):
    """An event about one of the cases of its kind, entered ``late`` minutes after it happened."""

    kind: str
    case: int = 0
    late: int = 0
    fields: int = 0


class Asks(NamedTuple):
    """A person asks something of a task of the visit (or of any case), counted from the oldest."""

    what: str
    which: int
    staff: int
    anywhere: bool = False


class Corrects(NamedTuple):
    """An earlier event is voided, or told again with other fields."""

    which: int
    fields: int | None = None


class Waits(NamedTuple):
    """Only time passes."""

    minutes: int


class Follows(NamedTuple):
    """What brings the visit to its next step is done as its rule says, or given up by the lead."""

    given_up: bool
    fields: int = 0


Move = Happens | Asks | Corrects | Waits | Follows

_kinds = st.one_of(*map(st.sampled_from, (COURSE, TURNS, RETURNS, DURING, PRIMARY)))
_events = st.builds(
    Happens,
    _kinds,
    st.integers(0, 2),
    st.one_of(st.just(0), st.integers(0, 40)),
    st.one_of(st.just(0), st.integers(0, 1 << 16)),
)
MOVES: st.SearchStrategy[Move] = st.one_of(
    _events,
    _events,
    _events,
    st.builds(Asks, st.sampled_from(ACTS), st.integers(0, 9), st.integers(0, len(STAFF) - 1), st.booleans()),
    st.builds(Corrects, st.integers(0, 40), st.one_of(st.none(), st.integers(0, 1 << 16))),
    st.builds(Waits, st.sampled_from((1, 20, 60, 240, 1440))),
    st.builds(Follows, st.booleans(), st.one_of(st.just(0), st.integers(0, 1 << 16))),
    st.builds(Follows, st.just(False)),
)
DAYS = st.tuples(
    st.sampled_from(("patient-arrived", "ticket-issued", "checked-in")),
    # Left to itself Hypothesis makes short lists; the short ones stay, so that a find can shrink to few moves.
    st.one_of(st.lists(MOVES, min_size=1, max_size=60), st.lists(MOVES, min_size=20, max_size=60)),
)
"""How a day begins, and what comes after."""


class Day(Clinic):
    """A clinic to which moves happen. One minute passes with each, but where a move says more."""

    def __init__(self, bundle: Bundle | None = None) -> None:
        super().__init__()
        self.now_under(bundle or self.bundle)
        self.bundles = {self.bundle.number: self.bundle}
        self.minute = 0.0
        self.told: list[Event] = []

    def move(self, move: Move) -> Event | None:
        """Let a move happen; what was told, if anything was."""
        self.minute += 1
        if isinstance(move, Happens):
            return self._told(self.draft(move))
        if isinstance(move, Asks):
            return self._asked(move)
        if isinstance(move, Corrects):
            return self._corrected(move)
        if isinstance(move, Follows):
            return self._followed(move)
        self.minute += move.minutes
        self.wait(self.minute)
        return None

    def play(self, day: tuple[str, list[Move]]) -> Iterator[Move]:
        """All moves of a day in order, each after it has happened."""
        first, moves = day
        for move in (Happens(first), *moves):
            self.move(move)
            yield move

    def draft(self, move: Happens) -> Event:
        """The event of a move, not told yet."""
        by = STAFF[move.fields % len(STAFF)]
        fields = fields_of(move.kind, move.fields, [event.event_id for event in self.told])
        case = case_of(move.kind, move.case, fields, self.clinic)
        if EVENT_TYPES[move.kind].CASE in IMPERSONAL:
            fields["patient_id"] = None
        return self.event(move.kind, self.minute - move.late, case, logged=self.minute, by=by, **fields)

    def _told(self, event: Event) -> Event:
        self.told.append(event)
        self.feed(event, event.recorded_at)
        return event

    def _followed(self, move: Follows) -> Event | None:
        step = next((task for task in self.tasks(VISIT) if task.rule in NEXT_STEPS), None)
        if step is None:
            return None
        if move.given_up:
            return self.asks("rn-grace", "fail", step, self.minute, reason="other")
        return self._told(self.draft(Happens(self.bundle.closing_event(step.agent, step.rule)[0], fields=move.fields)))

    def _asked(self, move: Asks) -> Event | None:
        cases = sorted(self.result.cases) if move.anywhere else [VISIT]
        tasks = [task for case in cases for task in self.tasks(case)]
        if not tasks:
            return None
        more = {"reason": REASONS[move.what]} if move.what in REASONS else {}
        return self.asks(STAFF[move.staff], move.what, tasks[move.which % len(tasks)], self.minute, **more)

    def _corrected(self, move: Corrects) -> Event | None:
        if not self.told:
            return None
        wrong = self.told.pop(move.which % len(self.told))
        if move.fields is None:
            return self.happens("event-voided", self.minute, wrong.case_id, corrects=wrong.event_id)
        fields = fields_of(wrong.TYPE, move.fields, [event.event_id for event in self.told])
        right = msgspec.structs.replace(
            wrong,
            event_id=named(f"story|{next(self.numbers)}"),
            recorded_at=START + round(self.minute * MINUTE),
            corrects=wrong.event_id,
            **fields,
        )
        return self._told(right)


def case_of(kind: str, number: int, fields: dict[str, Any], clinic: str) -> str:
    """The case of an event: the story's visit, one of three of its kind, or the endless one that its fields name."""
    of = EVENT_TYPES[kind].CASE
    if of in KEYS:
        return endless_case(of, "demo", clinic if of == "clinic" else str(fields.get(KEYS[of], number)))
    if of == "any":
        return VISIT if number == 0 else named(f"story|order|{number}")
    return VISIT if of == "visit" else named(f"story|{of}|{number}")


def fields_of(kind: str, number: int, told: Sequence[str]) -> dict[str, Any]:
    """An event's own fields: the least that a scenario would say, some of them changed when ``number`` is not 0."""
    chance = Random(number)
    usual = {**_needed(kind), **_usual(kind)}
    if kind == "vitals-taken":
        usual |= NORMAL
    if number == 0:
        return usual
    told = told or [named("story|nothing")]
    other = {name: chance.choice(values) for name, values in _choices(kind).items() if chance.random() < 0.4}
    for name in _references(kind):
        if chance.random() < 0.5:
            other[name] = VISIT if name.endswith("case_id") else chance.choice(told)
    return usual | other


@cache
def _choices(kind: str) -> dict[str, list[Any]]:
    """Values of each field of a type: none where it may be, what its rules compare with, and what lies around it."""
    event_type = EVENT_TYPES[kind]
    hints = samples.kinds(event_type)
    found = {}
    for name in samples.own_fields(event_type):
        if name in _references(kind) or name in KEYS.values():
            continue
        scale = 10 ** event_type.UNITS.get(name, ("", 0))[1]
        around = samples.Literals((5, 30, 90, 180, 400), ())
        found[name] = samples.candidates(hints[name], around, event_type.ENUMS.get(name, ()), scale)
        if name.endswith("_at"):
            known = [value for value in found[name] if value is None]
            found[name] = [*known, *(START + minutes * MINUTE for minutes in (-3000, -20, 0, 45, 600, 4000))]
    return found


@cache
def _needed(kind: str) -> dict[str, Any]:
    """The least that the schema asks for."""
    event_type = EVENT_TYPES[kind]
    plain = samples.plain_event(event_type)
    required = {field.name for field in msgspec.structs.fields(event_type) if field.required}
    named_ids = dict.fromkeys(_references(kind), named("story|nothing"))
    return {
        name: named_ids.get(name, getattr(plain, name))
        for name in samples.own_fields(event_type)
        if name in required or name in event_type.REQUIRES
    }


@cache
def _references(kind: str) -> frozenset[str]:
    """Fields that hold the id of a case or of an event."""
    path = data_dir("schemas") / "avro" / "events" / f"{kind}.avsc"
    own = set(samples.own_fields(EVENT_TYPES[kind]))
    schema = json.loads(path.read_text("utf-8"))
    return frozenset(field["name"] for field in schema["fields"] if field.get("format") == "uuid") & own


@cache
def _defaults() -> dict[str, dict[str, Any]]:
    return read_defaults(data_dir("scenarios"))


def _usual(kind: str) -> dict[str, Any]:
    """What scenarios say of such an event, in the schema's own units; times and what they refer to are left out."""
    event_type = EVENT_TYPES[kind]
    found = dict(FIELDS.get(kind, {}))
    for name, value in _defaults().get(kind, {}).items():
        if isinstance(value, dict) or (isinstance(value, str) and value.startswith("=")):
            continue
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            continue
        scaled = name in event_type.UNITS and isinstance(value, int | float)
        found.setdefault(name, round(value * 10 ** event_type.UNITS[name][1]) if scaled else value)
    return found
