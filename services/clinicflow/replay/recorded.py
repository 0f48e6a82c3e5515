"""What a replay is compared with: where each group stood, and what it had stored by then."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clinicflow.core.outcome import AgentCase
from clinicflow.core.pack import unpack
from clinicflow.store.partition import partition_of
from clinicflow.store.ports import Store

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


class Recorded(msgspec.Struct):
    """The frame of a replay, read before anything else, so that what is stored is never behind it.

    ``reached`` is the position that every group had applied at least, by agent and partition. ``skipped`` are the
    (partition, position, agent) that became dead letters. ``settled``: nothing was waiting for its place.
    """

    partitions: int
    heads: dict[int, int]
    reached: dict[str, dict[int, int]]
    groups: dict[str, list[str]]
    skipped: list[tuple[int, int, str]]
    settled: bool


class Side(msgspec.Struct, frozen=True, gc=False):
    """One agent's stored side of a case: the position it stands at, its hash, and all of it as bytes."""

    position: int
    hash: bytes
    data: bytes


def packed(side: AgentCase) -> bytes:
    """A side as bytes; equal sides give equal bytes, stored or folded.

    Whether it is marked as incomplete is left out: the mark is put on by a dead letter after its last row.
    """
    return _ENCODER.encode(msgspec.structs.replace(side, incomplete=False) if side.incomplete else side)


async def read_recorded(store: Store) -> Recorded:
    """The frame as it is now. A running system goes on meanwhile: what it adds is left out or found to agree."""
    heads = await store.heads()
    health = await store.health()
    groups: dict[str, list[str]] = {}
    for group in sorted(health.lag):
        names: set[str] = set()
        async for states in store.states(group):
            for _, state in states:
                names.update(unpack(state))
        groups[group] = sorted(names)
    reached = {
        agent: {partition: head - health.lag[group].get(partition, head + 1) for partition, head in heads.items()}
        for group, agents in groups.items()
        for agent in agents
    }
    letters = await store.dead_letters(open_only=False, limit=1_000_000)
    skipped = [
        (letter.partition, letter.position, letter.agent)
        for letter in letters
        if letter.kind in ("step", "decode") and None not in (letter.partition, letter.position, letter.agent)
    ]
    return Recorded(len(heads), heads, reached, groups, skipped, health.unplaced == 0)  # type: ignore[arg-type]


def sides_of(case_id: str, state: bytes, partitions: int, wanted: frozenset[int]) -> Mapping[str, Side]:
    """The sides of a stored case, when it is in a wanted partition."""
    if partition_of(case_id, partitions) not in wanted:
        return {}
    sides = unpack(state)
    return {name: Side(side.position, side.hash, packed(side)) for name, side in sides.items() if side.position >= 0}
