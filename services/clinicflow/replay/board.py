"""The board of a clinic as of any past second: what it showed then, or what was true then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from clinicflow.core.event import Micros, Placed
from clinicflow.core.history import effective
from clinicflow.core.outcome import AgentCase, Timer
from clinicflow.core.ranking import POOL, Policy, Reason, policy_of, rank, standing
from clinicflow.core.step import case_view
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended
from clinicflow.core.waiting import Waiting, waiting
from clinicflow.events import TaskRequestRefused
from clinicflow.replay.codes import Codes, codes_of, written
from clinicflow.replay.fold import Fold, placed_of
from clinicflow.replay.recorded import Recorded
from clinicflow.replay.sources import Source
from clinicflow.store.rows import PlacedRow

By = Literal["logged", "occurred"]


class PastVisit(msgspec.Struct, frozen=True):
    """A visit that was open, and for whom it waited, since when and why."""

    view: VisitView
    waiting: Waiting | None


class PastTask(msgspec.Struct, frozen=True):
    """An open task and the case it was about, with the reasons for its place on the list."""

    case_id: str
    task: Task
    reasons: tuple[Reason, ...] = ()


class PastBoard(msgspec.Struct, frozen=True):
    """A clinic's board at a moment: visits by arrival, tasks as they ranked. ``rows`` were folded for it."""

    org_id: str
    clinic_id: str
    as_of: Micros
    by: By
    rows: int
    visits: tuple[PastVisit, ...]
    tasks: tuple[PastTask, ...]
    codes: Codes
    """By which code its cases were recorded; the board is folded by this one."""


async def board_as_of(
    source: Source, recorded: Recorded, org_id: str, clinic_id: str, as_of: Micros, by: By = "logged"
) -> PastBoard:
    """Fold what was known at ``as_of`` (``logged``: placed until then), or what had happened by then (``occurred``).

    What was true leaves out what was voided later, and has what was corrected later as it was corrected.
    """
    clinic = _Clinic(source, recorded, org_id, clinic_id, as_of)
    for partition in range(recorded.partitions):
        await (clinic.known(partition) if by == "logged" else clinic.true(partition))
    return clinic.board(by, await clinic.policy(), await clinic.codes())


class _Clinic:
    """The cases that a clinic has had to do with. As on a live board, a visit and a task are where they were last."""

    def __init__(self, source: Source, recorded: Recorded, org_id: str, clinic_id: str, as_of: Micros) -> None:
        self._fold = Fold(source, recorded)
        self._source, self._recorded = source, recorded
        self._org_id, self._clinic_id, self._as_of = org_id, clinic_id, as_of
        self._task_clinics: dict[str, str] = {}
        self._newest = 0

    async def known(self, partition: int) -> None:
        """Fold what had its place by then."""
        elsewhere: set[str] = set()
        async for rows in self._source.rows(partition, as_of=self._as_of):
            for row, placed in self._own(rows):
                if row.case_id not in self._fold.cases:
                    if placed.event.clinic_id != self._clinic_id:
                        elsewhere.add(row.case_id)
                        continue
                    if row.case_id in elsewhere:
                        await self._before(row)
                await self._take(row, placed)

    async def _before(self, row: PlacedRow) -> None:
        """A case comes to the clinic from another one: what was before."""
        for earlier, placed in self._own(await self._source.case_rows(row.case_id)):
            if earlier.position < row.position:
                await self._take(earlier, placed)

    async def true(self, partition: int) -> None:
        """Fold what had happened by then, as it is known today; what was refused stays so."""
        cases: dict[str, list[tuple[PlacedRow, Placed]]] = {}
        async for rows in self._source.rows(partition):
            for row, placed in self._own(rows):
                cases.setdefault(row.case_id, []).append((row, placed))
        for of_case in cases.values():
            if any(placed.event.clinic_id == self._clinic_id for _, placed in of_case):
                await self._standing(of_case)

    async def _standing(self, of_case: list[tuple[PlacedRow, Placed]]) -> None:
        rows = {row.position: row for row, _ in of_case}
        events = [placed.event for _, placed in of_case]
        refused = {event.request_event for event in events if isinstance(event, TaskRequestRefused)}
        for placed in effective([placed for _, placed in of_case]):
            if placed.event.occurred_at <= self._as_of and placed.event.event_id not in refused:
                await self._take(rows[placed.position], placed)

    def _own(self, rows: Iterable[PlacedRow]) -> Iterator[tuple[PlacedRow, Placed]]:
        """The organization's rows that can be read."""
        for row in rows:
            placed = placed_of(row) if row.org_id == self._org_id else None
            if placed is not None:
                yield row, placed

    async def _take(self, row: PlacedRow, placed: Placed) -> None:
        self._fold.remember(row)
        self._newest = max(self._newest, placed.bundle)
        for change in await self._fold.one(placed):
            self._task_clinics[change.task.task_id] = placed.event.clinic_id

    async def policy(self) -> Policy:
        """How the clinic ranked its tasks then."""
        if not self._newest:
            return policy_of({})
        bundle = await self._fold.bundle(self._org_id, self._newest)
        return policy_of(bundle.table("ranking", self._clinic_id), bundle.clinic(self._clinic_id).get("queue", {}))

    async def codes(self) -> Codes:
        """By which code the cases that were folded had been recorded."""
        return codes_of([(await written(self._source, self._recorded, only=self._fold.cases.keys())).sets()])

    def board(self, by: By, policy: Policy, codes: Codes) -> PastBoard:
        """What is open at this clinic."""
        visits: list[PastVisit] = []
        tasks: list[tuple[Task, str, str | None]] = []
        for case_id, sides in self._fold.cases.items():
            open_tasks = [(task, side.patient_id) for side in sides.values() for task in side.tasks if task.open]
            tasks += [(task, case_id, patient) for task, patient in open_tasks if self._here(task)]
            view = case_view(sides)
            if view is not None and view.clinic_id == self._clinic_id and not ended(view.stage):
                waits = waiting(view, [task for task, _ in open_tasks], _timers(sides.values()), self._as_of)
                visits.append(PastVisit(view, waits))
        return PastBoard(
            org_id=self._org_id,
            clinic_id=self._clinic_id,
            as_of=self._as_of,
            by=by,
            rows=self._fold.result.rows,
            visits=tuple(sorted(visits, key=lambda one: (one.view.arrived_at, one.view.case_id))),
            tasks=self._ranked(tasks, visits, policy),
            codes=codes,
        )

    def _ranked(
        self, tasks: list[tuple[Task, str, str | None]], visits: list[PastVisit], policy: Policy
    ) -> tuple[PastTask, ...]:
        """As the live board ranks them, for nobody in particular."""
        found = standing(tasks, [visit.view for visit in visits])
        by_id = {one.task.task_id: one for one in found}
        ranked = rank(found, POOL, policy, self._as_of)
        return tuple(PastTask(by_id[one.task_id].case_id, by_id[one.task_id].task, one.reasons) for one in ranked)

    def _here(self, task: Task) -> bool:
        return self._task_clinics.get(task.task_id) == self._clinic_id


def _timers(sides: Iterable[AgentCase]) -> list[Timer]:
    return [timer for side in sides for timer in side.timers]
