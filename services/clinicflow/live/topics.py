"""The topics: their names, and how they come to exist with exactly the journal's number of partitions."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from clinicflow.errors import BrokerUnavailable, TopicMismatch
from clinicflow.live.clients import keeps_a_log
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
_ATTEMPTS = 3
_LOOKS = 20
_LOOK_AGAIN_S = 0.1
_LISTED_AGAIN_S = 0.2
_log = log("live.topics")


async def ensure_topics(
    bootstrap: str,
    partitions: int,
    *,
    replication: int = 1,
    timeout_ms: int = 5_000,
    expected: Mapping[tuple[str, int], int] | None = None,
) -> list[str]:
    """Create every missing topic and answer the names of those created.

    The broker must not create topics by itself: it would choose another number of partitions, and the place of a
    case would no longer be the journal's. A broker that does so all the same (the embedded one, for a client that
    asks by name) leaves an empty topic, which is made anew; so is one that ends before an ``expected`` offset, as
    what it held is lost. Each topic is tried alone, so that one failure does not keep another away.

    Raises ``BrokerUnavailable`` when the broker does not answer or a topic could not be made, ``TopicMismatch``
    when a topic that holds records has another number of partitions.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=timeout_ms)
    try:
        await admin.start()
        made = await _make(_Maker(admin, bootstrap, partitions, replication), expected or {})
        found = await _partition_counts(admin)
    except (KafkaError, OSError) as error:
        raise BrokerUnavailable(f"Expected a Kafka broker at {bootstrap}, but: {type(error).__name__}") from error
    finally:
        await admin.close()
    _check(found, partitions)
    return made


async def until_listed(bootstrap: str, topic: str) -> None:
    """Wait until the broker is there and lists the topic, for as long as that takes.

    A consumer that joins its group before costs a rebalance when the topic appears, which the embedded broker takes
    up to a minute for.
    """
    while True:
        admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=3_000)
        try:
            await admin.start()
            if topic in await _partition_counts(admin):
                return
        except (KafkaError, OSError) as error:
            _log.info("waiting for the broker", bootstrap=bootstrap, error=type(error).__name__)
        finally:
            await admin.close()
        await asyncio.sleep(_LISTED_AGAIN_S)


@dataclass(frozen=True, slots=True)
class _Maker:
    """What is needed to make topics."""

    admin: Any
    bootstrap: str
    partitions: int
    replication: int


async def _make(maker: _Maker, expected: Mapping[tuple[str, int], int]) -> list[str]:
    """Make what is missing or void, looking again: a client may make a topic between our looking and making."""
    made: set[str] = set()
    for _ in range(_ATTEMPTS):
        found = await _partition_counts(maker.admin)
        void = [
            name
            for name in PLACED
            if found.get(name, maker.partitions) != maker.partitions
            and await _is_void(maker.bootstrap, name, found, expected)
        ]
        if void:
            await maker.admin.delete_topics(void)
        missing = [name for name in ALL if name in void or name not in found]
        if not missing:
            break
        created = [name for name in missing if await _create(maker, name)]
        if created and not await keeps_a_log(maker.bootstrap):
            # What was sent to such a broker before the topic was there, it has taken, cannot give, and chokes on.
            await maker.admin.delete_topics(created)
            created = [name for name in created if await _create(maker, name)]
        made.update(created)
        await _listed(maker.admin)
    return [name for name in ALL if name in made]


async def _listed(admin: Any) -> dict[str, int]:
    """The counts once every topic is listed: a broker may answer a creation before it knows the topic everywhere."""
    found: dict[str, int] = {}
    for _ in range(_LOOKS):
        found = await _partition_counts(admin)
        if all(name in found for name in ALL):
            break
        await asyncio.sleep(_LOOK_AGAIN_S)
    return found


async def _partition_counts(admin: Any) -> dict[str, int]:
    topics = await admin.describe_topics()
    return {
        each["topic"]: len(each["partitions"]) for each in topics if each["error_code"] == 0 and each["topic"] in ALL
    }


async def _is_void(
    bootstrap: str, name: str, found: Mapping[str, int], expected: Mapping[tuple[str, int], int]
) -> bool:
    """Whether a topic holds nothing, or what it held is lost."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False)
    await consumer.start()
    try:
        ends = await consumer.end_offsets([TopicPartition(name, number) for number in range(found[name])])
    finally:
        await consumer.stop()
    lost = any(end < expected.get((name, place.partition), 0) for place, end in ends.items())
    return lost or not any(ends.values())


async def _create(maker: _Maker, name: str) -> bool:
    topic = NewTopic(name=name, num_partitions=maker.partitions, replication_factor=maker.replication)
    try:
        answer = await maker.admin.create_topics([topic])
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
