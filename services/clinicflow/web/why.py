"""Why there is a task: the event that made it, the rule that says so, and the chain back to the first event."""

from typing import Any

import msgspec

from clinicflow import codec
from clinicflow.core.event import Event, body
from clinicflow.core.ranking import Reason
from clinicflow.core.task import Task
from clinicflow.core.waiting import Waiting
from clinicflow.errors import UndecodableEvent
from clinicflow.store.ports import Store
from clinicflow.store.rows import PlacedRow, TaskRow

LONGEST = 50


class Through(msgspec.Struct, frozen=True):
    """The task that leads from one event of the chain to the next."""

    task_id: str
    activity: str
    rule: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """One event of the chain, with what it says that is not personal. Times are UTC microseconds."""

    event_id: str
    type: str
    case_id: str
    clinic_id: str
    occurred_at: int
    logged_at: int
    partition: int
    position: int
    bundle: int
    actor_id: str | None = None
    actor_role: str | None = None
    source: str = ""
    facts: dict[str, Any] = {}
    through: Through | None = None
    """The task that this event completed, where a person did what an earlier event had asked for."""


class RuleNote(msgspec.Struct, frozen=True, kw_only=True):
    """The rule as the task's bundle holds it."""

    id: str
    agent: str
    bundle: int
    bundle_hash: str = ""
    protocol: str = ""
    version: Any = None
    owner: str = ""
    source: str = ""
    when: str | None = None
    on: tuple[str, ...] = ()
    titles: dict[str, str] = {}


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """The answer; ``chain`` begins with the causing event and ends with the first one."""

    task_id: str
    activity: str
    rule: RuleNote
    chain: tuple[Link, ...]
    waiting: Waiting | None = None
    reasons: tuple[Reason, ...] = ()
    """Why it stands where it does on the list of who asks; nothing when it is not open."""
    owner: str | None = None
    scope_rule: str | None = None
    """The rule of the scope of practice by which its owner may do it, or that says why they may not."""
    supervisor: str | None = None
    """The member of staff on whom it rests."""


async def why(store: Store, row: TaskRow, waits: Waiting | None, reasons: tuple[Reason, ...]) -> Why:
    """Why there is this task. Raises what the store raises."""
    return Why(
        task_id=row.task.task_id,
        activity=row.task.activity,
        rule=await rule_note(store, row),
        chain=tuple(await chain(store, row.org_id, row.task.cause)),
        waiting=waits,
        reasons=reasons,
        owner=row.task.owner,
        scope_rule=row.task.scope_rule,
        supervisor=row.task.supervisor,
    )


async def chain(store: Store, org_id: str, event_id: str | None) -> list[Link]:
    """The events from this one back to the first.

    A derived event names what caused it; of a person's event it is the cause of the task that the event completed.
    """
    found: list[Link] = []
    seen: set[str] = set()
    while event_id is not None and event_id not in seen and len(found) < LONGEST:
        seen.add(event_id)
        placed = await store.journal_event(org_id, event_id)
        event = None if placed is None else _decoded(placed)
        if placed is None or event is None:
            break
        done = None if event.caused_by else await _completed_by(store, org_id, event)
        found.append(_link(placed, event, done))
        event_id = event.caused_by or (done.cause if done else None)
    return found


def _decoded(placed: PlacedRow) -> Event | None:
    try:
        return codec.decode(placed.payload)
    except UndecodableEvent:
        return None


async def _completed_by(store: Store, org_id: str, event: Event) -> Task | None:
    rows = await store.tasks(org_id, case_id=event.case_id, open_only=False)
    done = [row.task for row in rows if row.task.closing == event.event_id and row.task.status == "completed"]
    return min(done, key=lambda task: (task.created_at, task.task_id), default=None)


def _link(placed: PlacedRow, event: Event, done: Task | None) -> Link:
    return Link(
        event_id=event.event_id,
        type=event.TYPE,
        case_id=event.case_id,
        clinic_id=event.clinic_id,
        occurred_at=event.occurred_at,
        logged_at=placed.logged_at,
        partition=placed.partition,
        position=placed.position,
        bundle=placed.bundle,
        actor_id=event.actor_id,
        actor_role=event.actor_role,
        source=event.source_system,
        facts=facts_of(event),
        through=Through(done.task_id, done.activity, done.rule) if done else None,
    )


def facts_of(event: Event) -> dict[str, Any]:
    """What an event says apart from its envelope; nothing personal, nothing empty."""
    hidden = {*event.PERSONAL, *event.STAMPED, "originals", "observations"}
    said = codec.to_json(event)
    return {name: said[name] for name in body(event) if name in said and name not in hidden}


async def rule_note(store: Store, row: TaskRow) -> RuleNote:
    """The rule by which the task was made, from the bundle that was in force then."""
    task = row.task
    stored = await store.bundle(row.org_id, task.bundle)
    bare = RuleNote(id=task.rule, agent=task.agent, bundle=task.bundle)
    if stored is None:
        return bare
    for protocol in stored.document.get("protocols", ()):
        for rule in protocol["rules"] if protocol["agent"] == task.agent else ():
            if rule["id"] == task.rule:
                return RuleNote(
                    id=task.rule,
                    agent=task.agent,
                    bundle=task.bundle,
                    bundle_hash=stored.hash,
                    protocol=protocol["protocol"],
                    version=protocol["version"],
                    owner=protocol["owner"],
                    source=protocol["source"],
                    when=rule.get("when"),
                    on=tuple([rule["on"]] if isinstance(rule["on"], str) else rule["on"]),
                    titles=dict((rule.get("task") or {}).get("title") or {}),
                )
    return msgspec.structs.replace(bare, bundle_hash=stored.hash)
