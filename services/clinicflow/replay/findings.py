"""What was stored, by case, task and timer, and where a fold tells something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from clinicflow.core.event import Placed
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.task import Task, TaskChange
from clinicflow.replay.codes import Written, stored_sides
from clinicflow.replay.recorded import Recorded, Side
from clinicflow.replay.sources import Source
from clinicflow.store.partition import partition_of

_NONE: Mapping[str, Side] = {}


class Difference(msgspec.Struct, frozen=True, order=True):
    """One thing that replay tells otherwise. ``position`` is where it shows first."""

    partition: int
    position: int
    kind: str
    """hash, state, task, timer, derived event."""
    case_id: str
    agent: str
    subject: str
    """The task, timer or event, if it is one."""
    detail: str
    made_by: str = ""
    """this: by the code that replays; other: other code had a part in what is stored; empty: that is not known."""

    def line(self) -> str:
        """The difference in one line; opaque ids only."""
        what = f"{self.kind} {self.subject}".strip()
        agent = f" of {self.agent}" if self.agent else ""
        case = f" in case {self.case_id}" if self.case_id else ""
        return f"{what}{agent}{case} at {self.partition}:{self.position}: {self.detail}"


def made_by(by_other: bool | None) -> str:
    """How a difference says it."""
    return "" if by_other is None else "other" if by_other else "this"


class Expected:
    """Stored sides, tasks and timers of some partitions; each is taken off as the fold confirms or denies it."""

    def __init__(self, recorded: Recorded, partitions: Iterable[int]) -> None:
        self.found: list[Difference] = []
        self._recorded = recorded
        self.partitions = frozenset(partitions)
        self._sides: dict[str, dict[str, Side]] = {}
        self._confirmed: dict[tuple[str, str], int] = {}
        self._told: set[tuple[str, str]] = set()
        self._tasks: dict[str, tuple[int, int, str, Task]] = {}
        self._timers: dict[str, tuple[int, str, str]] = {}
        self._set: dict[str, tuple[int, int, str, str]] = {}
        self._cleared: dict[str, tuple[int, int]] = {}
        self.written = Written()

    async def load(self, source: Source) -> None:
        """Read what is stored."""
        async for case_id, sides in stored_sides(source, self._recorded, self.partitions):
            if partition_of(case_id, self._recorded.partitions) in self.partitions:
                self.written.add(case_id, sides)
                self._sides.setdefault(case_id, {}).update(sides)
        async for tasks in source.tasks(self.partitions):
            for row in tasks:
                if row.partition in self.partitions:
                    self._tasks[row.task.task_id] = (row.partition, row.position, row.case_id, row.task)
        async for timers in source.timers(self.partitions):
            for timer in timers:
                if timer.partition in self.partitions:
                    self._timers[timer.timer.timer_id] = (timer.partition, timer.case_id, timer.agent)

    def of(self, case_id: str) -> Mapping[str, Side]:
        """The stored sides of a case that no row has confirmed or denied yet, by agent."""
        return self._sides.get(case_id, _NONE)

    def side(self, agent: str, placed: Placed, side: AgentCase) -> None:
        """A case has been folded up to this row; compared where the stored side stands."""
        key = (placed.event.case_id, agent)
        stored = self.of(placed.event.case_id).get(agent)
        if stored is not None and stored.position > placed.position:
            return
        if stored is not None and stored.position == placed.position:
            del self._sides[placed.event.case_id][agent]
            self._confirmed[key] = placed.position
            self._compare(agent, placed, side, stored)
            return
        if placed.position > self._reached(agent, placed.partition) or key in self._told:
            return  # applied after the stored state was read
        self._told.add(key)
        upto = self._confirmed.get(key) if stored is None else stored.position
        self._tell(placed, "state", agent, "not stored" if upto is None else f"stored only up to {upto}")

    def _compare(self, agent: str, placed: Placed, side: AgentCase, stored: Side) -> None:
        if stored.hash != side.hash:
            self._tell(placed, "hash", agent, f"{stored.hash.hex()} stored, {side.hash.hex()} folded")
        elif not stored.agrees(side):
            self._tell(placed, "state", agent, "the stored state is not what these events lead to")

    def tasks(self, placed: Placed, changes: Sequence[TaskChange]) -> None:
        """Tasks have changed by this row; each is compared at its last stored change."""
        for task in _last_of_each(changes):
            stored = self._tasks.get(task.task_id)
            if stored is None:
                if placed.position <= self._reached(task.agent, placed.partition):
                    self._tell(placed, "task", task.agent, "not stored", task.task_id)
            elif stored[1] == placed.position:
                if stored[3] != task:
                    self._tell(placed, "task", task.agent, differing(stored[3], task), task.task_id)
                self._tasks[task.task_id] = (stored[0], -1, stored[2], task)
            elif -1 <= stored[1] < placed.position <= self._reached(task.agent, placed.partition):
                detail = f"stored only up to its change at {stored[1]}" if stored[1] >= 0 else "changed once more"
                self._tell(placed, "task", task.agent, detail, task.task_id)

    def timers(self, agent: str, placed: Placed, outcome: Outcome) -> None:
        """Remember which timers were set and cleared."""
        place = (placed.partition, placed.position)
        for timer in outcome.timers_set:
            self._cleared.pop(timer.timer_id, None)
            self._set[timer.timer_id] = (*place, placed.event.case_id, agent)
        for timer_id in outcome.timers_cleared:
            self._cleared[timer_id] = place

    def left(self, partition: int) -> None:
        """A partition is folded to its end: what was stored without a row that leads to it, and the timers."""
        found = self.found
        for case_id, sides in self._sides.items():
            if sides and partition_of(case_id, self._recorded.partitions) == partition:
                for agent, side in sides.items():
                    detail = "no row leads to it"
                    found.append(Difference(partition, side.position, "state", case_id, agent, "", detail))
        for task_id, (part, position, case_id, task) in self._tasks.items():
            if part == partition and position >= 0:
                found.append(Difference(part, position, "task", case_id, task.agent, task_id, "no row leads to it"))
        self._timers_left(partition)

    def told(self) -> list[Difference]:
        """What was found, each with whose code made it; called once, at the end."""
        return [msgspec.structs.replace(one, made_by=self._made_by(one.case_id, one.agent)) for one in self.found]

    def _made_by(self, case_id: str, agent: str) -> str:
        """A side that is not stored was left out by the code that wrote the others of the case."""
        stored = agent in self.of(case_id) or (case_id, agent) in self._confirmed
        return made_by(self.written.by_other(case_id, agent if stored else ""))

    def _timers_left(self, partition: int) -> None:
        found = self.found
        for timer_id, (part, case_id, agent) in self._timers.items():
            gone = self._cleared.get(timer_id)
            over = gone is not None and gone[1] <= self._reached(agent, part)
            if part == partition and (timer_id not in self._set or over):
                position = gone[1] if gone is not None else 0
                found.append(Difference(part, position, "timer", case_id, agent, timer_id, "runs, but should not"))
        for timer_id, (part, position, case_id, agent) in self._set.items():
            runs = timer_id not in self._cleared and position <= self._reached(agent, part)
            if part == partition and runs and timer_id not in self._timers:
                found.append(Difference(part, position, "timer", case_id, agent, timer_id, "should run, but does not"))

    def _reached(self, agent: str, partition: int) -> int:
        return self._recorded.reached.get(agent, {}).get(partition, -1)

    def _tell(self, placed: Placed, kind: str, agent: str, detail: str, subject: str = "") -> None:
        self.found.append(
            Difference(placed.partition, placed.position, kind, placed.event.case_id, agent, subject, detail)
        )


def _last_of_each(changes: Sequence[TaskChange]) -> Iterable[Task]:
    """Each task as its last change leaves it; most often there is one change in all."""
    if len(changes) == 1:
        return (changes[0].task,)
    return {change.task.task_id: change.task for change in changes}.values()


def differing(stored: msgspec.Struct, folded: msgspec.Struct) -> str:
    """The fields in which two values of one kind differ, with both values (of coded fields and ids)."""
    fields = stored.__struct_fields__
    pairs = [(name, getattr(stored, name), getattr(folded, name)) for name in fields]
    return "; ".join(f"{name}: {old!r} stored, {new!r} folded" for name, old, new in pairs if old != new)
