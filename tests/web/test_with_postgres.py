"""The screens over PostgreSQL: pushed at once, kept apart by organization, and honest when the database hangs."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from clinicflow.store.crypto import KeyRing
from clinicflow.store.postgres import connect
from tests.support.database import Database
from tests.web.kit import PARTITIONS, a_world
from tests.web.serving import Message, messages, served, until

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]


async def sessions(database: Database) -> list[int]:
    """The processes that serve this test's database."""
    connection = await asyncpg.connect(database.superuser_dsn())
    try:
        rows = await connection.fetch(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()
    return [row["pid"] for row in rows]


@contextlib.contextmanager
def hanging(pids: list[int]) -> Iterator[None]:
    """Let these processes stand still."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def test_news_are_pushed_and_a_screen_says_when_the_database_hangs(tmp_path: Path, database: Database) -> None:
    ring = KeyRing(tmp_path / "master.key", create=True)
    store = await connect(database.dsn("app"), partitions=PARTITIONS, keys=ring)
    try:
        async with (
            a_world(tmp_path, store=store) as world,
            served(world.app) as base,
            httpx.AsyncClient(base_url=base, timeout=30) as screen,
        ):
            stream = messages(screen, "/ui/display/north/stream")
            await until(stream, lambda m: m.event == "beat")
            came: list[str] = []
            seconds = 99.0
            while seconds >= 2 and len(came) < 3:  # a machine that stops meanwhile is asked again
                came.append(f"KT4{len(came)}")
                began = time.monotonic()
                await world.arrival(came[-1])
                await until(stream, lambda m: m.event == "frame" and tickets(m) == came)
                seconds = time.monotonic() - began

            with hanging(await sessions(database)):
                await until(stream, lambda m: m.event == "frame" and m.data["paused"])
            back = await until(stream, lambda m: m.event == "frame" and not m.data["paused"])
            await stream.aclose()
    finally:
        await store.close()

    assert seconds < 2
    assert tickets(back[-1]) == came


def tickets(frame: Message) -> list[str]:
    return [entry["ticket"] for entry in frame.data["entries"]]
