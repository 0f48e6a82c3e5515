"""The door is killed with -9 in the middle of a stream: what was acknowledged is there, and once."""

from __future__ import annotations

import asyncio
import contextlib
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from clinicflow.core.bundle import bundle_hash
from clinicflow.gateway.clients import MllpClient
from clinicflow.store.crypto import KeyRing
from clinicflow.store.postgres import PostgresStore, connect
from tests.gateway.support import NOON, Network, arrival, document
from tests.support.database import Database

pytestmark = [pytest.mark.asyncio, pytest.mark.embedded]

MESSAGES = 150
KILLS = 4
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def address(database: Database) -> str:
    return database.dsn("app")


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "master.key"
    KeyRing(path, create=True)
    return path


@pytest_asyncio.fixture
async def store(address: str, key_file: Path) -> AsyncIterator[PostgresStore]:
    opened = await connect(address, partitions=2, keys=KeyRing(key_file))
    await opened.apply_bundle("demo", bundle_hash(document()), document(), NOON)
    yield opened
    await opened.close()


class Door:
    """The serving process, started again after each kill."""

    def __init__(self, address: str, key_file: Path) -> None:
        self._words = [sys.executable, "-m", "tests.gateway.serving_process", address, str(key_file)]
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
        )
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if line.strip().isdigit():
                self.port = int(line)
                return
        raise AssertionError("the door did not start")

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


async def test_every_acknowledged_message_survives_kills_and_gives_one_event(
    store: PostgresStore, address: str, key_file: Path, tmp_path: Path
) -> None:
    chance = random.Random(7)
    killed_at = set(chance.sample(range(5, MESSAGES - 5), KILLS))
    door = Door(address, key_file)
    await door.start()
    answers = []
    try:
        for number in range(MESSAGES):
            text = arrival(f"A-{number}", f"V-{number}", f"8{number:04}").encode()
            killing = None
            if number in killed_at:
                killing = asyncio.create_task(_kill_soon(door, chance.random() * 0.01))
            answers.append(await _send_until_answered(door, text))
            if killing is not None:
                await killing
    finally:
        await door.kill()
    assert answers == ["AA"] * MESSAGES
    counts = await store.message_counts("demo")
    assert counts["received"] == counts["events"] + counts.get("duplicate", 0)
    assert counts["events"] == MESSAGES
    network = Network(tmp_path, store)
    arrivals = [event.source_message_id for event in await network.events()]
    assert sorted(arrivals) == sorted(f"A-{number}" for number in range(MESSAGES))  # type: ignore[type-var]


async def _kill_soon(door: Door, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await door.kill()
    await door.start()


async def _send_until_answered(door: Door, text: bytes) -> str:
    """As a real sender does: on another connection, until there is an answer."""
    async with asyncio.timeout(90):
        while True:
            client = MllpClient("127.0.0.1", door.port)
            with contextlib.suppress(OSError, ConnectionError):
                answer = await client._once(text)
                await client.close()
                return answer.code
            await client.close()
            await asyncio.sleep(0.05)
