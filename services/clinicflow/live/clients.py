"""What every Kafka client of ours needs on a broker that creates topics on demand."""

import functools
from typing import Any


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
