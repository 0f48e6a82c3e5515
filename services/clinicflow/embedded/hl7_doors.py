"""The HL7 doors of a serving process: opened one by one, tried again while a port is taken, and told where they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from clinicflow import telemetry
from clinicflow.errors import StoreUnavailable, UnknownBundle
from clinicflow.gateway import mllp
from clinicflow.gateway.services import Services

log = telemetry.log("clinicflow.hl7")

AGAIN_AFTER_S = 5.0
PORTS_FILE = "mllp-ports.json"


@asynccontextmanager
async def hl7_doors(services: Services) -> AsyncIterator[None]:
    """Keep the feeds' ports open while the block runs. A port that another program holds does not stop the rest."""
    doors: list[mllp.MllpDoor] = []
    opening = asyncio.create_task(_keep_open(services, doors))
    try:
        yield
    finally:
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await asyncio.gather(*(door.stop() for door in doors))


async def _keep_open(services: Services, doors: list[mllp.MllpDoor]) -> None:
    """Open what the bundles declare, also what a later bundle adds."""
    opened: set[tuple[str, str]] = set()
    while True:
        try:
            await _open_missing(services, doors, opened)
        except (StoreUnavailable, UnknownBundle) as failure:
            log.warning("the feeds are not known yet", error=str(failure))
        await asyncio.sleep(AGAIN_AFTER_S)


async def _open_missing(services: Services, doors: list[mllp.MllpDoor], opened: set[tuple[str, str]]) -> None:
    any_port = services.settings.mllp_any_port
    for org_id in sorted(await services.store.orgs()):
        for name, feed in sorted((await services.bundles.in_force(org_id)).feeds.items()):
            if (org_id, name) in opened or feed.mllp_port is None:
                continue
            try:
                doors.append(await mllp.serve(services, [feed], any_port=any_port))
            except OSError as taken:
                log.error("expected a free port for the feed", feed=name, port=feed.mllp_port, error=str(taken))
                continue
            opened.add((org_id, name))
            _tell(services, doors)


def _tell(services: Services, doors: list[mllp.MllpDoor]) -> None:
    ports = {feed: port for door in doors for feed, port in door.ports.items()}
    (services.settings.home / PORTS_FILE).write_text(json.dumps(ports))
