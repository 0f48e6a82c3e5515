"""What no route answers: unknown paths, methods and parameters of the API as problem details (RFC 9457)."""

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from clinicflow.errors import Problem
from clinicflow.gateway.problems import problem

API = ("/v1/", "/ui/", "/dev/")
"""Where programs ask; elsewhere people look at pages."""
_TITLES = {404: "Unknown path", 405: "Unknown method"}


def install(app: FastAPI) -> None:
    """Let the application answer so."""
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(RequestValidationError, _no_sense)


async def _no_route(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if not request.url.path.startswith(API):
        return await http_exception_handler(request, error)
    allowed = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow")
    expected = f"one of the methods {allowed}" if allowed else "a path that /v1/openapi.json lists"
    title = _TITLES.get(error.status_code, str(error.detail))
    return problem(error.status_code, title, f"Expected {expected}", headers=dict(error.headers or {}))


async def _no_sense(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = tuple(
        Problem(str(each["loc"][-1]), str(each["msg"]), f"a {each['loc'][0]} parameter") for each in error.errors()
    )
    return problem(422, "Not complete", "Expected every parameter that the path asks for", problems)
