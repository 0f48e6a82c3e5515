"""Who works at a clinic now and what each holds, and which handovers wait for their acceptance.

It says who needs relief, not who is quick: what people hold now, never what they have done.
"""

import msgspec
from fastapi import APIRouter, Request, Response

from clinicflow import codec
from clinicflow.core.bundle import Bundle
from clinicflow.core.ids import endless_case
from clinicflow.core.workload import BREAK_OVERDUE, weight_held
from clinicflow.errors import UndecodableEvent
from clinicflow.events import ShiftHandoverOffered
from clinicflow.store.rows import TaskRow
from clinicflow.web.access import Access
from clinicflow.web.answers import answer, problem
from clinicflow.web.hub import Hub
from clinicflow.web.mirror import Mirror
from clinicflow.web.services import Services

OFFERED = "accept-handover"
"""The rule whose open task is an offer that nobody has accepted yet."""


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """What a member of staff holds: open tasks, how many are overdue, and their weight by table ``workload``."""

    id: str
    on_shift: bool
    held: int
    overdue: int
    weight: int
    break_overdue: bool


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A handover that waits. ``offered_at`` is in UTC microseconds; ``tasks`` are those that are still open."""

    offer_event: str
    from_staff: str
    to_staff: str
    offered_at: int
    tasks: tuple[str, ...]


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """The people of a clinic by id. ``cap`` is the most that one may hold (None: no cap); ``free`` counts what nobody
    holds."""

    now: int
    cap: int | None
    free: int
    members: tuple[Member, ...]
    offers: tuple[Offer, ...]


def add(routes: APIRouter, services: Services, hub: Hub, access: Access) -> None:
    """Add the route."""

    @routes.get("/ui/team/{clinic}", tags=["screens"])
    async def team(clinic: str, request: Request) -> Response:
        """Who is on shift, what each holds against the cap, whose break is overdue, and open offers of handovers."""
        reader = await access.board(request, clinic)
        mirror = await hub.mirror(reader.org_id)
        if clinic not in mirror.bundle.clinics:
            return problem(404, "Unknown clinic", "Expected a clinic of the bundle in force")
        now = services.clock()
        rows = mirror.clinic_tasks(clinic)
        offers = [await _offer(services, mirror, row) for row in rows if row.task.rule == OFFERED]
        return answer(
            Team(
                now=now,
                cap=mirror.bundle.table("workload", clinic).get("cap"),
                free=sum(1 for row in rows if row.task.owner is None),
                members=members(mirror, clinic, now),
                offers=tuple(sorted((one for one in offers if one), key=lambda one: (one.offered_at, one.offer_event))),
            )
        )


def members(mirror: Mirror, clinic_id: str, now: int) -> tuple[Member, ...]:
    """Those on shift, and whoever else holds something or whose break is overdue; by id."""
    bundle = mirror.bundle
    rows = mirror.clinic_tasks(clinic_id)
    held = [row for row in rows if row.task.owner is not None]
    here = set(bundle.staffing.on_site(clinic_id, now))
    tired = _break_overdue(bundle, mirror.org_id, clinic_id, rows)
    shown = here | {str(row.task.owner) for row in held} | tired
    return tuple(_member(bundle, clinic_id, name, held, now, name in here, name in tired) for name in sorted(shown))


def _member(
    bundle: Bundle, clinic_id: str, name: str, held: list[TaskRow], now: int, on_shift: bool, tired: bool
) -> Member:
    tasks = [row.task for row in held if row.task.owner == name]
    return Member(
        id=name,
        on_shift=on_shift,
        held=len(tasks),
        overdue=sum(1 for task in tasks if task.due_at < now),
        weight=weight_held(tasks, name, bundle.table("workload", clinic_id)),
        break_overdue=tired,
    )


def _break_overdue(bundle: Bundle, org_id: str, clinic_id: str, rows: list[TaskRow]) -> set[str]:
    cases = {row.case_id for row in rows if row.task.rule == BREAK_OVERDUE}
    staff = (name for name, person in bundle.staff_all.items() if clinic_id in person.get("clinics", [clinic_id]))
    return {name for name in staff if endless_case("staff", org_id, name) in cases} if cases else set()


async def _offer(services: Services, mirror: Mirror, row: TaskRow) -> Offer | None:
    """The offer that a task asks to accept; what is done meanwhile is not part of it any more."""
    placed = await services.store.journal_event(mirror.org_id, row.task.cause)
    try:
        event = None if placed is None else codec.decode(placed.payload)
    except UndecodableEvent:
        return None
    if not isinstance(event, ShiftHandoverOffered):
        return None
    still = (mirror.tasks.get(task_id) for task_id in event.task_ids)
    held = tuple(one.task.task_id for one in still if one is not None and one.task.owner == event.staff_id)
    return Offer(
        offer_event=event.event_id,
        from_staff=event.staff_id,
        to_staff=event.to_staff,
        offered_at=event.occurred_at,
        tasks=held,
    )
