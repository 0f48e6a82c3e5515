"""The routes of the screens: pages, and the data that they follow."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response

from clinicflow.core.bundle import Bundle
from clinicflow.web import pages
from clinicflow.web.access import Access
from clinicflow.web.alarm import alarmed
from clinicflow.web.answers import ScreenRoute, answer, problem
from clinicflow.web.board import patients_of, snapshot, staff_names
from clinicflow.web.desk import add as add_desk
from clinicflow.web.display import SHOWN_BY, STALE_AFTER, room_names, setup_of
from clinicflow.web.hub import Hub
from clinicflow.web.names import names_of
from clinicflow.web.overview import overview
from clinicflow.web.screen import Screen
from clinicflow.web.services import Services
from clinicflow.web.sse import stream
from clinicflow.web.streams import board_stream, display_stream
from clinicflow.web.tasks import add as add_tasks
from clinicflow.web.team import add as add_team
from clinicflow.web.work_list import WorkList


def router(services: Services, hub: Hub | None = None) -> APIRouter:
    """The routes. The application must have been given ``auth.install``; ``hub`` is made when none is given."""
    followed = hub or Hub(services)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await followed.stop()

    routes = APIRouter(route_class=ScreenRoute, lifespan=lifespan)
    access = Access(services)
    pages.add(routes)
    _add_start(routes, services, followed, access)
    _add_display(routes, services, followed, access)
    _add_board(routes, services, followed, access)
    add_tasks(routes, services, followed, access)
    add_desk(routes, services, access)
    add_team(routes, services, followed, access)
    return routes


def _add_start(routes: APIRouter, services: Services, hub: Hub, access: Access) -> None:
    @routes.get("/ui/start", tags=["screens"])
    async def start(request: Request) -> Response:
        """The network's clinics with live counts; needs no sign-in in a demo on this machine."""
        org_id, principal = await access.start(request)
        mirror = await hub.mirror(org_id)
        clinics = [one for one in sorted(mirror.bundle.clinics) if principal is None or principal.sees(one)]
        return answer(
            {
                "org": org_id,
                "demo": access.demo(request),
                "me": _person(mirror.bundle, principal.id) if principal else None,
                "clinics": [overview(mirror, clinic, services.clock()) for clinic in clinics],
                "on_shift": _on_shift(mirror.bundle, clinics, services.clock()),
                "stale": hub.age() > STALE_AFTER,
                "now": services.clock(),
            }
        )


def _add_display(routes: APIRouter, services: Services, hub: Hub, access: Access) -> None:
    screens: dict[tuple[str, str], Screen] = {}

    def screen_of(org_id: str, clinic: str) -> Screen:
        return screens.setdefault((org_id, clinic), Screen(clinic))

    @routes.get("/ui/display/{clinic}", tags=["screens"])
    async def display(clinic: str, request: Request) -> Response:
        """The clinic's screen as it is now, with what the page needs to show it (languages, zone)."""
        org_id = await access.display(request, clinic)
        mirror = await hub.mirror(org_id)
        found = mirror.bundle.clinics.get(clinic)
        if found is None:
            return _unknown(clinic)
        frame = screen_of(org_id, clinic).frame(mirror, hub.age(SHOWN_BY), services.clock())
        return answer({"frame": frame, "zone": found["zone"], **setup_of(found, mirror.bundle.languages)})

    @routes.get("/ui/display/{clinic}/stream", tags=["screens"])
    async def display_frames(clinic: str, request: Request) -> Response:
        """Frames as server-sent events (``frame``, ``beat``); a whole frame comes first, so nothing is ever missed."""
        org_id = await access.display(request, clinic)
        mirror = await hub.mirror(org_id)
        if clinic not in mirror.bundle.clinics:
            return _unknown(clinic)
        return stream(display_stream(services, hub, screen_of(org_id, clinic), mirror))


def _add_board(routes: APIRouter, services: Services, hub: Hub, access: Access) -> None:
    @routes.get("/ui/board/{clinic}", tags=["screens"])
    async def board(clinic: str, request: Request) -> Response:
        """Open tasks in order with reasons, visits, rooms and colleagues; ``cursor`` is where its stream goes on."""
        reader = await access.board(request, clinic)
        mirror = await hub.mirror(reader.org_id)
        if clinic not in mirror.bundle.clinics:
            return _unknown(clinic)
        now, cursor = services.clock(), hub.cursor
        tasks, visits = snapshot(mirror, clinic, now)
        names = await names_of(services, reader, patients_of(tasks, visits), "board")
        about = _clinic(mirror.bundle, clinic) | {"me": _person(mirror.bundle, reader.id, clinic)}
        about["forgotten"] = alarmed(mirror, clinic, now)
        about["ranked"] = WorkList(mirror, clinic, reader).news((), now)
        return answer({"cursor": cursor, "now": now, "tasks": tasks, "visits": visits, "names": names, **about})

    @routes.get("/ui/board/{clinic}/stream", tags=["screens"])
    async def board_changes(clinic: str, request: Request) -> Response:
        """Server-sent events after ``Last-Event-ID``: ``ranked``, ``change``, ``forgotten``, ``beat``, ``reset``."""
        reader = await access.board(request, clinic)
        mirror = await hub.mirror(reader.org_id)
        if clinic not in mirror.bundle.clinics:
            return _unknown(clinic)
        cursor = request.headers.get("last-event-id", hub.cursor)
        return stream(board_stream(services, hub, mirror, reader, clinic, cursor))


def _on_shift(bundle: Bundle, clinics: list[str], now: int) -> list[str]:
    return sorted({staff_id for clinic in clinics for staff_id in bundle.staffing.on_site(clinic, now)})


def _clinic(bundle: Bundle, clinic_id: str) -> dict[str, Any]:
    clinic = bundle.clinics[clinic_id]
    return {
        "clinic": {"id": clinic_id, "name": clinic.get("name", clinic_id), "zone": clinic["zone"]},
        "rooms": room_names(clinic),
        "staff": staff_names(bundle, clinic_id),
        "languages": bundle.languages,
    }


def _person(bundle: Bundle, staff_id: str, clinic: str | None = None) -> dict[str, Any] | None:
    """Who is signed in; a lead where that counts: at the clinic that is shown, else at the person's first one."""
    person = bundle.staff(staff_id)
    if person is None:
        return None
    clinics = list(person.get("clinics", ()))
    where = clinic if clinic in clinics else next(iter(clinics), None)
    return {"id": staff_id, "clinics": clinics, **staff_names(bundle, where)[staff_id]} if where else None


def _unknown(_: str) -> Response:
    return problem(404, "Unknown clinic", "Expected a clinic of the bundle in force")
