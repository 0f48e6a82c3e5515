"""A small clinic for tests of the running side: agents, rules, days of visits, and the fold to compare with."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from clinicflow.codec import decode, encode
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.bundle import Bundle, bundle_hash, compile_bundle
from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import AgentCase
from clinicflow.core.step import applies, bundle_for, step, unpack
from clinicflow.core.view import VisitView
from clinicflow.errors import HistoryNeeded
from clinicflow.events import EVENT_TYPES, CheckedIn, CheckedOut, ReadyForProvider, Roomed, VitalsTaken
from clinicflow.store.ports import Store
from clinicflow.store.rows import NewEvent, PlacedRow
from tests.core.bundle.small import document, task

MINUTE = 60_000_000
START = 1_767_960_000_000_000
"""2026-01-09T12:00:00Z."""
POISON = 666
"""A temperature (66.6 degrees) at which the nurse agent breaks, as a bug would."""


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """What a test agent remembers."""

    events: int = 0
    room: str | None = None
    temp: int | None = None


def agents(*, broken: bool = True) -> dict[str, Agent[Any]]:
    """``desk`` and ``nurse``; ``broken``: the nurse raises on a poisonous temperature."""
    desk: Agent[Seen] = Agent("desk", Seen, ["visit"])
    nurse: Agent[Seen] = Agent("nurse", Seen, ["visit"])

    def counted(state: Seen, event: Event, facts: Facts) -> Seen:
        return msgspec.structs.replace(state, events=state.events + 1)

    @nurse.on(VitalsTaken)
    def vitals(state: Seen, event: VitalsTaken, facts: Facts) -> Seen:
        if broken and event.temp == POISON:
            raise ZeroDivisionError("planted")
        return msgspec.structs.replace(state, events=state.events + 1, temp=event.temp)

    nurse.on(CheckedIn, Roomed, CheckedOut)(counted)
    desk.on(CheckedIn, Roomed, ReadyForProvider, CheckedOut)(counted)

    @desk.shows
    def view(state: Seen, event: Event) -> VisitView:
        return VisitView(case_id=event.case_id, org_id=event.org_id, clinic_id=event.clinic_id, stage=event.TYPE)

    return {"desk": desk, "nurse": nurse}


RULES: Mapping[str, list[dict[str, Any]]] = {
    "desk": [
        {"id": "room", "on": "checked-in", "task": task("room-patient", done_by=["roomed"])},
        {"id": "see", "on": "ready-for-provider", "task": task("see-patient", done_by=["provider-entered"])},
    ],
    "nurse": [
        {"id": "take", "on": "roomed", "task": task("take-vitals", done_by=["vitals-taken"])},
        {"id": "ready", "on": "vitals-taken", "raise": {"event": "ready-for-provider", "fields": {}}},
    ],
}


def the_document(**parts: Any) -> dict[str, Any]:
    """The bundle of org ``demo``."""
    return document(RULES, **parts)


async def apply_bundle(store: Store, **parts: Any) -> Bundle:
    """Bring it into force."""
    found = the_document(**parts)
    stored = await store.apply_bundle("demo", bundle_hash(found), found, START)
    return compile_bundle(found, stored.number, agents())


def uid(*parts: object) -> str:
    """A uuid that stands for these words."""
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, parts))))


_FIELDS: dict[str, dict[str, Any]] = {
    "checked-in": {"identifiers_matched": 2},
    "roomed": {"room_id": "n-1"},
    "vitals-taken": {"temp": 381},
    "event-voided": {"reason": "entered_in_error"},
}


def an_event(type_: str, visit: object = 1, *, at: int = 0, key: object = "", **fields: Any) -> Event:
    """An event of a visit, ``at`` minutes after the start; ``key`` tells it from others of its type in the visit."""
    when = START + at * MINUTE
    values = {
        "event_id": uid(type_, visit, key),
        "org_id": "demo",
        "clinic_id": "north",
        "case_id": uid("visit", visit),
        "patient_id": f"p-{visit}",
        "occurred_at": when,
        "recorded_at": when,
        "source_system": "test",
    }
    return EVENT_TYPES[type_](**{**values, **_FIELDS.get(type_, {}), **fields})


def a_visit(visit: object, **vitals: Any) -> list[Event]:
    """A plain visit of five events."""
    return [
        an_event("checked-in", visit),
        an_event("roomed", visit, at=5),
        an_event("vitals-taken", visit, at=8, **vitals),
        an_event("provider-entered", visit, at=15),
        an_event("checked-out", visit, at=30),
    ]


def a_day(visits: int, seed: int = 1, name: str = "") -> list[Event]:
    """Visits interleaved at random, each in its own order, some with a correction of the vitals at its end."""
    chance = random.Random(seed)
    queues = []
    for number in range(visits):
        visit = f"{name}{seed}-{number}"
        queue = a_visit(visit)
        if chance.random() < 0.1:
            queue.append(an_event("event-voided", visit, at=31, corrects=queue[2].event_id))
        queues.append(queue[::-1])
    day = []
    while queues:
        queue = chance.choice(queues[:40])
        day.append(queue.pop())
        if not queue:
            queues.remove(queue)
    return day


def row(event: Event) -> NewEvent:
    """An event as intake journals it."""
    return NewEvent(event.org_id, event.event_id, event.case_id, event.TYPE, encode(event), b"0" * 16)


async def journal(store: Store, events: Iterable[Event]) -> None:
    """Journal events, in one transaction."""
    async with store.intake() as transaction:
        answers = await transaction.append([row(event) for event in events])
    assert {answer.status for answer in answers} <= {"stored", "duplicate"}


class Folded(msgspec.Struct):
    """What folding the journal gives."""

    rows: int
    states: dict[str, dict[str, AgentCase]]
    tasks: dict[str, Any]
    derived: set[str]
    heads: dict[int, int]


async def fold(store: Store, only: Mapping[str, Agent[Any]] | None = None) -> Folded:
    """Fold the whole journal through the pure core, without anything of the running side."""
    known = only or agents(broken=False)
    stored = await store.bundle("demo")
    assert stored is not None
    bundle = compile_bundle(stored.document, stored.number, known)
    folded = Folded(0, {}, {}, set(), {})
    histories: dict[str, list[Placed]] = {}
    async for rows in store.scan():
        for each in rows:
            expected = folded.heads.get(each.partition, -1) + 1
            assert each.position == expected, "positions are dense"
            folded.heads[each.partition] = each.position
            folded.rows += 1
            _fold_row(folded, histories, each, known, bundle)
    return folded


def _fold_row(
    folded: Folded,
    histories: dict[str, list[Placed]],
    each: PlacedRow,
    known: Mapping[str, Agent[Any]],
    bundle: Bundle,
) -> None:
    placed = Placed(decode(each.payload), each.partition, each.position, each.logged_at, each.bundle, each.target_agent)
    history = histories.setdefault(each.case_id, [])
    for name, agent in sorted(known.items()):
        sides = folded.states.setdefault(each.case_id, {})
        if each.target_agent not in (None, name) or not applies(agent, bundle, placed):
            continue
        assert bundle_for(agent, sides.get(name), placed) == bundle.number
        try:
            outcome = step(agent, sides.get(name), placed, bundle)
        except HistoryNeeded:
            outcome = step(agent, sides.get(name), placed, bundle, history)
        sides[name] = outcome.case
        folded.derived |= {event.event_id for event in outcome.derived}
        folded.tasks.update({change.task.task_id: change.task for change in outcome.tasks})
    history.append(placed)


async def differences(store: Store, groups: Mapping[str, Iterable[str]]) -> list[str]:
    """What stored states, tasks, derived events and checkpoints have unlike the fold; ``groups``: agents by group."""
    folded = await fold(store)
    found = []
    for group, names in sorted(groups.items()):
        stored: dict[str, dict[str, AgentCase]] = {}
        async for states in store.states(group):
            stored |= {case_id: unpack(state) for case_id, state in states}
        for case_id, sides in sorted(folded.states.items()):
            for name in sorted(names):
                expected = sides[name].hash if name in sides else b""
                side = stored.get(case_id, {}).get(name)
                if (b"" if side is None else side.hash) != expected:
                    found.append(f"state of {name} in {case_id}")
        lag = (await store.health()).lag.get(group, {})
        found += [f"{group} lags {behind} in {partition}" for partition, behind in sorted(lag.items()) if behind]
    tasks: dict[str, Any] = {}
    async for rows in store.all_tasks():
        for each in rows:
            if each.task.task_id in tasks:
                found.append(f"task twice: {each.task.task_id}")
            tasks[each.task.task_id] = each.task
    found += [
        f"task {key}" for key in sorted(tasks.keys() | folded.tasks.keys()) if tasks.get(key) != folded.tasks.get(key)
    ]
    journaled = {each.event_id async for rows in store.scan() for each in rows}
    found += [f"derived event {event_id} is not journaled" for event_id in sorted(folded.derived - journaled)]
    return found
