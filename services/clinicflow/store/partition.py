"""Which partition a case belongs to: the same answer as Kafka's own clients give for the case id as key."""

from functools import lru_cache

_M = 0x5BD1E995
_SEED = 0x9747B28C
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """MurmurHash2 of ``data`` as Kafka's default partitioner computes it: an unsigned 32-bit number.

    Source: Austin Appleby's public-domain MurmurHash2; seed 0x9747b28c as in Kafka's ``Utils.murmur2``.
    """
    length = len(data)
    h = _SEED ^ length
    whole = length & ~3
    for at in range(0, whole, 4):
        k = (int.from_bytes(data[at : at + 4], "little") * _M) & _MASK
        k = ((k ^ (k >> 24)) * _M) & _MASK
        h = ((h * _M) & _MASK) ^ k
    if whole != length:
        h = ((h ^ int.from_bytes(data[whole:], "little")) * _M) & _MASK
    h = ((h ^ (h >> 13)) * _M) & _MASK
    return h ^ (h >> 15)


@lru_cache(maxsize=65536)
def partition_of(case_id: str, partitions: int) -> int:
    """The partition (0 .. ``partitions`` - 1) of a case; never changes while the number of partitions stays."""
    return (murmur2(case_id.encode()) & 0x7FFFFFFF) % partitions
