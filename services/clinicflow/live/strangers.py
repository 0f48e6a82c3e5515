"""Records on the events topic that are not of this journal: kept as dead letters, never applied."""

from hashlib import sha256

from clinicflow.core.ids import named
from clinicflow.live import metrics
from clinicflow.live.batches import Record
from clinicflow.live.topics import EVENTS
from clinicflow.store.ports import IntakeStore
from clinicflow.store.rows import DeadLetter

_KEPT_BYTES = 65_536


def letter_of(partition: int, records: list[Record], now: int) -> DeadLetter:
    """One letter for a run of strangers in a partition, with the bytes of the first; reading them again repeats it."""
    first, last = records[0], records[-1]
    value = (first.value or b"")[:_KEPT_BYTES]
    digest = sha256(value).hexdigest()
    return DeadLetter(
        dead_letter_id=named(f"foreign|{partition}|{first.offset}|{first.timestamp}|{digest}"),
        org_id=None,
        kind="foreign",
        reason=f"Expected records of this journal on {EVENTS}, but {len(records)} from offset {first.offset} "
        f"to {last.offset} carry other or no headers",
        at=now,
        partition=partition,
        payload_hash=digest,
        payload=value,
    )


async def keep(store: IntakeStore, strangers: list[tuple[int, Record]], now: int) -> None:
    """Store them. Raises what the store raises."""
    runs: dict[int, list[Record]] = {}
    for partition, record in strangers:
        runs.setdefault(partition, []).append(record)
    async with store.intake() as transaction:
        for partition in sorted(runs):
            await transaction.dead_letter(letter_of(partition, runs[partition], now))
            metrics.DEAD_LETTERS.labels("foreign").inc()
