"""How simulated staff work: they take an open task, begin it, finish it with the fact that shows it, or return it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event, Micros
from clinicflow.core.task import Task
from clinicflow.simulate import closing
from clinicflow.simulate.about import About, Known
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.chance import chance_of
from clinicflow.simulate.closing import FIELDS, Doing
from clinicflow.simulate.course import Course
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.patients import Patient
from clinicflow.simulate.rooms import Rooms

_AGAIN = 0.7
"""Minutes until somebody looks again whether there is a free person or room."""
_TRIES = 5
_CHECKS = 400
_SAME_WORK = 4
"""Tasks of one rule about one case that simulated people do; what comes back ever again is left to a real look."""


class Labour:
    """All tasks that are open, and what simulated people do about them."""

    def __init__(self, agenda: Agenda, crew: Crew, course: Course) -> None:
        self._agenda = agenda
        self._crew = crew
        self._course = course
        self._bundle: Bundle = agenda.bundle
        self._known: dict[str, Known] = {}
        self._of_case: dict[str, set[str]] = {}
        self._times: Counter[tuple[str, str]] = Counter()
        self._takers: dict[str, str] = {}
        """Who took the last specimen of an order: the same person labels it."""
        self._rooms = Rooms(agenda.bundle, course, lambda case: bool(self.open_activities(case)))
        self._about = About(agenda, course)

    def see(self, task: Task, case: str, clinic: str, patient_id: str | None, now: Micros) -> None:
        """A task is or was changed: the one way by which simulated people learn of work."""
        known = self._known.get(task.task_id)
        if not task.open:
            self._ended(task, known)
            return
        if known is None:
            known = self._known[task.task_id] = Known(task, case, clinic, patient_id)
            self._of_case.setdefault(case, set()).add(task.task_id)
            self._times[case, task.rule] += task.agent != "flow"  # a room is cleaned all day
        known.task = task
        if known.planned or task.activity in closing.LEFT_TO_PEOPLE or self._times[case, task.rule] > _SAME_WORK:
            return
        if task.status == "requested":
            self._plan(known, now, self._first_look(known))
        elif task.owner is not None and task.owner == known.mine:
            known.planned = True  # taken back or not accepted as done: the same person does it again
            self._agenda.after(now, 3.0, lambda at: self._finish(at, known))

    def _ended(self, task: Task, known: Known | None) -> None:
        """It is kept in mind for the person who did it: a correction may open it again."""
        if known is not None:
            known.task, known.planned = task, False
            if not known.mine:
                self._forget(task.task_id)

    def adopt(self, now: Micros) -> None:
        """Work that people of an earlier run had taken: they go on with it after a while."""
        for known in self._known.values():
            task = known.task
            if task.open and task.owner is not None and not known.planned:
                known.mine, known.planned = task.owner, True
                self._agenda.after(now, 10.0, lambda at, one=known: self._finish(at, one))  # type: ignore[misc]

    def open_activities(self, case: str) -> set[str]:
        """Activities of the open tasks of a case."""
        tasks = (self._known[task_id].task for task_id in self._of_case.get(case, ()))
        return {task.activity for task in tasks if task.open}

    # Taking a task.

    def _first_look(self, known: Known) -> float:
        chance = self._chance(known, "look")
        patience = closing.PATIENCE.get(known.task.activity)
        return chance.uniform(0.2, 1.2) if patience is None else chance.uniform(0.5, 1.5) * patience

    def _plan(self, known: Known, now: Micros, minutes: float) -> None:
        known.planned = True
        self._agenda.after(now, minutes, lambda at: self._take(at, known))

    def _take(self, now: Micros, known: Known) -> Sequence[Batch]:
        known.planned = False
        task = known.task
        if not task.open or task.status != "requested":
            return ()
        known.checks += 1
        if known.checks > _CHECKS:
            return ()
        begun_by = self._takers.get(known.case) if task.activity == "label-specimen" else None
        staff = self._crew.choose(task, known.clinic, now, begun_by) if self._can_begin(known) else None
        if staff is None:
            self._plan(known, now, _AGAIN)
            return ()
        chance = self._chance(known, f"take {known.tries}")
        known.tries += 1
        if known.tries == 1 and chance.random() < 0.02:
            self._plan(known, now, 1.0)
            return [self._ask("task-decline-requested", now, known, staff, reason="busy")]
        return self._begin(now, known, staff, chance)

    def _begin(self, now: Micros, known: Known, staff: str, chance: random.Random) -> list[Batch]:
        agenda, minutes = self._agenda, closing.MINUTES.get(known.task.activity, 2.0)
        known.mine, known.planned = staff, True
        took = minutes * chance.uniform(0.7, 1.4)
        self._crew.busy(staff, now + agenda.micros(0.1 + took))
        batches = [self._ask("task-claim-requested", now, known, staff)]
        if known.task.activity == "room-patient":
            batches += self._call(now, known, staff)
        if chance.random() < 0.02:
            agenda.after(now, 0.5, lambda at: self._give_back(at, known))
            return batches
        if minutes >= 1.0:
            agenda.after(now, 0.1, lambda at: self._start(at, known, staff))
        agenda.after(now, 0.1 + took, lambda at: self._finish(at, known))
        return batches

    def _start(self, now: Micros, known: Known, staff: str) -> Sequence[Batch]:
        if not known.task.open or known.mine != staff:
            return ()
        return [self._ask("task-start-requested", now, known, staff)]

    def _call(self, now: Micros, known: Known, staff: str) -> list[Batch]:
        """The patient is called on the display, and a room is held."""
        known.room = self._rooms.hold(known.clinic, known.case)
        view = self._course.views.get(known.case)
        call = 1 if view is None else view.call_no + 1
        where = self._event("patient-called", now, known, staff, call_no=call, channel="display")
        if known.room is None:
            return [Batch((where,))]
        return [Batch((self._event("room-assigned", now, known, staff, room_id=known.room), where))]

    def _give_back(self, now: Micros, known: Known) -> Sequence[Batch]:
        staff, known.mine, known.planned = known.mine, None, False
        self._rooms.let_go(known.room, known.case)
        if staff is None or not known.task.open or known.task.owner != staff:
            return ()
        return [self._ask("task-release-requested", now, known, staff, reason="taken_by_mistake")]

    def _can_begin(self, known: Known) -> bool:
        """Whether what must come first is done: a free room, the measurements, the specimens."""
        activity, case = known.task.activity, known.case
        if activity == "room-patient":
            return self._rooms.free(known.clinic) is not None
        if activity == "prepare-patient":
            return not self.open_activities(case) & {"take-vitals", "record-symptoms", "review-allergies"}
        if activity == "complete-orders":
            mine = [order.case for order in self._course.orders.values() if order.patient.visit == case]
            return not any(self.open_activities(one) & {"collect-blood", "collect-specimen"} for one in mine)
        return True

    # Finishing it.

    def _finish(self, now: Micros, known: Known) -> Sequence[Batch]:
        known.planned = False
        self._rooms.let_go(known.room, known.case)
        task, staff = known.task, known.mine
        if not task.open or staff is None:
            self._forget(task.task_id)
            return ()
        if task.owner != staff:
            known.mine = None
            if task.status == "requested" and known.tries < _TRIES:
                self._plan(known, now, _AGAIN)
            return ()
        if not self._crew.on_shift(staff, known.clinic, now):
            known.mine = None
            return [self._ask("task-release-requested", now, known, staff, reason="end_of_shift")]
        known.checks += 1
        known.finished += 1
        doing = self._about.doing(known, known.room or self._rooms.any(known.clinic))
        fact = closing.fact_of(doing, self._bundle.closing_event(task.agent, task.rule))
        if known.checks < _CHECKS and task.status != "on-hold":
            known.planned = True
            self._agenda.after(now, 6.0, lambda at: self._look_again(at, known))
        if fact is None:
            return [self._ask("task-completion-requested", now, known, staff)]
        return self._record(now, known, staff, doing, fact)

    def _look_again(self, now: Micros, known: Known) -> Sequence[Batch]:
        """A fact that did not end the task (a measurement that cannot be right) is recorded anew."""
        if not known.task.open:
            self._forget(known.task.task_id)
            return ()
        known.finding = "normal"
        return self._finish(now, known)

    def _record(self, now: Micros, known: Known, staff: str, doing: Doing, fact: str) -> list[Batch]:
        who, first = doing.patient, known.finished == 1 and known.task.rule == "take-vitals"
        late = 5.0 if fact == "vitals-taken" and who.quirk == "late" and first else 0.0
        by = self._crew.one(closing.SAID_BY[fact], known.clinic, now) if fact in closing.SAID_BY else None
        event = self._event(fact, now, known, by or staff, earlier=late, **FIELDS[fact](doing))
        if fact == "vitals-taken" and first:
            self._mishaps(now, known, staff, event, who)
        self._follow(now, known, staff, fact, event)
        ends = not (fact == "vitals-taken" and doing.finding == "implausible") and not known.task.critical
        if not ends:
            return [Batch((event,))]
        asked = self._ask("task-completion-requested", now, known, staff, closing_event_id=event.event_id)
        return [Batch((event, *asked.events))]

    def _mishaps(self, now: Micros, known: Known, staff: str, event: Event, who: Patient) -> None:
        """What is told twice, corrected or taken back."""
        if who.quirk == "twice":
            self._agenda.after(now, 0.4, lambda at: [Batch((event,))])
        elif who.quirk == "replaced":
            self._agenda.after(now, 2.0, lambda at: [Batch((self._replacement(at, known, staff, event),))])
        elif who.quirk == "voided":
            self._agenda.after(now, 1.5, lambda at: [Batch((self._void(at, known, staff, event),))])

    def _replacement(self, now: Micros, known: Known, staff: str, event: Event) -> Event:
        number = self._event("vitals-taken", now, known, staff).event_id
        systolic = getattr(event, "systolic", None) or 120
        return msgspec.structs.replace(
            event, event_id=number, recorded_at=now, corrects=event.event_id, systolic=systolic - 2
        )

    def _void(self, now: Micros, known: Known, staff: str, event: Event) -> Event:
        return self._event("event-voided", now, known, staff, corrects=event.event_id, reason="wrong_patient")

    def _follow(self, now: Micros, known: Known, staff: str, fact: str, event: Event) -> None:
        """What a fact brings about outside of the staff's work."""
        if fact == "provider-entered":
            who = self._about.patient(known)
            self._crew.busy(staff, now + self._agenda.micros(who.consult))
            self._course.consult(now, who, staff)
        elif fact == "specimen-collected":
            self._course.collected[known.case] += 1
            self._takers[known.case] = staff
        elif fact == "specimen-sent":
            self._course.sent(now, self._about.order(known), getattr(event, "specimen_id", ""))

    def _ask(self, kind: str, now: Micros, known: Known, staff: str, **fields: Any) -> Batch:
        task = known.task
        return Batch((self._event(kind, now, known, staff, task_id=task.task_id, agent=task.agent, **fields),))

    def _event(self, kind: str, now: Micros, known: Known, staff: str, **fields: Any) -> Event:
        return self._agenda.event(kind, now, known.case, known.clinic, known.patient_id, by=staff, **fields)

    def _chance(self, known: Known, what: str) -> random.Random:
        return chance_of(self._agenda.seed, known.task.task_id, what)

    def _forget(self, task_id: str) -> None:
        known = self._known.pop(task_id, None)
        if known is not None:
            self._rooms.let_go(known.room, known.case)
            self._of_case.get(known.case, set()).discard(task_id)
