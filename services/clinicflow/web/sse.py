"""Server-sent events: framing and headers."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_encoder = msgspec.json.Encoder()


def message(event: str, data: Any, cursor: str | None = None) -> bytes:
    """One event with JSON data; ``cursor`` becomes its id, from which a screen resumes."""
    head = b"id: %s\n" % cursor.encode() if cursor else b""
    return b"%sevent: %s\ndata: %s\n\n" % (head, event.encode(), _encoder.encode(data))


def stream(source: AsyncIterator[bytes]) -> StreamingResponse:
    """The response that sends a source's messages as they come."""
    return StreamingResponse(source, media_type="text/event-stream", headers=HEADERS)
