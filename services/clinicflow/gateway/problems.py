"""Errors as problem details (RFC 9457), with every problem of an event listed."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from clinicflow.errors import (
    Forbidden,
    Forgotten,
    InvalidEvent,
    Problem,
    Refused,
    StoreRefused,
    StoreUnavailable,
    Unauthenticated,
    UnknownBundle,
)
from clinicflow.gateway import media

RETRY_SECONDS = "2"


def problem(
    status: int, title: str, detail: str = "", problems: tuple[Problem, ...] = (), headers: dict[str, str] | None = None
) -> JSONResponse:
    """An answer that says what is wrong. ``type`` names the kind of problem within clinicflow."""
    body: dict[str, Any] = {
        "type": "urn:clinicflow:problem:" + title.lower().replace(" ", "-"),
        "title": title,
        "status": status,
    }
    if detail:
        body["detail"] = detail[:1000]
    if problems:
        body["problems"] = [
            {name: told for name, told in p._asdict().items() if name != "code" or told} for p in problems
        ]
    return JSONResponse(body, status_code=status, headers=headers, media_type=media.PROBLEM)


class ProblemRoute(APIRoute):
    """A route whose errors of ours become problem details."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, wrapped."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as refused:
                return problem(refused.status, refused.title, str(refused), refused.problems)
            except InvalidEvent as invalid:
                return problem(422, "Not a valid event", str(invalid), invalid.problems)
            except Unauthenticated as unknown:
                return problem(401, "Not signed in", str(unknown), headers={"WWW-Authenticate": "Bearer"})
            except Forbidden as forbidden:
                return problem(403, "Not allowed", str(forbidden))
            except UnknownBundle as missing:
                return problem(409, "No bundle", str(missing))
            except Forgotten as forgotten:
                return problem(409, "Forgotten", str(forgotten))
            except StoreRefused as bug:
                return problem(500, "Not stored", str(bug))
            except StoreUnavailable as away:
                return problem(503, "Not available", str(away), headers={"Retry-After": RETRY_SECONDS})

        return handled
