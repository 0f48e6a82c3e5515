"""The first difference, looked at closely: its case folded again, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from clinicflow.core.outcome import AgentCase
from clinicflow.core.pack import unpack
from clinicflow.replay.findings import Difference, differing
from clinicflow.replay.fold import Fold, placed_of
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Source
from clinicflow.store.rows import PlacedRow


async def explain(source: Source, recorded: Recorded, difference: Difference) -> list[str]:
    """Lines that show the case's rows, what each did, and how stored and folded sides differ at the end."""
    fold = Fold(source, recorded)
    stored = await _stored(source, recorded, difference.case_id)
    lines = [f"case {difference.case_id}, step by step:"]
    for row in await source.case_rows(difference.case_id):
        lines += await _step(fold, row, difference, stored)
    return lines


async def _step(fold: Fold, row: PlacedRow, difference: Difference, stored: dict[str, AgentCase]) -> list[str]:
    placed = placed_of(row)
    if placed is None:
        return [f"  {row.partition}:{row.position} {row.type}: its bytes cannot be read"]
    changes = await fold.one(placed)
    marked = "*" if row.position == difference.position else " "
    done = ", ".join(f"{change.kind} {change.task.activity}" for change in changes) or "no task changed"
    lines = [f"{marked} {row.partition}:{row.position} {row.type} {row.event_id}: {done}"]
    for agent, side in sorted(fold.cases[row.case_id].items()):
        kept = stored.get(agent)
        if side.position != row.position:
            continue
        lines.append(f"      {agent} hash {side.hash.hex()}")
        if kept is not None and kept.position == side.position:
            lines += _verdict(agent, kept, side)
    return lines


def _verdict(agent: str, stored: AgentCase, folded: AgentCase) -> Iterator[str]:
    """How the stored side compares where it stands."""
    told = differing(_plain(stored), _plain(folded))
    yield f"      {agent} stored here: {told or 'the same'}"


def _plain(side: AgentCase) -> AgentCase:
    """The side with its own struct as builtin types, as a stored one has it, without who wrote it."""
    data: Any = msgspec.msgpack.decode(msgspec.msgpack.encode(side.data))
    return msgspec.structs.replace(side, data=data, incomplete=False, code=0, codes_before=())


async def _stored(source: Source, recorded: Recorded, case_id: str) -> dict[str, AgentCase]:
    found: dict[str, AgentCase] = {}
    for group in sorted(recorded.groups):
        async for states in source.states(group):
            for case, state in states:
                if case == case_id:
                    found |= unpack(state)
    return found
