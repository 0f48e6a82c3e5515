"""Re-checks in a world in memory: what the shell's service journals, after rules or what is told of people changed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event, Micros, Placed
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.people import People
from clinicflow.core.rechecks import check_of, wanted
from clinicflow.core.requests import Setting
from clinicflow.core.standing import NOTHING, Known, Standing
from clinicflow.core.task import Task

Cases = Mapping[str, Mapping[str, AgentCase]]

Rules = Callable[[AgentCase | None], Bundle]
"""The bundle that a side of a case goes by now; of None, the one in force."""


class Rechecking:
    """The open tasks of a world, and what its cases know of people."""

    def __init__(self, rules: Rules, cases: Cases) -> None:
        self._rules = rules
        self._cases = cases
        self._open: dict[str, tuple[Task, Event]] = {}
        self._count = 0

    def hear(self, placed: Placed, outcome: Outcome) -> None:
        """Remember the tasks that are open after an event."""
        for change in outcome.tasks:
            if change.task.open:
                self._open[change.task.task_id] = (change.task, placed.event)
            else:
                self._open.pop(change.task.task_id, None)

    def people(self, clinic_id: str) -> People:
        """The people at a clinic by the bundle in force, as far as the world knows."""
        bundle = self._rules(None)
        own = {name: endless_case("staff", bundle.org_id, name) for name in sorted(bundle.staff_all)}
        told = {name: self._standing(case) for name, case in own.items() if case in self._cases}
        site = self._standing(endless_case("clinic", bundle.org_id, clinic_id))
        return bundle.people(clinic_id, Known(told, site))

    def due(self, at: Micros) -> Iterator[Event]:
        """The events that ask for a re-check of each open task which that would change."""
        people: dict[str, People] = {}
        for task, last in list(self._open.values()):
            clinic = last.clinic_id
            if clinic not in people:
                people[clinic] = self.people(clinic)
            rules = self._rules(self._cases.get(last.case_id, {}).get(task.agent))
            change = wanted(Setting(rules, clinic, at), task, people[clinic])
            if change is not None:
                self._count += 1
                envelope: dict[str, Any] = {
                    "org_id": last.org_id,
                    "clinic_id": clinic,
                    "case_id": last.case_id,
                    "patient_id": last.patient_id,
                }
                yield check_of(task, change, envelope, people[clinic], at, str(self._count))

    def _standing(self, case: str) -> Standing:
        """What the case's agents know of the person or site it is about."""
        sides = self._cases.get(case, {}).values()
        return next((side.data.standing for side in sides if hasattr(side.data, "standing")), NOTHING)
