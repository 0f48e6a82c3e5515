"""JSON answers of screens, and errors as problem details (RFC 9457)."""

from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from fastapi import Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from clinicflow.errors import ClinicflowError, Forbidden, StoreUnavailable, Unauthenticated, UnknownBundle

NO_STORE = {"Cache-Control": "no-store"}
_STATUS: tuple[tuple[type[ClinicflowError], int, str], ...] = (
    (Unauthenticated, 401, "Not signed in"),
    (Forbidden, 403, "Not allowed"),
    (UnknownBundle, 409, "No bundle"),
    (StoreUnavailable, 503, "Not available"),
)
_encoder = msgspec.json.Encoder()


def answer(data: Any, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    return Response(_encoder.encode(data), status, NO_STORE, "application/json")


def problem(status: int, title: str, detail: str) -> JSONResponse:
    """What is wrong, and what was expected."""
    kind = "urn:clinicflow:problem:" + title.lower().replace(" ", "-")
    body = {"type": kind, "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, NO_STORE, "application/problem+json")


class ScreenRoute(APIRoute):
    """A route whose errors of ours become problem details."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, wrapped."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except ClinicflowError as error:
                for kind, status, title in _STATUS:
                    if isinstance(error, kind):
                        return problem(status, title, str(error))
                raise

        return handled
