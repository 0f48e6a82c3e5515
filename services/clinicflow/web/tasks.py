"""What a person may ask about a task on the screen: its closing event's form, and why it is there."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from clinicflow import codec
from clinicflow.auth import Principal
from clinicflow.core.matching import matched
from clinicflow.core.waiting import Waiting, waiting
from clinicflow.errors import UndecodableEvent
from clinicflow.store.rows import TaskRow
from clinicflow.web.access import Access
from clinicflow.web.answers import answer, problem
from clinicflow.web.forms import form_of, prefilled
from clinicflow.web.hub import Hub
from clinicflow.web.mirror import Mirror
from clinicflow.web.privacy import refused
from clinicflow.web.services import Services
from clinicflow.web.why import chain, why
from clinicflow.web.work_list import reasons_of

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


def add(routes: APIRouter, services: Services, hub: Hub, access: Access) -> None:
    """Add the routes."""

    @routes.get("/ui/forms/{event}", tags=["screens"])
    async def form(event: str, request: Request, task: str | None = None) -> Response:
        """The form of an event; ``task`` fills in what the task's cause tells already."""
        reader = await access.board(request)
        found = form_of(event)
        if found is None:
            return problem(404, "Unknown form", "Expected the name of an event that a person may send")
        row = await _task(services, reader.org_id, task)
        if row is None or not await _reaches(services, reader, row.clinic_id, row.case_id):
            return answer(found)
        known = await _told_by(services, reader.org_id, row.task.cause)
        mirror = await hub.mirror(reader.org_id)
        which = matched(mirror.rules_of(row), row.task, event)
        return answer(prefilled(found, row.task.cause, known, which))

    @routes.get("/ui/tasks/{task_id}/why", tags=["screens"])
    async def why_task(task_id: str, request: Request) -> Response:
        """Why there is this task and why it stands where it does: rule, bundle, chain of events back to the first."""
        reader = await access.board(request)
        row = await _task(services, reader.org_id, task_id)
        if row is None or not await _reaches(services, reader, row.clinic_id, row.case_id):
            return problem(404, "Unknown task", "Expected the id of a task of a clinic within reach")
        mirror = await hub.mirror(reader.org_id)
        now = services.clock()
        reasons = reasons_of(mirror, row.clinic_id, reader, task_id, now)
        return answer(await why(services.store, row, _waits(mirror, row, now), reasons))

    @routes.get("/ui/why", tags=["screens"])
    async def why_event(event: str, request: Request) -> Response:
        """The chain of events from this one back to the first."""
        reader = await access.board(request)
        found = await chain(services.store, reader.org_id, event) if _UUID.fullmatch(event) else []
        if not found or not await _reaches(services, reader, found[0].clinic_id, found[0].case_id):
            return problem(404, "Unknown event", "Expected the id of an event that has its place in the journal")
        return answer({"chain": found})


async def _reaches(services: Services, reader: Principal, clinic_id: str, case_id: str) -> bool:
    """Whether it is of a clinic within reach. That it exists is not told to others, but that they asked is kept."""
    if reader.sees(clinic_id):
        return True
    await refused(services, reader, clinic_id, case_id)
    return False


async def _task(services: Services, org_id: str, task_id: str | None) -> TaskRow | None:
    if task_id is None or not _UUID.fullmatch(task_id):
        return None
    return await services.store.task(org_id, task_id)


async def _told_by(services: Services, org_id: str, event_id: str) -> dict[str, Any]:
    """What an event says; nothing when it cannot be read any more."""
    placed = await services.store.journal_event(org_id, event_id)
    try:
        return codec.to_json(codec.decode(placed.payload)) if placed else {}
    except UndecodableEvent:
        return {}


def _waits(mirror: Mirror, row: TaskRow, now: int) -> Waiting | None:
    view = mirror.visit(row.case_id)
    return waiting(view, [each.task for each in mirror.tasks_of(row.case_id)], (), now) if view else None
