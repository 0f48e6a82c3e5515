"""The development sign-in: pick a member of staff of the bundle. Only with ``--demo``, only on loopback."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from clinicflow.auth import COOKIE, SESSION_SECONDS, authenticator_of, staff_session
from clinicflow.errors import Forbidden, Problem, Refused
from clinicflow.gateway.services import Services

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SignIn(msgspec.Struct, forbid_unknown_fields=True):
    """Who signs in; ``org`` may be left out when there is one organization."""

    staff_id: str
    org: str | None = None


def add(routes: APIRouter, services: Services) -> None:
    """Add the routes; they refuse when the process was not started for a demo."""

    @routes.get("/dev/staff", tags=["development"])
    async def staff(request: Request, org: str | None = None) -> JSONResponse:
        """The staff of the bundle, to choose from."""
        _only_demo(services, request)
        bundle = await services.bundles.get(await _org(services, org))
        return JSONResponse({"org": bundle.org_id, "staff": [_entry(s, bundle.staff_all[s]) for s in bundle.staff_all]})

    @routes.post("/dev/sign-in", tags=["development"])
    async def sign_in(request: Request) -> JSONResponse:
        """Sign in as a member of staff: answers with a session cookie."""
        _only_demo(services, request)
        wanted = await _wanted(request)
        bundle = await services.bundles.get(await _org(services, wanted.org))
        person = bundle.staff(wanted.staff_id)
        if person is None:
            problem = Problem("staff_id", "is unknown", "a member of staff of the bundle")
            raise Refused(422, "Unknown staff", [problem])
        principal = staff_session(bundle.org_id, wanted.staff_id, person)
        answer = JSONResponse({"org": bundle.org_id, **_entry(wanted.staff_id, person)})
        cookie = authenticator_of(request).issue(principal)
        answer.set_cookie(COOKIE, cookie, max_age=SESSION_SECONDS, httponly=True, samesite="strict", path="/")
        return answer

    @routes.post("/dev/sign-out", tags=["development"])
    async def sign_out(request: Request) -> JSONResponse:
        """End the session of this browser."""
        _only_demo(services, request)
        answer = JSONResponse({})
        answer.delete_cookie(COOKIE, path="/")
        return answer


def _entry(staff_id: str, person: dict[str, Any]) -> dict[str, Any]:
    name = person.get("display_name") or person.get("name_ref") or staff_id
    return {"id": staff_id, "name": name, "role": person["role"], "clinics": list(person.get("clinics", ()))}


def _only_demo(services: Services, request: Request) -> None:
    settings = services.settings
    near = request.client is None or request.client.host in _LOOPBACK
    if not settings.demo or settings.bind not in _LOOPBACK or not near:
        raise Forbidden("Expected a process started with --demo and bound to loopback")


async def _wanted(request: Request) -> SignIn:
    """A foreign page cannot send JSON without asking first, so that it cannot sign anybody in."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "Unsupported media type", [Problem("Content-Type", "is not understood", "application/json")])
    try:
        return msgspec.json.decode(await request.body(), type=SignIn)
    except msgspec.DecodeError as error:
        raise Refused(422, "Not a sign-in", [Problem("staff_id", "is missing", "an object with staff_id")]) from error


async def _org(services: Services, wanted: str | None) -> str:
    orgs = await services.store.orgs()
    if wanted in orgs:
        return str(wanted)
    if wanted is None and len(orgs) == 1:
        return orgs[0]
    raise Refused(
        422, "Unknown organization", [Problem("org", "is missing or unknown", "an organization with a bundle")]
    )
