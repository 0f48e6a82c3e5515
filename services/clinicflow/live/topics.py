"""The topics: their names, and how they come to exist with exactly the journal's number of partitions."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from clinicflow.errors import BrokerUnavailable, TopicMismatch
from clinicflow.telemetry import log

EVENTS = "clinicflow.events"
"""The journal as Kafka carries it; key: case id."""
INBOX = "clinicflow.inbox"
"""Where other programs put events; intake journals them."""
TASKS = "clinicflow.tasks"
"""Every task change, for programs outside; key: case id."""
ALL = (EVENTS, INBOX, TASKS)
PLACED = (EVENTS, TASKS)
"""Topics whose records lie in the journal's partition of their case; the inbox may have any number."""

_ALREADY_EXISTS = 36
_LOOKS = 20
_LOOK_AGAIN_S = 0.1
_log = log("live.topics")


async def ensure_topics(bootstrap: str, partitions: int, *, replication: int = 1, timeout_ms: int = 5_000) -> list[str]:
    """Create every missing topic and answer the names of those created.

    The broker must not create topics by itself: it would choose another number of partitions, and the place of a
    case would no longer be the journal's. A broker that does so all the same (the embedded one, for a client that
    asks by name) leaves an empty topic, which is made anew. Each topic is tried alone, so that one failure does not
    keep another away. Raises ``BrokerUnavailable`` when the broker does not answer or a topic could not be made,
    ``TopicMismatch`` when a topic that holds records has another number of partitions.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=timeout_ms)
    try:
        await admin.start()
        found = await _partition_counts(admin)
        for name in PLACED:
            if name in found and found[name] != partitions and await _is_empty(bootstrap, name, found[name]):
                await admin.delete_topics([name])
                del found[name]
        created = [name for name in ALL if name not in found and await _create(admin, name, partitions, replication)]
        found = await _listed(admin, found) if created else found
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"Expected a Kafka broker at {bootstrap}, but: {type(error).__name__}") from error
    finally:
        await admin.close()
    _check(found, partitions)
    return created


async def _listed(admin: Any, found: dict[str, int]) -> dict[str, int]:
    """The counts once every topic is listed: a broker may answer a creation before it knows the topic everywhere."""
    for _ in range(_LOOKS):
        found = await _partition_counts(admin)
        if all(name in found for name in ALL):
            break
        await asyncio.sleep(_LOOK_AGAIN_S)
    return found


async def _partition_counts(admin: Any) -> dict[str, int]:
    topics = await admin.describe_topics()
    return {topic["topic"]: len(topic["partitions"]) for topic in topics if topic["error_code"] == 0}


async def _is_empty(bootstrap: str, name: str, count: int) -> bool:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(name, number) for number in range(count)])
        return not any(ends.values())
    finally:
        await consumer.stop()


async def _create(admin: Any, name: str, partitions: int, replication: int) -> bool:
    topic = NewTopic(name=name, num_partitions=partitions, replication_factor=replication)
    try:
        answer = await admin.create_topics([topic])
    except (KafkaError, OSError) as error:
        _log.warning("topic not created", topic=name, error=type(error).__name__)
        return False
    code = answer.topic_errors[0][1]
    if code not in (0, _ALREADY_EXISTS):
        _log.warning("topic not created", topic=name, code=code)
    return bool(code == 0)


def _check(found: dict[str, int], partitions: int) -> None:
    missing = [name for name in ALL if name not in found]
    if missing:
        raise BrokerUnavailable(f"Expected topic {missing[0]} after creating it, but the broker does not list it")
    for name in PLACED:
        if found[name] != partitions:
            raise TopicMismatch(
                f"Expected topic {name} with {partitions} partitions as in the journal, but it has {found[name]}"
            )
