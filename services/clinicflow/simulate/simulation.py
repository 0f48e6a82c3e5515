"""The simulated clinic as one thing: what it is shown (tasks, visits, time) and what it tells."""

from __future__ import annotations

from collections.abc import Iterable

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Micros
from clinicflow.core.task import Task
from clinicflow.core.view import VisitView
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.course import Course
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.day import DayPlan
from clinicflow.simulate.forecast import Forecaster
from clinicflow.simulate.habits import Habits, WovenHabits
from clinicflow.simulate.labour import Labour
from clinicflow.simulate.patients import Patient
from clinicflow.simulate.strands import read_tables
from clinicflow.simulate.weave import Weave


class Simulation:
    """Patients by a plan and staff who do the tasks that they are shown; knows no clock and no network.

    ``start`` is the instant (UTC microseconds) of the day's minute 0; ``visits`` bounds how many patients come.
    """

    def __init__(
        self, bundle: Bundle, plan: DayPlan, start: Micros, speed: float = 1.0, visits: int | None = None
    ) -> None:
        self.agenda = Agenda(bundle, plan.seed, start, speed)
        crew = Crew(bundle, trainees=plan.all_areas)
        arrivals = plan.patients() if visits is None else _first(plan, visits)
        self.course = Course(self.agenda, crew, iter(arrivals))
        habits = self._habits(crew, plan, arrivals)
        self.labour = Labour(self.agenda, crew, self.course, habits)
        if isinstance(habits, WovenHabits):
            habits.weave.held = self.labour.held

    def _habits(self, crew: Crew, plan: DayPlan, arrivals: Iterable[Patient]) -> Habits:
        if not plan.all_areas:
            return Habits(self.course)
        until = max((who.arrives for who in arrivals), default=0.0) if isinstance(arrivals, list) else None
        tables = read_tables()
        Forecaster(self.agenda, self.course, plan.clinics, None if until is None else self.agenda.at_minute(until))
        weave = Weave(self.agenda, crew, self.course, tables, plan.clinics, until, plan.gap)
        return WovenHabits(self.course, tables, weave, plan.seed)

    @property
    def next_at(self) -> Micros | None:
        """When something is to be told next; None when nothing is planned."""
        return self.agenda.next_at

    def see_task(self, task: Task, case: str, clinic: str, patient_id: str | None, now: Micros) -> None:
        """Show the staff a task as it is now."""
        self.labour.see(task, case, clinic, patient_id, now)

    def see_visit(self, view: VisitView) -> None:
        """Show the staff a visit as it is now."""
        self.course.see_visit(view)

    def due(self, now: Micros) -> list[Batch]:
        """What is told up to ``now``, in order."""
        return self.agenda.due(now)


def _first(plan: DayPlan, visits: int) -> list[Patient]:
    found = plan.patients()
    return [next(found) for _ in range(visits)]
