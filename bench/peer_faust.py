"""The peer: a plain Faust agent, an event at a time, with state of each visit, one task an event; run as a process."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import uuid
from typing import TYPE_CHECKING, Any

from tests.support.kafka import create_topic

from bench.figures import Figure

if TYPE_CHECKING:
    from bench.system import System

SECONDS = 15.0
_START_S = 40.0
_TABLES = (
    "create table if not exists peer_state (case_id text primary key, events int, last text)",
    "create table if not exists peer_task (task_id uuid primary key, case_id text, activity text, due bigint)",
)


async def measure(system: System, core: set[int]) -> list[Figure]:
    """Both kinds after each other, on the core of the worker, reading the same topic from its start."""
    import asyncpg

    connection = await asyncpg.connect(system.postgres.superuser_dsn("clinicflow"))
    try:
        for statement in _TABLES:
            await connection.execute(statement)
    finally:
        await connection.close()
    await create_topic(system.bootstrap, "peer.tasks", 8)
    figures = []
    for name, database in (("without", ""), ("with", system.postgres.superuser_dsn("clinicflow"))):
        rate, count = await asyncio.to_thread(_run, system, core, database)
        note = f"{count} events, one at a time: decode, state, task record" + (", one transaction" if database else "")
        figures.append(Figure(name=f"plain Faust {name} PostgreSQL", value=rate, unit="events/s", note=note))
    return figures


def _run(system: System, core: set[int], database: str) -> tuple[float, int]:
    process = system.start(
        module="bench.peer_faust", cores=core, PEER_DSN=database, PEER_OUT=str(system.folder / "peer.json"),
        PEER_DATA=str(system.folder / "peer"),
    )  # fmt: skip
    try:
        process.wait(SECONDS + _START_S)
    except subprocess.TimeoutExpired as slow:
        system.stop(process)
        raise TimeoutError("the plain Faust agent has read nothing") from slow
    told = json.loads((system.folder / "peer.json").read_text())
    (system.folder / "peer.json").unlink()
    return told["events"] / told["seconds"], told["events"]


class Peer:
    """Counts and state of the agent."""

    def __init__(self) -> None:
        self.visits: dict[str, list[Any]] = {}
        self.events = 0
        self.since = 0.0
        self.last = 0.0


def main() -> None:
    """The process: reads for some seconds, writes what it has done, ends."""
    import faust

    from clinicflow.codec import decode
    from clinicflow.live.topics import EVENTS

    kafka, dsn = os.environ["CLINICFLOW_KAFKA"], os.environ["PEER_DSN"]
    app = faust.App(
        f"peer-{uuid.uuid4().hex[:8]}", broker=f"aiokafka://{kafka}", value_serializer="raw", web_enabled=False,
        topic_disable_leader=True, consumer_auto_offset_reset="earliest", topic_replication_factor=1,
        datadir=os.environ["PEER_DATA"],
    )  # fmt: skip
    events = app.topic(EVENTS, value_type=bytes, value_serializer="raw", key_serializer="raw")
    tasks = app.topic("peer.tasks", value_type=bytes, value_serializer="raw", partitions=8)
    peer = Peer()

    async def stored(connection: Any, event: Any, state: list[Any], task_id: uuid.UUID) -> None:
        async with connection.transaction():
            await connection.execute(
                "insert into peer_state values ($1, $2, $3) on conflict (case_id) do update "
                "set events = excluded.events, last = excluded.last",
                event.case_id, state[0], state[1],
            )  # fmt: skip
            await connection.execute(
                "insert into peer_task values ($1, $2, $3, $4) on conflict do nothing",
                task_id, event.case_id, event.TYPE, event.occurred_at,
            )  # fmt: skip

    @app.agent(events)
    async def handle(stream: Any) -> None:
        connection = None
        if dsn:
            import asyncpg

            connection = await asyncpg.connect(dsn)
        async for value in stream:
            peer.since = peer.since or time.monotonic()
            event = decode(value)
            state = peer.visits.setdefault(event.case_id, [0, ""])
            state[0], state[1] = state[0] + 1, event.TYPE
            task_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{event.case_id}{event.event_id}")
            if connection is not None:
                await stored(connection, event, state, task_id)
            await tasks.send(key=event.case_id.encode(), value=task_id.bytes)
            peer.events += 1
            peer.last = time.monotonic()
            if peer.last - peer.since > SECONDS:
                _finish(peer)

    @app.timer(1.0)
    async def look() -> None:
        if peer.since and time.monotonic() - peer.last > 3.0:  # it has read everything
            _finish(peer)

    faust.Worker(app, loglevel="ERROR", console_port=None).execute_from_commandline()


def _finish(peer: Peer) -> None:
    out = os.environ["PEER_OUT"]
    with open(f"{out}.new", "w") as file:
        json.dump({"events": peer.events, "seconds": peer.last - peer.since}, file)
    os.replace(f"{out}.new", out)
    os._exit(0)  # Faust would take its time to stop


if __name__ == "__main__":
    sys.exit(main())
