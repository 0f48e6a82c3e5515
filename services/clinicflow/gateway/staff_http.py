"""Routes about the work of a member of staff: the sheet of open tasks, an absence, the handover of a shift."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from clinicflow import codec
from clinicflow.auth import Principal, authenticate
from clinicflow.core.bundle import Bundle
from clinicflow.errors import Problem, Refused, StoreRefused
from clinicflow.events import ShiftHandoverOffered
from clinicflow.gateway import handing_on
from clinicflow.gateway.body import read_events
from clinicflow.gateway.door import Accepted, Door
from clinicflow.gateway.problems import ProblemRoute
from clinicflow.gateway.services import Services

Asking = Annotated[Principal, Depends(authenticate)]


def router(services: Services) -> APIRouter:
    """The routes. The application must have been given ``auth.install``."""
    routes = APIRouter(route_class=ProblemRoute, tags=["staff"])
    door = Door(services)
    _add_absence(routes, services, door)
    _add_handover(routes, services, door)
    return routes


def _add_absence(routes: APIRouter, services: Services, door: Door) -> None:

    @routes.get("/v1/staff/{staff_id}/sheet")
    async def get_sheet(staff_id: str, clinic_id: str, principal: Asking) -> JSONResponse:
        """The open tasks that a person holds at a clinic: what is handed over at the end of a shift."""
        principal.needs("board:read")
        bundle = await _bundle(services, principal, clinic_id, staff_id)
        rows = await handing_on.sheet(services, bundle.org_id, clinic_id, staff_id)
        return JSONResponse({"staff_id": staff_id, "tasks": [msgspec.to_builtins(handing_on.line_of(r)) for r in rows]})

    @routes.post("/v1/staff/{staff_id}/absence", status_code=202)
    async def post_absence(staff_id: str, request: Request, principal: Asking) -> JSONResponse:
        """A lead says that somebody is away: the open tasks go to those who may do them and hold the least."""
        told = await _told(request, ("clinic_id", "reason"))
        clinic_id = str(told["clinic_id"])
        bundle = await _bundle(services, principal, clinic_id, staff_id)
        docs, shares = await handing_on.absence(services, principal, bundle, clinic_id, staff_id, str(told["reason"]))
        accepted = await door.accept(principal, docs, None, batch=True)
        return JSONResponse({"tasks": handing_on.taken(shares), "events": _ids(accepted)}, 202)


def _add_handover(routes: APIRouter, services: Services, door: Door) -> None:
    @routes.post("/v1/staff/handover", status_code=202)
    async def post_offer(request: Request, principal: Asking) -> JSONResponse:
        """Offer all that one holds to a colleague, who accepts it with the sheet at hand."""
        told = await _told(request, ("clinic_id", "to_staff"))
        clinic_id, to_staff = str(told["clinic_id"]), str(told["to_staff"])
        await _bundle(services, principal, clinic_id, to_staff)
        note = told.get("note")
        doc = await handing_on.offer(services, principal, clinic_id, to_staff, None if note is None else str(note))
        accepted = await door.accept(principal, [doc], None, batch=False)
        return JSONResponse({"offer_event": accepted[0].event_id, "tasks": doc["task_ids"]}, 202)

    @routes.post("/v1/staff/handover/{offer_event}/acceptance", status_code=202)
    async def post_acceptance(offer_event: str, principal: Asking) -> JSONResponse:
        """Take over what a colleague has offered."""
        offered = await _offered(services, principal.org_id, offer_event)
        doc, requests = await handing_on.acceptance(services, principal, offered)
        accepted = await door.accept(principal, [doc], f"accept-{offer_event}", batch=False)
        giver = msgspec.structs.replace(principal, id=offered.staff_id)
        handed = await door.accept(giver, requests, None, batch=True) if requests else []
        return JSONResponse(
            {"tasks": [each["task_id"] for each in requests], "events": _ids([*accepted, *handed])}, 202
        )


async def _told(request: Request, needed: tuple[str, ...]) -> dict[str, Any]:
    """The one JSON object of the body with these fields."""
    docs, _ = await read_events(request)
    told = docs[0] if len(docs) == 1 and isinstance(docs[0], dict) else {}
    missing = [name for name in needed if not isinstance(told.get(name), str)]
    if missing:
        raise Refused(422, "Not complete", [Problem(name, "is missing or no text", "a text") for name in missing])
    return told


async def _bundle(services: Services, principal: Principal, clinic_id: str, staff_id: str) -> Bundle:
    """The bundle in force. Raises ``Refused`` for a clinic or a person that it does not have, or out of reach."""
    bundle = await services.bundles.get(principal.org_id)
    if clinic_id not in bundle.clinics:
        expected = "one of " + ", ".join(sorted(bundle.clinics))
        raise Refused(422, "Unknown clinic", [Problem("clinic_id", "is unknown", expected)])
    if not principal.sees(clinic_id):
        raise Refused(403, "Another clinic", [Problem("clinic_id", "is out of reach", "a clinic of the session")])
    if bundle.staff(staff_id) is None:
        raise Refused(422, "Unknown person", [Problem("staff_id", "is unknown", "a member of staff of the bundle")])
    return bundle


async def _offered(services: Services, org_id: str, event_id: str) -> ShiftHandoverOffered:
    try:
        placed = await services.store.journal_event(org_id, event_id)
    except StoreRefused:  # no id at all
        placed = None
    event = None if placed is None else codec.decode(placed.payload)
    if not isinstance(event, ShiftHandoverOffered):
        raise Refused(404, "Unknown offer", [Problem("offer_event", "is unknown", "the id of an offer")])
    return event


def _ids(accepted: list[Accepted]) -> list[str]:
    return [one.event_id for one in accepted]
