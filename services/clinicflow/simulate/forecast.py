"""A forecaster beside the simulated clinic: it publishes how long the patients who were taken in last have waited."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from functools import partial

from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import endless_case
from clinicflow.events import CheckedIn, PatientArrived, Roomed
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.course import Course
from clinicflow.simulate.patients import MINUTE

EVERY = 2 * MINUTE
"""Between two estimates of a clinic, by the real clock: a screen takes one for old after three minutes."""
LAST = 10
"""Patients whose waits are looked at."""
LEAST = 3
"""With fewer nothing is published: the screen says what it knows by itself."""


class Forecaster:
    """Hears arrivals and rooming of every clinic, and publishes quantiles of the last waits."""

    def __init__(self, agenda: Agenda, course: Course, clinics: Sequence[str], until: Micros | None) -> None:
        """``until`` is the instant after which nothing is published; None: it never ends."""
        self._agenda = agenda
        self._course = course
        self._until = until
        self._since: dict[str, Micros] = {}
        self._waits: dict[str, deque[int]] = defaultdict(partial(deque, maxlen=LAST))
        agenda.listeners.append(self.hear)
        for clinic in clinics:
            agenda.at(agenda.start + EVERY, partial(self._publish, clinic=clinic))

    def hear(self, event: Event, _now: Micros) -> None:
        """Something was told."""
        if isinstance(event, PatientArrived | CheckedIn):
            self._since.setdefault(event.case_id, max(event.occurred_at, event.appointment_at or 0))
        elif isinstance(event, Roomed) and event.case_id in self._since:
            self._waits[event.clinic_id].append(max(0, event.occurred_at - self._since.pop(event.case_id)))

    def _publish(self, now: Micros, clinic: str) -> Sequence[Batch]:
        if self._until is not None and now > self._until:
            return ()
        self._agenda.at(now + EVERY, partial(self._publish, clinic=clinic))
        waits = sorted(self._waits[clinic])
        if len(waits) < LEAST:
            return ()
        case = endless_case("clinic", self._agenda.bundle.org_id, clinic)
        ahead = sum(self._course.stage(visit) in ("arrived", "checked-in") for visit in self._course.present(clinic))
        estimate = self._agenda.event(
            "wait-estimate-published", now, case, clinic, None, method="quantile", n_ahead=ahead,
            p50_min=_minutes(waits, 0.5), p90_min=_minutes(waits, 0.9),
        )  # fmt: skip
        return [Batch((estimate,))]


def _minutes(waits: Sequence[int], share: float) -> int:
    """The wait that ``share`` of them do not exceed, in whole minutes rounded up."""
    return -(-waits[min(len(waits) - 1, int(share * len(waits)))] // MINUTE)
