"""Partitions: the same as Kafka's own producers choose, for ever."""

from __future__ import annotations

import uuid
from collections import Counter

import pytest
from aiokafka.partitioner import DefaultPartitioner, murmur2

from clinicflow.store import partition

SAMPLES = [b"", b"a", b"21", b"abc", b"foobar", bytes(range(256)), "ünïcode".encode()]


@pytest.mark.parametrize("data", SAMPLES)
def test_the_hash_is_kafka_s(data: bytes) -> None:
    assert partition.murmur2(data) == murmur2(data) & 0xFFFFFFFF


def test_known_values_never_change() -> None:
    # From the test of Kafka's own clients (signed there).
    known = {b"21": -973932308, b"foobar": -790332482, b"a-little-bit-long-string": -985981536}
    assert {data: partition.murmur2(data) for data in known} == {data: n & 0xFFFFFFFF for data, n in known.items()}


def test_cases_go_where_a_kafka_client_would_send_them() -> None:
    theirs = DefaultPartitioner()
    cases = [str(uuid.UUID(int=n * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128)) for n in range(2000)]
    for count in (1, 8, 9):
        chosen = [partition.partition_of(case, count) for case in cases]
        assert chosen == [theirs(case.encode(), list(range(count)), list(range(count))) for case in cases]
    assert min(Counter(partition.partition_of(case, 8) for case in cases).values()) > 150
