"""The outbox of ``clinicflow.tasks``: every task change, in the order of the change rows, at least once."""

import asyncio

from clinicflow.codec import encode_task
from clinicflow.errors import LeaseLost
from clinicflow.live import metrics
from clinicflow.live.clock import Clock
from clinicflow.live.sender import Parcel, Sender
from clinicflow.live.topics import TASKS
from clinicflow.store.ports import Store
from clinicflow.store.rows import Change, TaskRow

_CHANGES = 200
_WAIT_S = 1.0
KEPT_MICROS = 24 * 3600 * 1_000_000
"""An emptied tasks topic is filled with the changes of the last day: programs outside have so long to read them."""


class TasksOutbox:
    """Sends change rows after the stored cursor; the cursor moves only when the broker has acknowledged.

    A reader tells repeats apart by (task id, position). ``sender`` is replaced when the relay makes a new producer.
    """

    def __init__(self, store: Store, sender: Sender, log_id: str, epoch: int, clock: Clock) -> None:
        self._store = store
        self.sender = sender
        self._log_id = log_id.encode()
        self._epoch = epoch
        self._clock = clock
        self._over = False
        self._since = 0
        self._again_until = ""
        """While set, changes up to this cursor are sent a second time."""

    def start_over(self) -> None:
        """Send what was sent before again: the broker has lost it."""
        self._over = True

    async def run(self) -> None:
        """Send until cancelled. Raises ``LeaseLost`` and what store and sender raise."""
        woken = asyncio.Event()
        async with self._store.wake(woken.set):
            cursor = await self._start()
            while True:
                woken.clear()
                cursor = await self._drain(cursor)
                try:
                    async with asyncio.timeout(_WAIT_S):
                        await woken.wait()
                except TimeoutError:
                    continue

    async def _start(self) -> str:
        cursor = await self._store.tasks_cursor()
        if not self._over or not cursor:
            return cursor
        self._over = False
        self._again_until, self._since = cursor, self._clock() - KEPT_MICROS
        return ""

    async def _drain(self, cursor: str) -> str:
        while changes := await self._store.changes(cursor, _CHANGES):
            parcels = self._parcels(changes)
            if parcels:
                await self.sender.send(TASKS, parcels)
                metrics.TASK_CHANGES.inc(sum(len(each) for each in parcels.values()))
            cursor = changes[-1].cursor
            if not await self._store.set_tasks_cursor(self._epoch, cursor):
                raise LeaseLost
        return cursor

    def _parcels(self, changes: list[Change]) -> dict[int, list[Parcel]]:
        parcels: dict[int, list[Parcel]] = {}
        for change in changes:
            for row in change.tasks:
                if not self._again_until or row.changed_at >= self._since:
                    parcels.setdefault(row.partition, []).append(self._parcel(row))
            if change.cursor == self._again_until:
                self._again_until = ""
        return parcels

    def _parcel(self, row: TaskRow) -> Parcel:
        headers = [
            ("cf_log", self._log_id),
            ("cf_pos", b"%d" % row.position),
            ("ce_id", f"{row.task.task_id}:{row.position}".encode()),
            ("ce_type", b"task-changed"),
            ("ce_source", b"/clinicflow/" + row.org_id.encode()),
            ("ce_specversion", b"1.0"),
            ("content-type", b"application/avro"),
        ]
        return row.case_id.encode(), encode_task(task_fields(row)), headers


def task_fields(row: TaskRow) -> dict[str, object]:
    """A task change as the schema of the tasks topic names its fields."""
    task = row.task
    return {
        "task_id": task.task_id,
        "org_id": row.org_id,
        "clinic_id": row.clinic_id,
        "case_id": row.case_id,
        "patient_id": row.patient_id,
        "agent": task.agent,
        "activity": task.activity,
        "rule": task.rule,
        "roles": list(task.roles),
        "status": task.status,
        "priority": task.priority,
        "due_at": task.due_at,
        "owner": task.owner,
        "level": task.level,
        "critical": task.critical,
        "cause": task.cause,
        "bundle": task.bundle,
        "partition": row.partition,
        "position": row.position,
        "changed_at": row.changed_at,
        "what": row.kind,
        "cause_voided": task.cause_voided,
        "reason": task.reason,
        "told": row.told,
        "meant_for": task.meant_for,
        "supervisor": task.supervisor,
        "note": None,
    }
