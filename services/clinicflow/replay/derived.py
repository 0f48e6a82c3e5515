"""Derived events that a fold causes and the journal has not, or the other way, and whose code that comes from."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from clinicflow.codec import decode
from clinicflow.errors import UndecodableEvent
from clinicflow.replay.codes import written
from clinicflow.replay.emissions import At
from clinicflow.replay.findings import Difference, made_by
from clinicflow.replay.fold import Folded
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Source

UNCAUSED = "journaled, but nothing causes it"


def derived_differences(recorded: Recorded, folds: Sequence[Folded]) -> list[Difference]:
    """Derived events that the fold causes but the journal has not, has otherwise, or has without a cause."""
    caused = {event_id: told for fold in folds for event_id, told in fold.derived.items()}
    journaled = {event_id: told for fold in folds for event_id, told in fold.journaled.items()}
    lowest = recorded.lowest()
    found = []
    for event_id, at in caused.items():
        known = journaled.get(event_id)
        if known is not None and known[0] == at[0]:
            continue
        if known is not None:
            found.append(_derived(at, event_id, "journaled with other fields"))
        elif recorded.settled and at[2] <= lowest[at[1]]:
            found.append(_derived(at, event_id, "caused, but not journaled"))
    for event_id in sorted(journaled.keys() - caused.keys()):
        found.append(_derived(journaled[event_id], event_id, UNCAUSED))
    return found


def _derived(at: At[bytes], event_id: str, detail: str) -> Difference:
    _, partition, position, case_id = at
    return Difference(partition, position, "derived event", case_id, "", event_id, detail)


async def told_by_code(source: Source, recorded: Recorded, differences: list[Difference]) -> list[Difference]:
    """Derived events differ by the code of the case that caused them; that of one without a cause is looked up."""
    if not differences:
        return differences
    causes = await _causes(source, recorded, [one for one in differences if one.detail == UNCAUSED])
    cases = {one.subject: causes.get(one.subject, one.case_id) for one in differences}
    by = await written(source, recorded, only=frozenset(cases.values()))
    return [msgspec.structs.replace(one, made_by=made_by(by.by_other(cases[one.subject]))) for one in differences]


async def _causes(source: Source, recorded: Recorded, uncaused: Sequence[Difference]) -> dict[str, str]:
    """The cases of the rows that these events say they were caused by."""
    wanted: dict[str, list[str]] = {}
    for one in uncaused:
        cause = await _caused_by(source, one)
        if cause is not None:
            wanted.setdefault(cause, []).append(one.subject)
    found = await _cases_of(source, recorded, wanted) if wanted else {}
    return {event_id: case_id for cause, case_id in found.items() for event_id in wanted[cause]}


async def _caused_by(source: Source, one: Difference) -> str | None:
    row = next((row for row in await source.case_rows(one.case_id) if row.event_id == one.subject), None)
    try:
        return None if row is None else decode(row.payload).caused_by
    except UndecodableEvent:
        return None


async def _cases_of(source: Source, recorded: Recorded, event_ids: Collection[str]) -> dict[str, str]:
    found = {}
    for partition in range(recorded.partitions):
        async for rows in source.rows(partition):
            found.update({row.event_id: row.case_id for row in rows if row.event_id in event_ids})
    return found
