"""The board of a clinic as of any past second: what it showed then, or what was true then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.core.outcome import AgentCase, Timer
from clinicflow.core.step import case_view
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended
from clinicflow.core.waiting import Waiting, waiting
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
    """An open task and the case it was about."""

    case_id: str
    task: Task


class PastBoard(msgspec.Struct, frozen=True):
    """A clinic's board at a moment: visits by arrival, tasks by case. ``rows`` were folded for it."""

    org_id: str
    clinic_id: str
    as_of: Micros
    by: By
    rows: int
    visits: tuple[PastVisit, ...]
    tasks: tuple[PastTask, ...]


async def board_as_of(
    source: Source, recorded: Recorded, org_id: str, clinic_id: str, as_of: Micros, by: By = "logged"
) -> PastBoard:
    """Fold what was known at ``as_of`` (``logged``: placed until then), or what had happened by then (``occurred``)."""
    fold = Fold(source, recorded)
    for partition in range(recorded.partitions):
        async for rows in source.rows(partition, as_of=as_of if by == "logged" else None):
            for row in rows:
                if row.org_id == org_id:
                    await _one(fold, row, clinic_id, as_of, by)
    return _board(fold, org_id, clinic_id, as_of, by)


async def _one(fold: Fold, row: PlacedRow, clinic_id: str, as_of: Micros, by: By) -> None:
    placed = placed_of(row)
    if placed is None or placed.event.clinic_id != clinic_id or not _counts(placed.event, as_of, by):
        return
    await fold.fold([row])


def _counts(event: Event, as_of: Micros, by: By) -> bool:
    return by == "logged" or event.occurred_at <= as_of


def _board(fold: Fold, org_id: str, clinic_id: str, as_of: Micros, by: By) -> PastBoard:
    visits: list[PastVisit] = []
    tasks: list[PastTask] = []
    for case_id, sides in fold.cases.items():
        open_tasks = [task for side in sides.values() for task in side.tasks if task.open]
        tasks += [PastTask(case_id, task) for task in open_tasks]
        view = case_view(sides)
        if view is not None and not ended(view.stage):
            visits.append(PastVisit(view, waiting(view, open_tasks, _timers(sides.values()), as_of)))
    return PastBoard(
        org_id=org_id,
        clinic_id=clinic_id,
        as_of=as_of,
        by=by,
        rows=fold.result.rows,
        visits=tuple(sorted(visits, key=lambda one: (one.view.arrived_at, one.view.case_id))),
        tasks=tuple(sorted(tasks, key=lambda one: (one.case_id, one.task.created_at, one.task.task_id))),
    )


def _timers(sides: Iterable[AgentCase]) -> list[Timer]:
    return [timer for side in sides for timer in side.timers]
