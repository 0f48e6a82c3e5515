"""A process that serves the demo's own feed on a free port, for tests that kill it: prints the port, then waits."""

import asyncio
import sys
from pathlib import Path

from clinicflow.gateway import mllp
from clinicflow.gateway.services import Services
from clinicflow.settings import Settings
from clinicflow.store.crypto import KeyRing
from clinicflow.store.postgres import connect


async def main(dsn: str, key_file: str) -> None:
    store = await connect(dsn, partitions=2, keys=KeyRing(Path(key_file)))
    services = Services(store, Settings())
    feed = (await services.bundles.in_force("demo")).feeds["demo-his"]
    door = await mllp.serve(services, [feed], any_port=True)
    print(door.ports["demo-his"], flush=True)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
