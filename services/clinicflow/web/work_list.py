"""The order of a clinic's open tasks for one reader and of who waits there, and why, as boards and desk show it."""

from collections.abc import Sequence

import msgspec

from clinicflow.auth import Principal
from clinicflow.core.bundle import Bundle
from clinicflow.core.ranking import POOL, InLine, Policy, Ranked, Reader, Reason, line_up, policy_of, rank, standing
from clinicflow.store.rows import Change
from clinicflow.web.mirror import Mirror

LOOK_AGAIN = 10 * 1_000_000
"""Microseconds after which the order is made anew though nothing happened: time alone makes a task overdue."""


class Order(msgspec.Struct, frozen=True):
    """Ids of open tasks, the first to look at first; ``reasons`` of those whose reasons are new to the screen;
    ``line``: who waits to be taken in, the next one first."""

    order: tuple[str, ...]
    reasons: dict[str, tuple[Reason, ...]]
    line: tuple[InLine, ...]


def reader_of(principal: Principal, bundle: Bundle) -> Reader:
    """Who looks: a member of staff with the languages that the person speaks; a program is nobody in particular."""
    if principal.kind != "staff":
        return POOL
    person = bundle.staff(principal.id) or {}
    return Reader(principal.id, tuple(person.get("languages", ())))


def ranked(mirror: Mirror, clinic_id: str, principal: Principal, now: int) -> list[Ranked]:
    """All open tasks of a clinic as this reader should look at them."""
    tasks = [(row.task, row.case_id, row.patient_id) for row in mirror.clinic_tasks(clinic_id)]
    reader = reader_of(principal, mirror.bundle)
    return rank(standing(tasks, mirror.visits(clinic_id).values()), reader, _policy(mirror, clinic_id), now)


def lined_up(mirror: Mirror, clinic_id: str, now: int) -> tuple[InLine, ...]:
    """Who waits to be taken in at a clinic, the next one first; the same for every reader."""
    return tuple(line_up(mirror.visits(clinic_id).values(), _policy(mirror, clinic_id), now))


def _policy(mirror: Mirror, clinic_id: str) -> Policy:
    return policy_of(mirror.bundle.table("ranking", clinic_id), mirror.bundle.clinic(clinic_id).get("queue", {}))


def reasons_of(mirror: Mirror, clinic_id: str, principal: Principal, task_id: str, now: int) -> tuple[Reason, ...]:
    """Why a task stands where it does; nothing when it is not open."""
    found = ranked(mirror, clinic_id, principal, now)
    return next((one.reasons for one in found if one.task_id == task_id), ())


class WorkList:
    """What one screen knows of the order; it is sent again only as far as it has changed."""

    def __init__(self, mirror: Mirror, clinic_id: str, principal: Principal) -> None:
        self._mirror, self._clinic_id, self._principal = mirror, clinic_id, principal
        self._order: tuple[str, ...] | None = None
        self._reasons: dict[str, tuple[Reason, ...]] = {}
        self._line: tuple[InLine, ...] = ()
        self._looked_at = 0

    def news(self, changes: Sequence[Change], now: int) -> Order | None:
        """The order and what is new of its reasons; None when the screen knows it all."""
        moved = any(self._concerned(change) for change in changes)
        if self._order is not None and not moved and now - self._looked_at < LOOK_AGAIN:
            return None
        self._looked_at = now
        found = ranked(self._mirror, self._clinic_id, self._principal, now)
        order = tuple(one.task_id for one in found)
        reasons = {one.task_id: one.reasons for one in found}
        fresh = {name: told for name, told in reasons.items() if self._reasons.get(name) != told}
        line = lined_up(self._mirror, self._clinic_id, now)
        same = order == self._order and not fresh and line == self._line
        self._order, self._reasons, self._line = order, reasons, line
        return None if same else Order(order, fresh, line)

    def _concerned(self, change: Change) -> bool:
        here = (self._mirror.org_id, self._clinic_id)
        tasks = any((row.org_id, row.clinic_id) == here for row in change.tasks)
        return tasks or any((view.org_id, view.clinic_id) == here for view in change.visits)
