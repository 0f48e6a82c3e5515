"""What the front desk needs beside the events: a ticket for somebody who walks in."""

import uuid

import msgspec
from fastapi import APIRouter, Request, Response

from clinicflow.core.durations import DAY
from clinicflow.web.access import Access
from clinicflow.web.answers import answer, problem
from clinicflow.web.services import Services
from clinicflow.web.tickets import reserve


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """Where the ticket is for, and for which visit; without one, ids of a new visit and patient are made."""

    clinic_id: str
    case_id: str | None = None


class Ticket(msgspec.Struct, frozen=True):
    """A ticket that nobody else has today, with its visit; ``patient_id`` is None where the visit was known."""

    ticket: str
    clinic_id: str
    case_id: str
    patient_id: str | None


def add(routes: APIRouter, services: Services, access: Access) -> None:
    """Add the route. It stores no event: the desk sends patient-arrived and ticket-issued through the public door."""

    @routes.post("/ui/desk/tickets", status_code=201, tags=["screens"])
    async def issue(request: Request) -> Response:
        """Reserve a ticket code, unique at the clinic for the clinic's day."""
        try:
            wanted = msgspec.json.decode(await request.body(), type=Wanted)
        except msgspec.DecodeError as error:
            return problem(422, "Not a request for a ticket", f"Expected clinic_id and perhaps case_id: {error}")
        reader = await access.board(request, wanted.clinic_id)
        reader.needs("events:write")
        bundle = await services.bundles.get(reader.org_id)
        if wanted.clinic_id not in bundle.clinics:
            return problem(404, "Unknown clinic", "Expected a clinic of the bundle in force")
        case_id = wanted.case_id or str(uuid.uuid4())
        day = bundle.zone(wanted.clinic_id).local(services.clock()) // DAY
        code = await reserve(services.store, reader.org_id, wanted.clinic_id, day, case_id)
        if code is None:
            return problem(503, "No ticket left", "Expected a free ticket code, but all tries met taken ones")
        patient = None if wanted.case_id else f"p-{uuid.uuid4()}"
        return answer(Ticket(code, wanted.clinic_id, case_id, patient), 201)
