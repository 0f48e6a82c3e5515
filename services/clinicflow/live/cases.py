"""The states of cases in a worker's memory: bounded by bytes, ahead of the database by the rounds under way."""

from collections import OrderedDict
from collections.abc import Iterable

from clinicflow.core.event import Placed
from clinicflow.core.outcome import AgentCase
from clinicflow.core.pack import unpack

_FACTOR = 6
_BASE = 700
"""An unpacked state takes about six times its packed bytes, and some for the entry."""


class Entry:
    """One case: the sides of the agents, and what else its rows need. ``round`` is the last that changed it."""

    __slots__ = ("bytes", "cases", "last", "partition", "patient_id", "round")

    def __init__(self, partition: int, cases: dict[str, AgentCase], size: int) -> None:
        self.partition = partition
        self.cases = cases
        self.bytes = _BASE + _FACTOR * size
        self.last: Placed | None = None
        """The last event that was applied since the case came into memory."""
        self.patient_id: str | None = None
        self.round = 0


class CaseCache:
    """Least recently used entries go first, but never one whose last change is not committed."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def held(self, case_id: str) -> Entry:
        """The entry of a case that was loaded for this round, now the most recently used."""
        self._entries.move_to_end(case_id)
        return self._entries[case_id]

    def missing(self, case_ids: Iterable[str]) -> list[str]:
        """Those that must be loaded."""
        return [case_id for case_id in case_ids if case_id not in self._entries]

    def put(self, case_id: str, partition: int, packed: bytes | None) -> Entry:
        """Keep what was loaded; None stands for a case that is not stored yet. Raises what ``unpack`` raises."""
        entry = Entry(partition, {} if packed is None else unpack(packed), 0 if packed is None else len(packed))
        self._entries[case_id] = entry
        self.bytes += entry.bytes
        return entry

    def changed(self, entry: Entry, packed_size: int, round_number: int) -> None:
        """An entry was written into a round."""
        entry.round = round_number
        self.bytes -= entry.bytes
        entry.bytes = _BASE + _FACTOR * packed_size
        self.bytes += entry.bytes

    def drop_partition(self, partition: int) -> None:
        """Forget what is not ours any more."""
        for case_id in [key for key, entry in self._entries.items() if entry.partition == partition]:
            self.bytes -= self._entries.pop(case_id).bytes

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.bytes = 0

    def shrink(self, committed_round: int) -> None:
        """Let old entries go until the limit is kept; called when no fold is under way."""
        if self.bytes <= self._limit:
            return
        for case_id in list(self._entries):
            if self.bytes <= self._limit:
                return
            if self._entries[case_id].round <= committed_round:
                self.bytes -= self._entries.pop(case_id).bytes
