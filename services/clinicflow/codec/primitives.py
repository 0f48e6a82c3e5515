"""Avro's lengths, integers and arrays on plain bytes, for the functions that ``compiled`` makes.

Everything here is strict: a length is never negative, an integer has at most 64 bits, and an array never claims more
items than bytes are left, so that no input can cost more time or memory than its own size.
"""

from collections.abc import Callable, Iterable
from typing import Any

LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1

MAX_ITEMS = 1_000
"""The longest list that is read or written, so that no message is much work for its size."""

BOOLEANS = (False, True)
BOOLEAN_BYTES = {False: b"\x00", True: b"\x01"}

ReadItem = Callable[[bytes, int], tuple[Any, int]]


class Malformed(ValueError):
    """Bytes that are no value of their Avro type; wrapped before it leaves the codec."""


def read_long(data: bytes, at: int) -> tuple[int, int]:
    """The variable-length zig-zag integer at ``at``, and where the next value begins."""
    byte = data[at]
    at += 1
    number, shift = byte & 127, 7
    while byte > 127:
        if shift > 63:
            raise Malformed("an integer of at most 10 bytes")
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
    if number >> 64:
        raise Malformed("an integer of at most 64 bits")
    return (number >> 1) ^ -(number & 1), at


def read_micros(data: bytes, at: int) -> tuple[int, int]:
    """An integer that is likely to have 8 bytes, as times of our days have; three steps instead of a loop over them."""
    word = int.from_bytes(data[at : at + 8], "little")
    if word & 0x8080808080808080 != 0x0080808080808080:
        return read_long(data, at)
    word = (word & 0x007F007F007F007F) | ((word & 0x7F007F007F007F00) >> 1)
    word = (word & 0x00003FFF00003FFF) | ((word & 0x3FFF00003FFF0000) >> 2)
    word = (word & 0x0FFFFFFF) | ((word >> 32) << 28)
    return (word >> 1) ^ -(word & 1), at + 8


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """The length of a text, and where the text begins."""
    length, at = read_long(data, at)
    if length < 0:
        raise Malformed("a length that is not negative")
    return length, at


def read_string(data: bytes, at: int) -> tuple[str, int]:
    """A text; one that would reach beyond the end is refused."""
    length, at = read_length(data, at)
    end = at + length
    if end > len(data):
        raise Malformed("a text that ends within the message")
    return data[at:end].decode(), end


def read_array(data: bytes, at: int, read_item: ReadItem) -> tuple[list[Any], int]:
    """All blocks of an array. A block may come with its size in bytes, which then must be right."""
    items: list[Any] = []
    while True:
        count, at = read_long(data, at)
        if count == 0:
            return items, at
        end = None
        if count < 0:
            size, at = read_length(data, at)
            count, end = -count, at + size
        if count > len(data) - at:
            raise Malformed("an array with no more items than bytes are left")
        if count + len(items) > MAX_ITEMS:
            raise Malformed(f"a list of at most {MAX_ITEMS} items")
        for _ in range(count):
            item, at = read_item(data, at)
            items.append(item)
        if end is not None and end != at:
            raise Malformed("an array block of the size that it claims")


def read_strings(data: bytes, at: int) -> tuple[list[str], int]:
    """An array of texts. The same few come again and again (who supervises, what somebody is certified in): arrays read
    before are known by how they begin, and taken when all of their bytes are the same.
    """
    begin = data[at : at + _KNOWN_BY]
    known = _known.get(begin)
    if known is not None and data.startswith(known[0], at):
        return known[1].copy(), at + len(known[0])
    items, end = _read_strings(data, at)
    if end - at <= _LONGEST_KNOWN:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[begin] = (data[at:end], items.copy())
    return items, end


_KNOWN_BY, _LONGEST_KNOWN, _MOST_KNOWN = 24, 1024, 4096
_known: dict[bytes, tuple[bytes, list[str]]] = {}


def _read_strings(data: bytes, at: int) -> tuple[list[str], int]:
    """Most often one block of a few short texts, that is read without a call for each.

    A text that would reach beyond the end is seen after the last one, as ``at`` never goes back.
    """
    start, count = at, data[at]
    if count & 129:
        return read_array(data, start, read_string)
    at += 1
    items = []
    for _ in range(count >> 1):
        length = data[at]
        if length & 129:
            length, at = read_length(data, at)
        else:
            length >>= 1
            at += 1
        items.append(data[at : at + length].decode())
        at += length
    if at >= len(data):
        raise Malformed("an array that ends within the message")
    return (items, at + 1) if data[at] == 0 else read_array(data, start, read_string)


def long_bytes(number: int) -> bytes:
    """The variable-length zig-zag form of an integer of 64 bits."""
    if not LONG_MIN <= number <= LONG_MAX:
        raise Malformed("an integer of at most 64 bits")
    word = (number << 1) ^ (number >> 63)
    if word >> 49 and not word >> 56:
        word = (word & 0x0FFFFFFF) | ((word >> 28) << 32)
        word = (word & 0x00003FFF00003FFF) | ((word & 0x0FFFC0000FFFC000) << 2)
        word = (word & 0x007F007F007F007F) | ((word & 0x3F803F803F803F80) << 1)
        return (word | 0x0080808080808080).to_bytes(8, "little")
    out = bytearray()
    while word > 127:
        out.append(word & 127 | 128)
        word >>= 7
    out.append(word)
    return bytes(out)


class Integers(dict[int, bytes]):
    """The bytes of small integers, ready made; of others, made when asked for and not kept."""

    def __missing__(self, number: int) -> bytes:
        return long_bytes(number)


LONGS = Integers({number: long_bytes(number) for number in range(-64, 4096)})


def array_bytes(items: Iterable[Any], item_bytes: Callable[[Any], bytes]) -> bytes:
    """An array as one block."""
    parts = [item_bytes(item) for item in items]
    if len(parts) > MAX_ITEMS:
        raise Malformed(f"a list of at most {MAX_ITEMS} items")
    return b"".join((LONGS[len(parts)], *parts, b"\x00")) if parts else b"\x00"


def string_bytes(text: str) -> bytes:
    """A text with its length."""
    encoded = text.encode()
    return LONGS[len(encoded)] + encoded
