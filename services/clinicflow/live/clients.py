"""What Kafka clients of ours need on every broker: whether it answers, what it can, and no topics made in passing."""

import asyncio
import functools
import struct
from typing import Any

_API_VERSIONS = b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"
"""A request for the versions of all APIs, version 0, without a client's name."""
_OFFSET_FOR_LEADER_EPOCH = 23


def never_make_topics(client: Any) -> None:
    """Let an aiokafka client ask for the metadata of all topics instead of naming those it wants.

    A request that names a missing topic makes it on the embedded broker, with a number of partitions of its own
    choice, and a producer that waits for its topic would at once fill it.
    """
    original = client._metadata_update

    @functools.wraps(original)
    async def update(cluster: Any, _topics: Any) -> bool:
        return bool(await original(cluster, None))

    client._metadata_update = update


async def broker_answers(bootstrap: str, within_s: float = 3.0) -> bool:
    """Whether one of the addresses answers a request for its API versions."""
    return await _apis(bootstrap, within_s) is not None


async def keeps_a_log(bootstrap: str, within_s: float = 3.0) -> bool:
    """False for a broker that knows no epochs of leaders: the embedded one, whose log is gone when it ends."""
    apis = await _apis(bootstrap, within_s)
    return apis is None or _OFFSET_FOR_LEADER_EPOCH in apis


async def _apis(bootstrap: str, within_s: float) -> frozenset[int] | None:
    """The numbers of the APIs that the first address that answers has; None when none does."""
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            async with asyncio.timeout(within_s):
                reader, writer = await asyncio.open_connection(host, int(port))
                try:
                    writer.write(_API_VERSIONS)
                    length = int.from_bytes(await reader.readexactly(4), "big")
                    answer = await reader.readexactly(length)
                finally:
                    writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            continue
        # Correlation id, error code and count come first; then key, lowest and highest version of each API.
        count = min(int.from_bytes(answer[6:10], "big"), (length - 10) // 6)
        return frozenset(struct.unpack_from(">h", answer, 10 + 6 * at)[0] for at in range(count))
    return None
