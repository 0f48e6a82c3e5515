"""What is to be done when, and events as the simulated clinic tells them."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import named
from clinicflow.events import EVENT_TYPES
from clinicflow.simulate.patients import MINUTE

SOURCE = "simulator"


class Batch(msgspec.Struct, frozen=True):
    """Events told together, all or none. ``person`` are the name and number of the patient of the first event."""

    events: tuple[Event, ...]
    person: dict[str, str] | None = None


Action = Callable[[Micros], Sequence[Batch]]


class Agenda:
    """Actions in order of time, on the compressed clock of the simulated day.

    Simulated minutes are ``speed`` times shorter than real ones; everything is stamped with real instants (UTC
    microseconds), so that due times and waiting times are never compressed.
    """

    def __init__(self, bundle: Bundle, seed: str, start: Micros, speed: float) -> None:
        self.bundle = bundle
        self.seed = seed
        self.start = start
        self.speed = speed
        self._heap: list[tuple[Micros, int, Action]] = []
        self._added = 0
        self._told: dict[tuple[str, str], int] = defaultdict(int)
        self.listeners: list[Callable[[Event, Micros], None]] = []
        """Who hears what is told, event by event."""

    @property
    def next_at(self) -> Micros | None:
        """When something is to be done next."""
        return self._heap[0][0] if self._heap else None

    def micros(self, minutes: float) -> int:
        """Real microseconds of so many simulated minutes."""
        return round(minutes * MINUTE / self.speed)

    def at_minute(self, minute: float) -> Micros:
        """The instant of a minute of the simulated day."""
        return self.start + self.micros(minute)

    def at(self, when: Micros, action: Action) -> None:
        """Do something at an instant."""
        self._added += 1
        heapq.heappush(self._heap, (when, self._added, action))

    def after(self, now: Micros, minutes: float, action: Action) -> None:
        """Do something in so many simulated minutes."""
        self.at(now + self.micros(minutes), action)

    def due(self, now: Micros) -> list[Batch]:
        """Everything that is to be told up to ``now``, in order."""
        told: list[Batch] = []
        while self._heap and self._heap[0][0] <= now:
            when, _, action = heapq.heappop(self._heap)
            batches = action(when)
            for listener in self.listeners:
                for batch in batches:
                    for event in batch.events:
                        listener(event, when)
            told += batches
        return told

    def event(
        self,
        kind: str,
        now: Micros,
        case: str,
        clinic: str,
        patient_id: str | None,
        /,
        *,
        by: str | None = None,
        earlier: float = 0.0,
        **fields: Any,
    ) -> Event:
        """An event told at ``now`` that happened ``earlier`` (simulated minutes); ``by`` is the member of staff.

        The fields that intake stamps into requests are stamped here too, as the store-less fold needs them.
        """
        number = self._told[case, kind]
        self._told[case, kind] += 1
        envelope: dict[str, Any] = {
            "event_id": named(f"simulated|{self.seed}|{case}|{kind}|{number}"),
            "org_id": self.bundle.org_id,
            "clinic_id": clinic,
            "case_id": case,
            "patient_id": patient_id,
            "occurred_at": now - self.micros(earlier),
            "recorded_at": now,
            "source_system": SOURCE,
        }
        if by is not None:
            envelope |= self._actor(EVENT_TYPES[kind], by, clinic, now)
        return EVENT_TYPES[kind](**{**envelope, **fields})

    def _actor(self, kind: type[Event], by: str, clinic: str, now: Micros) -> dict[str, Any]:
        person, entry = self.bundle.person(by, clinic, now), self.bundle.staff(by) or {}
        if person is None:
            return {}
        stamped = {
            "on_shift": person.on_shift,
            "on_site_supervisors": list(person.supervisors),
            "staff_languages": list(entry.get("languages", ())),
            "jurisdiction": self.bundle.clinic(clinic).get("jurisdiction"),
            "clinic_assigned": clinic in entry.get("clinics", ()),
            "lead": person.lead,
            "supervisors": list(person.present),
        }
        actor = {"actor_id": by, "actor_role": person.role, "actor_credentials": list(person.credentials)}
        return actor | {name: value for name, value in stamped.items() if name in kind.STAMPED}
