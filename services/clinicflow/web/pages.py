"""The built pages: plain files of this package, under a policy that lets nothing in from elsewhere."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse, PlainTextResponse

DIST = Path(__file__).resolve().parent / "static" / "dist"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

PAGES = {
    "/": "index",
    "/display/{clinic}": "display",
    "/board/{clinic}": "board",
    "/desk/{clinic}": "desk",
    "/team/{clinic}": "team",
    "/sheet/{clinic}": "sheet",
    "/sign-in": "sign-in",
}


def add(routes: APIRouter, folder: Path = DIST) -> None:
    """Add the pages and their assets. Pages hold no data: what they show is asked for, with its own checks."""
    for path, name in PAGES.items():
        routes.add_api_route(path, _page(folder, name), methods=["GET"], include_in_schema=False, name=f"page {name}")

    @routes.get("/assets/{name}", include_in_schema=False)
    async def asset(name: str) -> Response:
        """A built file; its name holds a hash of its content, so that it may be kept for ever."""
        path = folder / "assets" / name
        if path.suffix not in _TYPES or path.parent != folder / "assets" or not path.is_file():
            return PlainTextResponse("Expected a file of the built screens", 404, HEADERS)
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, headers={**HEADERS, **kept}, media_type=_TYPES[path.suffix])


def _page(folder: Path, name: str) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def page(clinic: str = "") -> Response:
        path = folder / f"{name}.html"
        if not path.is_file():
            text = "The screens are not built yet: run `python -m clinicflow.web.build` and load this page again."
            return PlainTextResponse(text, 503, {**HEADERS, "Cache-Control": "no-store"})
        return FileResponse(path, headers={**HEADERS, "Cache-Control": "no-cache"}, media_type="text/html")

    return page
