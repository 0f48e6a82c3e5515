"""One process of a test system, told by a JSON object: ``python -m tests.integration.process JSON``."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
import time
from typing import Any

import uvloop

from clinicflow.errors import GroupConflict
from clinicflow.live.batches import TransportSettings
from clinicflow.live.relay import Relay
from clinicflow.live.timekeeper import Timekeeper
from clinicflow.live.topics import EVENTS
from clinicflow.live.watchdog import Limits
from clinicflow.live.worker import Worker
from clinicflow.store.postgres import connect
from tests.live import clinic

CONFLICT = 3


async def relay(store: Any, told: dict[str, Any]) -> None:
    """A relay until SIGTERM."""
    work = Relay(store, told["bootstrap"], partitions=told["partitions"], holder=told["name"])
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.stop)
    await work.run()


async def timekeeper(store: Any, told: dict[str, Any]) -> None:
    """A timekeeper until SIGTERM."""
    work = Timekeeper(store)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.stop)
    await work.run()


async def worker(store: Any, told: dict[str, Any]) -> None:
    """A worker until SIGTERM."""
    known = clinic.agents(broken=told.get("broken", True))
    agents = {name: known[name] for name in told.get("agents", sorted(known))}
    transport = TransportSettings(
        told["bootstrap"],
        EVENTS,
        told["group"],
        fetch_max_wait_ms=20,
        metadata_max_age_ms=1_000,
        session_timeout_ms=3_000,
        heartbeat_interval_ms=300,
        max_poll_records=200,
    )
    limits = Limits(**told["limits"]) if "limits" in told else None
    work = Worker(store, agents, transport, round_events=told.get("round_events", 60), limits=limits)
    if "stops_after" in told:
        sickness = asyncio.create_task(_fall_ill(work, told["stops_after"], told["fault"]))
        await asyncio.gather(work.run(signals=True), sickness)
    await work.run(signals=True)


async def _fall_ill(work: Worker, after: int, fault: str) -> None:
    """After so many events stop fetching without leaving the group, or block the event loop."""
    while sum(feed.done + 1 for feed in work.feeds.values()) < after:  # noqa: ASYNC110 - looked at from outside
        await asyncio.sleep(0.005)
    if fault == "loop":
        time.sleep(3600)  # noqa: ASYNC251 - the fault itself
    for partition in sorted(work.partitions.assigned()):
        await work.partitions.pause(partition)


async def main(told: dict[str, Any]) -> None:
    """Open the store and run the role."""
    store = await connect(told["dsn"], partitions=told["partitions"])
    try:
        await {"relay": relay, "worker": worker, "timekeeper": timekeeper}[told["role"]](store, told)
    finally:
        await store.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    try:
        uvloop.run(main(json.loads(sys.argv[1])))
    except GroupConflict as conflict:
        print(conflict, file=sys.stderr)
        raise SystemExit(CONFLICT) from conflict
