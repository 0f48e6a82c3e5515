"""The HTTP door: events in, outcomes out."""

import asyncio
import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from clinicflow.auth import Principal, authenticate
from clinicflow.errors import Problem, Refused
from clinicflow.events import EVENT_TYPES
from clinicflow.gateway import dev
from clinicflow.gateway.body import read_events
from clinicflow.gateway.check import public
from clinicflow.gateway.door import Accepted, Door
from clinicflow.gateway.outcomes import outcome_of, outcome_of_correction
from clinicflow.gateway.problems import ProblemRoute, problem
from clinicflow.gateway.services import Services
from clinicflow.store.rows import EventOutcome

LONGEST_WAIT = 10
_POLL_SECONDS = (0.01, 0.02, 0.03, 0.05, 0.1)
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_FINAL = ("applied", "refused")

_EVENT = {
    "type": "object",
    "required": ["type"],
    "description": "The wire name of an event and the fields of its schema. Quantities are {value, unit}, times RFC "
    "3339 with offset. identifiers and person are taken out before the event is journaled.",
    "properties": {
        "type": {"type": "string", "enum": sorted(name for name in EVENT_TYPES if public(EVENT_TYPES[name]))},
        "clinic_id": {"type": "string"},
        "case_id": {"type": "string", "format": "uuid"},
        "occurred_at": {"type": "string", "format": "date-time"},
        "identifiers": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["authority", "kind", "value"],
                "properties": {name: {"type": "string"} for name in ("authority", "kind", "value")},
            },
        },
        "person": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"oneOf": [_EVENT, {"type": "array", "items": _EVENT}]}},
            "application/x-ndjson": {"schema": {"type": "string", "description": "One event a line"}},
        },
    },
    "parameters": [
        {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255}},
        {"name": "Prefer", "in": "header", "schema": {"type": "string", "example": "wait=2"}},
    ],
}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Applied by every agent (with Prefer: wait)"},
    202: {"description": "In the journal; the outcome follows at Location (`waiting`: what it corrects has not come)"},
    409: {"description": "Refused by an agent (with Prefer: wait), with its reasons"},
    422: {"description": "Refused at the door, with every problem; or a key that was used for another body"},
    503: {"description": "Nothing was stored; send it again"},
}


def router(services: Services) -> APIRouter:
    """The routes of the door. The application must have been given ``auth.install``."""
    routes = APIRouter(route_class=ProblemRoute)
    door = Door(services)

    @routes.post("/v1/events", status_code=202, responses=_ANSWERS, openapi_extra=_BODY, tags=["events"])
    async def post_events(request: Request, principal: Annotated[Principal, Depends(authenticate)]) -> JSONResponse:
        """Journal one event, or a batch of which all are stored or none."""
        key, wait = _key(request), _wait(request)
        docs, batch = await read_events(request)
        accepted = await door.accept(principal, docs, key, batch=batch)
        outcomes = await _outcomes(services, principal.org_id, accepted, wait)
        return _batch(accepted, outcomes) if batch else _single(accepted[0], outcomes.get(accepted[0].event_id))

    @routes.get("/v1/events/{event_id}", tags=["events"])
    async def get_event(event_id: str, principal: Annotated[Principal, Depends(authenticate)]) -> JSONResponse:
        """Where an event stands.

        accepted: in the journal. placed: in the log, on its way to the agents. applied: by every agent. refused: with
        the reasons. waiting: a correction that the agents have seen, of an event that has not come to its case; it is
        applied as soon as that comes.
        """
        principal.needs("events:read")
        found = await outcome_of(services.store, principal.org_id, event_id) if _uuid(event_id) else None
        if found is None:
            return problem(404, "Unknown event", "Expected the id of an event that was accepted")
        return JSONResponse(_state(found))

    @routes.get("/v1/me", tags=["events"])
    async def who_am_i(principal: Annotated[Principal, Depends(authenticate)]) -> JSONResponse:
        """Who the token or session says that is asking."""
        clinics = None if principal.clinics is None else list(principal.clinics)
        named = {"org": principal.org_id, "kind": principal.kind, "id": principal.id, "role": principal.role}
        return JSONResponse({**named, "clinics": clinics, "scopes": list(principal.scopes)})

    dev.add(routes, services)
    return routes


def _key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.fullmatch(key):
        expected = "1 to 255 visible ASCII characters"
        raise Refused(400, "Bad header", [Problem("Idempotency-Key", "is empty, too long or not ASCII", expected)])
    return key


def _wait(request: Request) -> float:
    """Seconds that the client is ready to wait for the outcome."""
    match = re.search(r"(?:^|[\s,;])wait=(\d{1,3})(?:$|[\s,;])", request.headers.get("prefer", ""))
    return float(min(int(match[1]), LONGEST_WAIT)) if match else 0.0


async def _outcomes(services: Services, org_id: str, accepted: list[Accepted], wait: float) -> dict[str, EventOutcome]:
    """The outcomes that are final within the time, and of the others where they stand."""
    if not wait:
        return {}
    loop = asyncio.get_running_loop()
    until, turn = loop.time() + wait, 0
    found: dict[str, EventOutcome] = {}
    pending = accepted
    while pending:
        for one in pending:
            outcome = await services.store.outcome(org_id, one.event_id)
            if outcome is not None:
                found[one.event_id] = await outcome_of_correction(services.store, org_id, outcome, one.corrects)
        pending = [one for one in pending if one.event_id not in found or found[one.event_id].state not in _FINAL]
        pause = _POLL_SECONDS[min(turn, len(_POLL_SECONDS) - 1)]
        if not pending or loop.time() + pause > until:
            break
        turn += 1
        await asyncio.sleep(pause)
    return found


def _single(one: Accepted, outcome: EventOutcome | None) -> JSONResponse:
    href = f"/v1/events/{one.event_id}"
    body = _answer(one, outcome)
    if outcome is not None and outcome.state == "refused":
        reasons = tuple(Problem(row.agent, row.code, row.reason) for row in outcome.rejections)
        answer = problem(409, "Refused", "; ".join(dict.fromkeys(row.reason for row in outcome.rejections)), reasons)
        return JSONResponse(
            {**body, **_content(answer), "event_type": one.type}, 409, {"Location": href}, answer.media_type
        )
    done = outcome is not None and outcome.state == "applied"
    return JSONResponse(body, 200 if done else 202, {"Location": href})


def _batch(accepted: list[Accepted], outcomes: dict[str, EventOutcome]) -> JSONResponse:
    events = [_answer(one, outcomes.get(one.event_id)) for one in accepted]
    counts = {status: sum(1 for one in accepted if one.status == status) for status in ("accepted", "duplicate")}
    states = [outcomes[one.event_id].state if one.event_id in outcomes else "" for one in accepted]
    status = 409 if "refused" in states else 200 if all(state == "applied" for state in states) else 202
    return JSONResponse({**counts, "events": events}, status)


def _answer(one: Accepted, outcome: EventOutcome | None) -> dict[str, Any]:
    body = {"event_id": one.event_id, "type": one.type, "case_id": one.case_id, "status_at_door": one.status}
    body["href"] = f"/v1/events/{one.event_id}"
    return {**body, **_state(outcome)} if outcome else body


def _state(outcome: EventOutcome) -> dict[str, Any]:
    reasons = [{"agent": row.agent, "code": row.code, "reason": row.reason} for row in outcome.rejections]
    body = {"event_id": outcome.event_id, "type": outcome.type, "case_id": outcome.case_id, "state": outcome.state}
    return {**body, "partition": outcome.partition, "position": outcome.position, "rejections": reasons}


def _content(answer: JSONResponse) -> dict[str, Any]:

    content: dict[str, Any] = json.loads(bytes(answer.body))
    return content


def _uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text) is not None
