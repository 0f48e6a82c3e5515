"""What a round takes out of the buffers of its partitions."""

from __future__ import annotations

from clinicflow.live.batches import Record
from clinicflow.live.feeds import Feed, Taken, take
from clinicflow.live.headers import headers_of
from clinicflow.store.rows import Checkpoint, PlacedRow

JOURNAL = "6f1c1d0e-6f0b-5a55-9c57-8f0e7d0f3c11"


def feed(partition: int, count: int, *, first: int = 0, log: str = JOURNAL) -> Feed:
    """A partition with so many records in its buffer."""
    made = Feed(Checkpoint(partition, 1, -1, None))
    for position in range(first, first + count):
        row = PlacedRow(
            partition, position, 0, 1, "demo", f"{partition}-{position}", f"case-{partition}", "roomed", b""
        )
        made.records.append(Record(position, 0, b"case", headers_of(row, log.encode()), b""))
    return made


def counted(taken: Taken) -> dict[int, int]:
    """How many records of each partition were taken."""
    return {number: sum(one.partition == number for one in taken.arrived) for number in {0, 1, 2}}


def test_when_all_fits_each_partition_gives_all_it_has() -> None:
    feeds = {0: feed(0, 3), 1: feed(1, 5), 2: feed(2, 0)}
    assert counted(take(feeds, JOURNAL, 10, 1)) == {0: 3, 1: 5, 2: 0}
    assert not any(one.records for one in feeds.values())


def test_partitions_that_lag_come_one_after_another_and_none_is_left_out() -> None:
    feeds = {number: feed(number, 25) for number in (0, 1, 2)}
    rounds = [counted(take(feeds, JOURNAL, 10, turn)) for turn in range(1, 10)]
    assert [[number for number in found if found[number]] for found in rounds[:3]] == [[0], [1], [2]]
    assert rounds[3:6] == rounds[:3]
    assert [sum(found[number] for found in rounds) for number in (0, 1, 2)] == [25, 25, 25]


def test_a_partition_with_little_to_do_does_not_wait_for_those_that_lag() -> None:
    feeds = {0: feed(0, 50), 1: feed(1, 50), 2: feed(2, 2)}
    assert counted(take(feeds, JOURNAL, 12, 1)) == {0: 10, 1: 0, 2: 2}
    feeds[2] = feed(2, 3)
    assert counted(take(feeds, JOURNAL, 12, 2)) == {0: 0, 1: 9, 2: 3}


def test_repeats_and_strangers_take_no_room() -> None:
    feeds = {0: feed(0, 4, log="another"), 1: feed(1, 9)}
    feeds[1].records.extendleft([feeds[1].records[0]] * 3)
    feeds[1].head = 0
    taken = take(feeds, JOURNAL, 5, 1)
    assert [one.stamp.position for one in taken.arrived] == [1, 2, 3, 4, 5]
    assert (len(taken.foreign), taken.dropped, taken.gaps) == (4, 4, set())


def test_what_does_not_follow_is_told_and_not_taken() -> None:
    feeds = {0: feed(0, 2, first=1), 1: feed(1, 1)}
    taken = take(feeds, JOURNAL, 5, 1)
    assert (counted(taken), taken.gaps, feeds[0].gap_at) == ({0: 0, 1: 1, 2: 0}, {0}, 2)
