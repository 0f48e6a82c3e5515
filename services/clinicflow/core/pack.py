"""The stored form of a case: all agents of a group in one value, msgpack, written whole."""

from collections.abc import Mapping

import msgspec

from clinicflow.core.outcome import AgentCase

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(dict[str, AgentCase])


def pack(cases: Mapping[str, AgentCase]) -> bytes:
    """One case row: the sides of all agents by name. The same sides give the same bytes."""
    return _ENCODER.encode(cases)


def unpack(data: bytes) -> dict[str, AgentCase]:
    """The sides of a case. ``data`` of each is builtin; ``step`` makes the agent's struct of it when it needs it.

    Raises ``msgspec.DecodeError`` when the bytes are no case row.
    """
    return _DECODER.decode(data)
