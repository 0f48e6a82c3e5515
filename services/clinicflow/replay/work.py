"""The work of a recorded day by kind."""

from __future__ import annotations

from clinicflow.core.worked import Shares, Worked
from clinicflow.errors import UnknownBundle
from clinicflow.replay.other_rules import primaries
from clinicflow.replay.sources import Source


async def shares_of(source: Source, org_id: str) -> Shares:
    """Tasks done and time worked by role and kind of work; kinds are those of the newest bundle.

    Raises ``UnknownBundle`` for an organization without one.
    """
    recorded = await source.recorded()
    kinds: dict[str, str] | None = None
    number = 1
    while (stored := await source.bundle(org_id, number)) is not None:
        kinds = stored.document.get("work", {})
        number += 1
    if kinds is None:
        raise UnknownBundle(f"Expected an organization with a bundle, but {org_id} has none")
    found = Worked(kinds)
    for placed in await primaries(source, recorded, org_id):
        found.event(placed.event)
    async for tasks in source.tasks():
        for row in tasks:
            if row.org_id == org_id:
                found.task(row.task)
    return found.shares
