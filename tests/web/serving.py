"""A real server for a world, and reading its streams."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import uvicorn
from fastapi import FastAPI


@contextlib.asynccontextmanager
async def served(app: FastAPI, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback; gives the address. Ends all open streams at the end."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=0, lifespan="off")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server._serve([listening]))
    while not server.started:  # noqa: ASYNC110 - the server gives no event
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task
        listening.close()


class Message(msgspec.Struct):
    """One server-sent event."""

    event: str
    id: str
    data: Any


async def messages(client: httpx.AsyncClient, path: str, **headers: str) -> AsyncIterator[Message]:
    """The messages of a stream as they come."""
    async with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, await answer.aread()
        event, ident = "", ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("id: "):
                ident = line[4:]
            elif line.startswith("data: "):
                yield Message(event, ident, msgspec.json.decode(line[6:]))


async def until(stream: AsyncIterator[Message], wanted: Any, seconds: float = 30.0) -> list[Message]:
    """Read until a message fulfils ``wanted``; all that came, that one last."""
    found: list[Message] = []
    async with asyncio.timeout(seconds):
        async for message in stream:
            found.append(message)
            if wanted(message):
                return found
    raise AssertionError("the stream ended")
