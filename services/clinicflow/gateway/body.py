"""Request bodies to JSON objects, within limits, exactly: numbers with a point stay text, doubled keys are refused."""

import json
from typing import Any

from fastapi import Request

from clinicflow.errors import Problem, Refused

MAX_BODY = 1024 * 1024
_JSON = ("application/json",)
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")


async def read_events(request: Request) -> tuple[list[Any], bool]:
    """The JSON values of a request, and whether it was a batch (NDJSON, or a JSON array).

    Raises ``Refused`` with 400, 413 or 415.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in _JSON + _LINES or request.headers.get("content-encoding", "identity") != "identity":
        expected = "application/json or application/x-ndjson, not compressed"
        raise Refused(415, "Unsupported media type", [Problem("Content-Type", "is not understood", expected)])
    text = _decode(await _read(request))
    if media in _LINES:
        lines = [line for line in text.split("\n") if line.strip()]
        return [_parse(line, f"[{place}]") for place, line in enumerate(lines)], True
    value = _parse(text, "")
    return (value, True) if isinstance(value, list) else ([value], False)


async def _read(request: Request) -> bytes:
    """Not more than the limit is ever read, whatever Content-Length says."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > MAX_BODY:
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    return bytes(body)


def _too_large() -> Refused:
    return Refused(413, "Too large", [Problem("", "is too large", f"at most {MAX_BODY} bytes")])


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(400, "Not UTF-8", [Problem("", f"is not UTF-8 at byte {error.start}", "UTF-8")]) from error


def _parse(text: str, where: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_constant=_no_constant, object_pairs_hook=_unique)
    except _Doubled as doubled:
        raise Refused(400, "Not JSON", [Problem(where, "names a field twice", "each field once")]) from doubled
    except RecursionError as deep:
        raise Refused(400, "Not JSON", [Problem(where, "is nested too deeply", "an event")]) from deep
    except ValueError as error:
        raise Refused(400, "Not JSON", [Problem(where, "is not JSON", "a JSON object")]) from error


class _Doubled(ValueError):
    """A field stands twice in an object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Doubled
    return found


def _no_constant(_name: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")
