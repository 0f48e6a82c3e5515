"""One organization's open tasks and visits in memory, as the numbered changes make them."""

from collections.abc import Iterable

from clinicflow.core.bundle import Bundle
from clinicflow.core.durations import DAY
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended
from clinicflow.store.ports import ScreenStore
from clinicflow.store.rows import IN_FORCE, Change, Forgotten, TaskRow, rules_number
from clinicflow.web.estimates import Estimates
from clinicflow.web.waits import Waits

KEEP_ENDED = DAY // 4
"""How long (microseconds) an ended visit stays on lists, so that the desk can see and undo it."""
ALL = 1_000_000


class Mirror:
    """What screens of one organization show. Every screen of a process reads the same one.

    Rows come in the order of the changes; a task's row that is older than the one here is passed over.
    """

    def __init__(self, org_id: str, bundle: Bundle) -> None:
        self.org_id = org_id
        self.bundle = bundle
        self._earlier: dict[int, Bundle] = {}
        self.tasks: dict[str, TaskRow] = {}
        self.version = 0
        self.incomplete: frozenset[str] = frozenset()
        """Cases where an agent missed an event, as of the hub's last look."""
        self.forgotten: tuple[Forgotten, ...] = ()
        """Visits that nobody looks after, as of the hub's last look."""
        self._by_case: dict[str, set[str]] = {}
        self._visits: dict[str, dict[str, VisitView]] = {}
        self._clinic_of: dict[str, str] = {}
        self._waits: dict[str, Waits] = {}
        self.estimates = Estimates(org_id)

    async def load(self, store: ScreenStore, now: int) -> None:
        """Read the open tasks and visits, and the visits that ended today: lists and counts of the day go on."""
        for view in await store.ended_visits(self.org_id, now - DAY):
            self._put_visit(view, now)
        for view in await store.visits(self.org_id, None):
            self._put_visit(view, now)
        self.forget_ended(now)
        await self.estimates.look(store, now)
        for row in await store.tasks(self.org_id, limit=ALL):
            self._put_task(row)
        self.version += 1

    def apply(self, change: Change, now: int) -> None:
        """Take over one change."""
        for row in change.tasks:
            if row.org_id == self.org_id:
                self._put_task(row)
        for view in change.visits:
            if view.org_id == self.org_id:
                self._put_visit(view, now)
        self.version += 1

    def adopt(self, bundle: Bundle) -> None:
        """Another bundle is in force; tasks that were made by an earlier one keep its rules."""
        if bundle.number != self.bundle.number:
            self._earlier[self.bundle.number] = self.bundle
        self.bundle = bundle

    def learn(self, bundle: Bundle) -> None:
        """Keep a bundle that is not in force any more, for the tasks that it made and the cases that go by it."""
        self._earlier[bundle.number] = bundle

    def unknown(self, rows: Iterable[TaskRow]) -> list[int]:
        """Numbers of the bundles that made these tasks, or that their cases go by, and are not here."""
        numbers = {number for row in rows if row.org_id == self.org_id for number in _numbers(row)}
        return sorted(numbers - self._earlier.keys() - {self.bundle.number, IN_FORCE})

    def made_by(self, row: TaskRow) -> Bundle:
        """The bundle that made a task, for its words; the one in force if that is not known."""
        return self._earlier.get(row.task.bundle, self.bundle)

    def rules_of(self, row: TaskRow) -> Bundle:
        """The bundle that a task's case goes by, as its agent does: it says what ends the task. The one in force if
        that is not known."""
        return self._earlier.get(rules_number(row), self.bundle)

    def visits(self, clinic_id: str) -> dict[str, VisitView]:
        """The clinic's visits by case."""
        return self._visits.get(clinic_id, {})

    def visit(self, case_id: str) -> VisitView | None:
        """A visit by case."""
        return self._visits.get(self._clinic_of.get(case_id, ""), {}).get(case_id)

    def tasks_of(self, case_id: str) -> list[TaskRow]:
        """The open tasks of a case."""
        return [self.tasks[task_id] for task_id in sorted(self._by_case.get(case_id, ()))]

    def clinic_tasks(self, clinic_id: str) -> list[TaskRow]:
        """The open tasks of a clinic."""
        return [row for row in self.tasks.values() if row.clinic_id == clinic_id]

    def waits(self, clinic_id: str) -> Waits:
        """The clinic's waiting times of today."""
        if clinic_id not in self._waits:
            self._waits[clinic_id] = Waits(self.bundle.zone(clinic_id))
        return self._waits[clinic_id]

    def forget_ended(self, now: int) -> None:
        """Drop visits that ended long ago, and bundles which no open task needs any more."""
        needed = {number for row in self.tasks.values() for number in _numbers(row)}
        self._earlier = {number: bundle for number, bundle in self._earlier.items() if number in needed}
        for visits in self._visits.values():
            for case_id in [case for case, view in visits.items() if _long_over(view, now)]:
                del visits[case_id]
                self._clinic_of.pop(case_id, None)

    def _put_task(self, row: TaskRow) -> None:
        known = self.tasks.get(row.task.task_id)
        if known is not None and known.position > row.position:
            return
        of_case = self._by_case.setdefault(row.case_id, set())
        if row.task.open:
            self.tasks[row.task.task_id] = row
            of_case.add(row.task.task_id)
            return
        self.tasks.pop(row.task.task_id, None)
        of_case.discard(row.task.task_id)
        if not of_case:
            del self._by_case[row.case_id]

    def _put_visit(self, view: VisitView, now: int) -> None:
        before = self._clinic_of.get(view.case_id)
        if before is not None and before != view.clinic_id:
            self._visits[before].pop(view.case_id, None)
        self._clinic_of[view.case_id] = view.clinic_id
        self._visits.setdefault(view.clinic_id, {})[view.case_id] = view
        self.waits(view.clinic_id).note(view, now)


def _numbers(row: TaskRow) -> tuple[int, int]:
    return row.task.bundle, rules_number(row)


def _long_over(view: VisitView, now: int) -> bool:
    return ended(view.stage) and now - (view.ended_at or view.since) > KEEP_ENDED
