"""What a replay is compared with: where each group stood, and what it had stored by then."""

from __future__ import annotations

from typing import Any

import msgspec

from clinicflow.core.outcome import AgentCase
from clinicflow.store.ports import Store

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_READ = frozenset({"hash", "position", "code", "codes_before"})
_Glance: Any = msgspec.defstruct(
    "_Glance",
    [
        (field.name, field.type, field.default) if field.name in _READ else (field.name, msgspec.Raw, msgspec.Raw())
        for field in msgspec.structs.fields(AgentCase)
    ],
    frozen=True,
    array_like=True,
    gc=False,
)
"""An agent's side of which only what a comparison asks first is read: a tenth of the work of reading it whole."""
_SIDES = msgspec.msgpack.Decoder(dict[str, msgspec.Raw])
_GLANCE = msgspec.msgpack.Decoder(_Glance)
_WHOLE = msgspec.msgpack.Decoder(AgentCase)


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

    def lowest(self) -> dict[int, int]:
        """The position of each partition that every agent had applied; -1: none."""
        every = list(self.reached.values())
        return {partition: min((one[partition] for one in every), default=-1) for partition in self.heads}


class Side(msgspec.Struct, frozen=True, gc=False):
    """One agent's stored side of a case: the position it stands at, its hash, and all of it as the stored bytes.

    ``codes`` are the versions of the code that wrote it, the last one last.
    """

    position: int
    hash: bytes
    codes: tuple[int, ...]
    data: bytes

    def agrees(self, folded: AgentCase) -> bool:
        """Whether all of it is what was folded. Other bytes may still say the same, as an older program wrote it."""
        told = packed(msgspec.structs.replace(folded, code=self.codes[-1], codes_before=self.codes[:-1]))
        return told == self.data or told == packed(_WHOLE.decode(self.data))


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
                names.update(_SIDES.decode(state))
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


def sides_of(state: bytes) -> dict[str, Side]:
    """The sides of a stored case that have applied anything."""
    found = {}
    for name, raw in _SIDES.decode(state).items():
        told = _GLANCE.decode(raw)
        if told.position >= 0:
            found[name] = Side(told.position, told.hash, (*told.codes_before, told.code), bytes(raw))
    return found
