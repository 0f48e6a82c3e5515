"""The simulated day without a running system: a pure journal for tests, measurements and the start of a demo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event, Micros, Placed
from clinicflow.core.outcome import Outcome
from clinicflow.core.whatif import VirtualWorld
from clinicflow.simulate.agenda import Batch
from clinicflow.simulate.day import DayPlan
from clinicflow.simulate.patients import MINUTE
from clinicflow.simulate.simulation import Simulation

START = 1_795_453_200_000_000
"""Monday 2026-11-23, 17:00 UTC."""

_AFTER = 360
"""Simulated minutes for which work goes on after the last patient has come."""


class VirtualClinic(VirtualWorld):
    """A journal and all agents in memory, whose staff is simulated: what the agents do is shown to it at once."""

    def __init__(self, bundle: Bundle, simulation: Simulation) -> None:
        super().__init__(all_agents(), bundle)
        self.simulation = simulation
        self.told: list[Batch] = []
        """Everything that was told from outside, in order, with the repeats."""

    @property
    def primaries(self) -> list[Event]:
        """The events that were told."""
        return [event for batch in self.told for event in batch.events]

    def run(self, until: Micros) -> None:
        """Let the day go on up to an instant, or until nothing more is planned."""
        simulation = self.simulation
        while (at := self._next(until)) is not None:
            self.pass_time(at)
            for batch in simulation.due(at):
                self.told.append(batch)
                for event in batch.events:
                    self.feed(event, at)

    def _next(self, until: Micros) -> Micros | None:
        """When something is told next. Timers that fire earlier come first, as their work may be taken up before it."""
        while (at := self.simulation.next_at) is not None and at <= until:
            if not self._timers or self._timers[0].fires_at > at:
                return at
            self.pass_time(self._timers[0].fires_at)
        return None

    def _apply(self, placed: Placed) -> list[Outcome]:
        outcomes = super()._apply(placed)
        event = placed.event
        for outcome in outcomes:
            if outcome.case.view is not None:
                self.simulation.see_visit(outcome.case.view)
        for outcome in outcomes:
            patient = outcome.case.patient_id
            for change in outcome.tasks:
                self.simulation.see_task(change.task, event.case_id, event.clinic_id, patient, self.now)
        return outcomes


def synthetic_day(
    bundle: Bundle, seed: int, visits: int, *, start: Micros = START, clinics: Sequence[str] = (), **plan: Any
) -> VirtualClinic:
    """A day of so many visits, simulated to its end, with the journal that the agents have made of it.

    The same bundle, seed and number give the same events. ``plan`` are further words for ``DayPlan``.
    """
    simulation = Simulation(bundle, DayPlan(bundle, seed, clinics=clinics, **plan), start, visits=visits)
    clinic = VirtualClinic(bundle, simulation)
    last = max((who.arrives for who in _patients(bundle, seed, visits, clinics, plan)), default=0.0)
    clinic.run(start + round((last + _AFTER) * MINUTE))
    return clinic


def synthetic_journal(bundle: Bundle, seed: int, visits: int, **more: Any) -> list[Event]:
    """What is told from outside on such a day, in order: facts, requests of staff, corrections, repeats.

    Derived events and timers are not among them: the agents and the timekeeper add these.
    """
    return synthetic_day(bundle, seed, visits, **more).primaries


def _patients(bundle: Bundle, seed: int, visits: int, clinics: Sequence[str], plan: dict[str, Any]) -> list[Any]:
    found = DayPlan(bundle, seed, clinics=clinics, **plan).patients()
    return [next(found) for _ in range(visits)]
