"""A running system for kill tests: processes to kill, stop and continue, and what must hold afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiokafka

from clinicflow.codec import decode_task
from clinicflow.core.event import Event
from clinicflow.live.topics import TASKS
from clinicflow.store.postgres import PostgresStore, connect
from tests.live import clinic

ROOT = Path(__file__).resolve().parents[2]
PARTITIONS = 4
STILL_S = 60.0
EVERYBODY = {"all": ("desk", "nurse")}


class Node:
    """A child process; its output goes to a file."""

    def __init__(self, told: Mapping[str, Any], log: Path) -> None:
        self.name = str(told["name"])
        self.log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.process", json.dumps(told)],
                cwd=ROOT,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def kill9(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait(10)

    async def end(self, within_s: float = 60.0) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return await self.exit_code(within_s)

    async def exit_code(self, within_s: float) -> int:
        """Wait until it has ended by itself."""
        return await asyncio.wait_for(asyncio.to_thread(self.process.wait), within_s)

    async def until_said(self, words: str, within_s: float = 120.0, times: int = 1) -> None:
        """Wait until its output has these words (so many times)."""
        async with asyncio.timeout(within_s):
            while self.said().count(words) < times:  # noqa: ASYNC110 - another process says it
                await asyncio.sleep(0.05)

    def said(self) -> str:
        """All its output."""
        return self.log.read_text(errors="replace")


class Moves:
    """Patience with a slow machine, none with a system that stands still: the time runs anew with each movement."""

    def __init__(self) -> None:
        self._last: object = None
        self._at = time.monotonic()

    def note(self, now: object, told: str) -> None:
        """Raises ``TimeoutError`` when it has been the same for a minute."""
        if now != self._last:
            self._last, self._at = now, time.monotonic()
        if time.monotonic() - self._at > STILL_S:
            raise TimeoutError(f"nothing has moved for {STILL_S:.0f} s: {told}")


class System:
    """Store, nodes and checks of one test. ``async with`` it; every process is gone afterwards."""

    def __init__(self, dsn: str, bootstrap: str, folder: Path) -> None:
        self.dsn = dsn
        self.bootstrap = bootstrap
        self.folder = folder
        self.nodes: list[Node] = []
        self.store: PostgresStore

    async def __aenter__(self) -> System:
        self.store = await connect(self.dsn, partitions=PARTITIONS)
        await clinic.apply_bundle(self.store)
        return self

    async def __aexit__(self, *problem: object) -> None:
        for node in self.nodes:
            with contextlib.suppress(ProcessLookupError):
                node.signal(signal.SIGCONT)
            node.kill9()
        await self.store.close()
        if problem[0] is not None:
            for node in self.nodes:
                print(f"--- {node.name}\n{node.said()[-3000:]}")

    def start(self, role: str, name: str = "", **told: Any) -> Node:
        """Start a relay, worker or timekeeper."""
        name = name or f"{role}-{len(self.nodes)}"
        known = {"role": role, "name": name, "dsn": self.dsn, "bootstrap": self.bootstrap, "partitions": PARTITIONS}
        node = Node({**known, "group": "all", **told}, self.folder / f"{name}.log")
        self.nodes.append(node)
        return node

    async def load(self, events: Sequence[Event], per_second: float = 1500.0) -> None:
        """Journal events as intake does, a few at a time."""
        step = 20
        for start in range(0, len(events), step):
            await clinic.journal(self.store, events[start : start + step])
            await asyncio.sleep(step / per_second)

    async def applied(self, group: str = "all") -> int:
        """How many events the group has applied."""
        heads = await self.store.heads()
        lag = (await self.store.health()).lag.get(group, {})
        return sum(heads.get(partition, -1) + 1 - behind for partition, behind in lag.items())

    async def until_applied(self, count: int, group: str = "all") -> None:
        """Wait until at least so many are applied."""
        moves = Moves()
        while (applied := await self.applied(group)) < count:
            moves.note(applied, f"{applied} of {count} applied by {group}")
            await asyncio.sleep(0.02)

    async def settled(self, groups: Iterable[str] = ("all",)) -> None:
        """Wait until everything journaled is placed and applied by all groups."""
        moves, quiet = Moves(), 0
        while quiet < 5:
            health = await self.store.health()
            lags = [health.lag.get(group, {}) for group in groups]
            still = health.unplaced or any(len(lag) < PARTITIONS or any(lag.values()) for lag in lags)
            quiet = 0 if still else quiet + 1
            moves.note((health.unplaced, health.placed, lags, quiet), f"not settled: {health}")
            await asyncio.sleep(0.05)

    async def holds(self, groups: Mapping[str, Iterable[str]] = EVERYBODY) -> None:
        """Nothing lost, nothing double: states, tasks, derived events and checkpoints are those of the fold."""
        assert await clinic.differences(self.store, groups) == []

    async def journaled(self, events: Sequence[Event]) -> None:
        """Every accepted event is in the journal, once (positions are dense, ids unique there)."""
        found = [row.event_id async for rows in self.store.scan() for row in rows]
        assert len(found) == len(set(found))
        assert {event.event_id for event in events} <= set(found)

    async def tasks_sent(self, within_s: float = 120.0) -> dict[str, dict[str, Any]]:
        """The last change of each task on the tasks topic, once every task of the table is there as it stands."""
        wanted = {row.task.task_id: row.task.status async for rows in self.store.all_tasks() for row in rows}
        found: dict[str, dict[str, Any]] = {}
        consumer = aiokafka.AIOKafkaConsumer(
            bootstrap_servers=self.bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
        )
        await consumer.start()
        try:
            consumer.assign([aiokafka.TopicPartition(TASKS, number) for number in range(PARTITIONS)])
            deadline = time.monotonic() + within_s
            while {key: change["status"] for key, change in found.items()} != wanted:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{len(found)} of {len(wanted)} tasks on the topic")
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    for record in records:
                        change = decode_task(record.value)
                        if change["position"] >= found.get(change["task_id"], {"position": -1})["position"]:
                            found[change["task_id"]] = change
        finally:
            await consumer.stop()
        return found
