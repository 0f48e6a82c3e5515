"""A file of the journal: rows, bundles and what was stored, for replay elsewhere. It holds opaque ids only.

The file begins with a line of text; then come records: kind, partition, length, MessagePack.
"""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from clinicflow.errors import UnusableRecording
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Source, Wanted
from clinicflow.store.partition import partition_of
from clinicflow.store.rows import PlacedRow, StoredBundle, TaskRow, TimerRow

MAGIC = b"clinicflow journal 2\n"
_HEAD = struct.Struct(">BHI")
_RECORDED, _BUNDLE, _STATES, _TASKS, _TIMERS, _ROWS, _END = range(1, 8)
_BATCH = 2000

T = TypeVar("T")


async def export(source: Source, path: Path) -> int:
    """Write everything that a replay needs; how many rows. The file appears whole or not at all (mode 0600).

    Raises ``UnusableRecording`` when it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as out:
                count = await _put_all(out, source)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UnusableRecording(f"Expected a file that can be written, but {path}: {error.strerror}") from error
    return count


async def _put_all(out: BinaryIO, source: Source) -> int:
    recorded = await source.recorded()
    out.write(MAGIC)
    _put(out, _RECORDED, 0, recorded)
    for group in sorted(recorded.groups):
        async for states in source.states(group):
            for partition, some in _dealt(states, lambda state: partition_of(state[0], recorded.partitions)):
                _put(out, _STATES, partition, (group, some))
    async for tasks in source.tasks():
        for partition, part in _dealt(tasks, lambda row: row.partition):
            _put(out, _TASKS, partition, part)
    async for timers in source.timers():
        for partition, few in _dealt(timers, lambda row: row.partition):
            _put(out, _TIMERS, partition, few)
    count = await _put_rows(out, source, recorded)
    _put(out, _END, 0, count)
    return count


def _dealt(rows: Iterable[T], partition: Callable[[T], int]) -> list[tuple[int, list[T]]]:
    """Rows by partition, so that a reader passes over those of others."""
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(partition(row), []).append(row)
    return sorted(found.items())


async def _put_rows(out: BinaryIO, source: Source, recorded: Recorded) -> int:
    count = 0
    bundles: set[tuple[str, int]] = set()
    for partition in range(recorded.partitions):
        async for rows in source.rows(partition):
            for org_id, number in sorted({(row.org_id, row.bundle) for row in rows}):
                for earlier in range(1, number + 1):
                    stored = None if (org_id, earlier) in bundles else await source.bundle(org_id, earlier)
                    if stored is not None:
                        bundles.add((org_id, earlier))
                        _put(out, _BUNDLE, 0, stored)
            _put(out, _ROWS, partition, rows)
            count += len(rows)
    return count


def _put(out: BinaryIO, kind: int, partition: int, value: Any) -> None:
    data = msgspec.msgpack.encode(value)
    out.write(_HEAD.pack(kind, partition, len(data)))
    out.write(data)


class FileSource:
    """A journal file. Raises ``UnusableRecording`` when it is none, or was cut off."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise UnusableRecording(f"Expected a journal file, but {path} cannot be read") from error
        if self._file.read(len(MAGIC)) != MAGIC:
            raise UnusableRecording(f"Expected a journal file of `clinicflow replay --export`, but {path} is none")
        self._index: list[tuple[int, int, int, int]] = list(self._read_index(path))
        self._by_case: dict[str, array[int]] = {}

    def _read_index(self, path: Path) -> Iterator[tuple[int, int, int, int]]:
        """(kind, partition, offset, length) of each record."""
        end, kind = path.stat().st_size, 0
        while head := self._file.read(_HEAD.size):
            if len(head) < _HEAD.size:
                break
            kind, partition, length = _HEAD.unpack(head)
            offset = self._file.tell()
            if offset + length > end:
                break
            yield kind, partition, offset, length
            self._file.seek(length, os.SEEK_CUR)
        if kind != _END:
            raise UnusableRecording(f"Expected a whole journal file, but {path} was cut off")

    async def recorded(self) -> Recorded:
        """The frame."""
        found = next(self._all(_RECORDED, Recorded), None)
        if found is None:
            raise UnusableRecording("Expected a journal file that begins with what was stored, but it has no such part")
        return found

    async def rows(self, partition: int, *, as_of: int | None = None) -> AsyncIterator[list[PlacedRow]]:
        """Placed rows of a partition in order."""
        for rows in self._all(_ROWS, list[PlacedRow], frozenset((partition,))):
            yield rows if as_of is None else [row for row in rows if row.logged_at <= as_of]

    async def case_rows(self, case_id: str) -> list[PlacedRow]:
        """All placed rows of a case; the file is read once to learn where its cases are."""
        if not self._by_case:
            for place, (kind, _, _, _) in enumerate(self._index):
                if kind == _ROWS:
                    for case in {row.case_id for row in self._one(place, list[PlacedRow])}:
                        self._by_case.setdefault(case, array("L")).append(place)
        places = self._by_case.get(case_id, ())
        return [row for place in places for row in self._one(place, list[PlacedRow]) if row.case_id == case_id]

    async def bundle(self, org_id: str, number: int) -> StoredBundle | None:
        """A bundle by number."""
        found = self._all(_BUNDLE, StoredBundle)
        return next((one for one in found if (one.org_id, one.number) == (org_id, number)), None)

    async def states(self, group: str, partitions: Wanted = None) -> AsyncIterator[list[tuple[str, bytes]]]:
        """Stored states of a group."""
        for name, states in self._all(_STATES, tuple[str, list[tuple[str, bytes]]], partitions):
            if name == group:
                yield states

    async def tasks(self, partitions: Wanted = None) -> AsyncIterator[list[TaskRow]]:
        """Stored tasks."""
        for tasks in self._all(_TASKS, list[TaskRow], partitions):
            yield tasks

    async def timers(self, partitions: Wanted = None) -> AsyncIterator[list[TimerRow]]:
        """Running timers."""
        for timers in self._all(_TIMERS, list[TimerRow], partitions):
            yield timers

    async def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _all(self, kind: int, form: type[T], partitions: Wanted = None) -> Iterator[T]:
        for place, (found, part, _, _) in enumerate(self._index):
            if found == kind and (partitions is None or part in partitions):
                yield self._one(place, form)

    def _one(self, place: int, form: type[T]) -> T:
        _, _, offset, length = self._index[place]
        self._file.seek(offset)
        try:
            return msgspec.msgpack.decode(self._file.read(length), type=form)
        except msgspec.MsgspecError as error:
            raise UnusableRecording(f"Expected records of this version in the journal file: {error}") from error
