"""How simulated staff work: they take an open task, begin it, finish it with the fact that shows it, or return it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from clinicflow.core.event import Event, Micros
from clinicflow.core.matching import matched
from clinicflow.core.task import Task
from clinicflow.simulate import closing
from clinicflow.simulate.about import About, Known
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.chance import chance_of
from clinicflow.simulate.closing import Doing
from clinicflow.simulate.course import Course
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.habits import Ending, Habits
from clinicflow.simulate.mishaps import Mishaps
from clinicflow.simulate.rooms import Rooms

_LOOK = 6.0
"""Minutes until somebody looks whether what was recorded has ended the task."""
_AWAY = 3.0
"""Minutes that somebody is called away from a task."""
_TRIES = 5
_CHECKS = 400
_SAME_WORK = 4
"""Tasks of one rule about one case that simulated people do; what comes back ever again is left to a real look."""


class Labour:
    """All tasks that are open, and what simulated people do about them."""

    def __init__(self, agenda: Agenda, crew: Crew, course: Course, habits: Habits) -> None:
        self._agenda = agenda
        self._crew = crew
        self._course = course
        self._habits = habits
        self._bundle = agenda.bundle
        self._known: dict[str, Known] = {}
        self._of_case: dict[str, set[str]] = {}
        self._times: Counter[tuple[str, str]] = Counter()
        self._rooms = Rooms(agenda.bundle, course, lambda case: bool(self.open_activities(case)))
        self._about = About(agenda, course)
        self._mishaps = Mishaps(agenda)

    def see(self, task: Task, case: str, clinic: str, patient_id: str | None, now: Micros) -> None:
        """A task is or was changed: the one way by which simulated people learn of work."""
        known = self._known.get(task.task_id)
        if not task.open:
            self._ended(task, known)
            return
        if known is None:
            known = self._known[task.task_id] = Known(task, case, clinic, patient_id)
            self._of_case.setdefault(case, set()).add(task.task_id)
            self._times[case, task.rule] += patient_id is not None  # rooms and things have work all day
        known.task = task
        if known.planned or self._habits.leaves(known) or self._times[case, task.rule] > _SAME_WORK:
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
                self._agenda.after(now, 10.0, partial(self._finish, known=known))

    def open_activities(self, case: str) -> set[str]:
        """Activities of the open tasks of a case."""
        tasks = (self._known[task_id].task for task_id in self._of_case.get(case, ()))
        return {task.activity for task in tasks if task.open}

    def held(self, staff: str) -> list[str]:
        """The open tasks that a person holds."""
        return [name for name, known in self._known.items() if known.task.open and known.task.owner == staff]

    # Taking a task.

    def _first_look(self, known: Known) -> float:
        chance = chance_of(self._agenda.seed, known.task.task_id, "look")
        patience = self._habits.patience(known.task.activity)
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
        staff = self._who(now, known) if self._can_begin(known) else None
        if staff is None or (self._habits.can_wait(known) and self._patient_waits(known, staff)):
            self._plan(known, now, self._habits.again(known))
            return ()
        chance = chance_of(self._agenda.seed, task.task_id, f"take {known.tries}")
        known.tries += 1
        if known.tries == 1 and chance.random() < 0.02 and self._may_decline(now, known, staff):
            self._plan(known, now, 1.0)
            return [self._ask("task-decline-requested", now, known, staff, reason="busy")]
        return self._begin(now, known, staff, chance)

    def _who(self, now: Micros, known: Known) -> str | None:
        """Somebody who is free for it, among those who come into question by what was done before."""
        same, other = self._habits.hands(known)
        here = [name for name in same if self._crew.on_shift(name, known.clinic, now)]
        return self._crew.choose(known.task, known.clinic, now, (*known.refused, *other), here)

    def _patient_waits(self, known: Known, staff: str) -> bool:
        """Whether a patient who is there waits for somebody of this person's role."""
        role = (self._bundle.staff(staff) or {}).get("role")
        found = (self._known[one] for case in self._course.present(known.clinic) for one in self._of_case.get(case, ()))
        return any(one.task.status == "requested" and role in one.task.roles and self._can_begin(one) for one in found)

    def _may_decline(self, now: Micros, known: Known, staff: str) -> bool:
        others = (*known.refused, staff)
        return self._habits.alone or self._crew.choose(known.task, known.clinic, now, not_by=others) is not None

    def _begin(self, now: Micros, known: Known, staff: str, chance: random.Random) -> list[Batch]:
        agenda, minutes = self._agenda, self._habits.minutes(known.task.activity)
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
        if minutes >= 1.0 and self._habits.pauses(known):
            agenda.after(now, 0.4, lambda at: self._pause(at, known, staff))
            took += _AWAY
        agenda.after(now, 0.1 + took, lambda at: self._finish(at, known))
        return batches

    def _start(self, now: Micros, known: Known, staff: str) -> Sequence[Batch]:
        if not known.task.open or known.mine != staff:
            return ()
        return [self._ask("task-start-requested", now, known, staff)]

    def _pause(self, now: Micros, known: Known, staff: str) -> Sequence[Batch]:
        if known.task.status != "in-progress" or known.task.owner != staff:
            return ()
        self._agenda.after(now, _AWAY - 0.5, lambda at: self._resume(at, known, staff))
        return [self._ask("task-pause-requested", now, known, staff, reason="interrupted")]

    def _resume(self, now: Micros, known: Known, staff: str) -> Sequence[Batch]:
        if known.task.status != "on-hold" or known.task.owner != staff:
            return ()
        return [self._ask("task-resume-requested", now, known, staff)]

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
        full = known.task.activity == "room-patient" and self._rooms.free(known.clinic) is None
        if full or self._habits.waits(known):
            return False
        first, cases = self._habits.first(known)
        return not any(self.open_activities(case) & first for case in cases) if first else True

    # Finishing it.

    def _finish(self, now: Micros, known: Known) -> Sequence[Batch]:
        known.planned, task, staff = False, known.task, known.mine
        if not task.open or staff is None:
            self._forget(task.task_id)
            return ()
        if task.owner != staff:
            self._rooms.let_go(known.room, known.case)
            known.mine = None
            known.refused += (staff,)
            if task.status == "requested" and known.tries < _TRIES:
                self._plan(known, now, self._habits.again(known))
            return ()
        if not self._crew.on_shift(staff, known.clinic, now):
            self._rooms.let_go(known.room, known.case)
            return self._hand_on(now, known, staff)
        known.checks += 1
        if task.status == "on-hold":  # it waits for a signature, a language, a right: what was told stays told
            self._look_later(now, known, staff, _LOOK)
            return ()
        known.finished += 1
        if vain := self._habits.in_vain(known):
            return [self._ask("task-fail-requested", now, known, staff, reason="other")] if vain == 1 else ()
        doing = self._about.doing(known, known.room or self._rooms.any(known.clinic), now)
        ending = self._habits.ending(known, doing, self._bundle.closing_event(task.agent, task.rule))
        self._look_later(now, known, staff, _LOOK if ending is None else ending.again)
        if ending is None:
            return [self._ask("task-completion-requested", now, known, staff)]
        if ending.fact == "task-fail-requested":
            return [self._ask(ending.fact, now, known, staff, **ending.fields)]
        return self._record(now, known, staff, doing, ending)

    def _hand_on(self, now: Micros, known: Known, staff: str) -> Sequence[Batch]:
        """The shift is over: a colleague who is free gets it by name, else it is given back."""
        other = None if known.task.status == "on-hold" else self._who(now, known)
        if other is None:
            known.mine = None
            return [self._ask("task-release-requested", now, known, staff, reason="end_of_shift")]
        known.mine, known.planned = other, True
        self._agenda.after(now, _AWAY, partial(self._finish, known=known))
        given = self._crew.given_to(other, known.clinic, now)
        return [self._ask("task-delegate-requested", now, known, staff, to_staff=other, reason="end_of_shift", **given)]

    def _look_later(self, now: Micros, known: Known, staff: str, minutes: float) -> None:
        if known.checks < _CHECKS:
            known.planned = True
            self._agenda.after(now, minutes, lambda at: self._look_again(at, known, staff))

    def _look_again(self, now: Micros, known: Known, staff: str) -> Sequence[Batch]:
        """A fact that did not end the task is recorded anew, unless the task was given back meanwhile."""
        if not known.task.open:
            self._forget(known.task.task_id)
            return ()
        if known.mine != staff:
            return ()
        known.finding = "normal"
        return self._finish(now, known)

    def _record(self, now: Micros, known: Known, staff: str, doing: Doing, ending: Ending) -> list[Batch]:
        fact, who, first = ending.fact, doing.patient, known.finished == 1 and known.task.rule == "take-vitals"
        late = 5.0 if fact == "vitals-taken" and who.quirk == "late" and first else 0.0
        by = self._crew.one(closing.SAID_BY[fact], known.clinic, now) if fact in closing.SAID_BY else None
        if known.task.two_person and known.finished > 1:
            by = self._crew.second(known.task, known.clinic, now, staff) or by
        fields = {**ending.fields, **matched(self._bundle, known.task, fact)}
        event = self._agenda.event(
            fact, now, ending.case or known.case, known.clinic, known.patient_id, by=by or staff, earlier=late,
            **fields,
        )  # fmt: skip
        if fact == "vitals-taken" and first:
            self._mishaps.plan(now, known, staff, event, who)
        self._follow(now, known, staff, fact, event)
        if known.task.critical or not ending.ends:
            return [Batch((event,))]
        asked = self._ask("task-completion-requested", now, known, staff, closing_event_id=event.event_id)
        return [Batch((event, *asked.events))]

    def _follow(self, now: Micros, known: Known, staff: str, fact: str, event: Event) -> None:
        """What a fact brings about outside of the staff's work."""
        if fact == "provider-entered":
            who = self._about.patient(known)
            self._crew.busy(staff, now + self._agenda.micros(who.consult))
            self._course.consult(now, who, staff)
        elif fact == "specimen-collected":
            self._course.collected[known.case] += 1
        elif fact == "specimen-sent":
            self._course.sent(now, self._about.order(known), getattr(event, "specimen_id", ""))

    def _ask(self, kind: str, now: Micros, known: Known, staff: str, **fields: Any) -> Batch:
        task = known.task
        return Batch((self._event(kind, now, known, staff, task_id=task.task_id, agent=task.agent, **fields),))

    def _event(self, kind: str, now: Micros, known: Known, staff: str, **fields: Any) -> Event:
        return self._agenda.event(kind, now, known.case, known.clinic, known.patient_id, by=staff, **fields)

    def _forget(self, task_id: str) -> None:
        known = self._known.pop(task_id, None)
        if known is not None:
            self._rooms.let_go(known.room, known.case)
            self._of_case.get(known.case, set()).discard(task_id)
