"""The simulated day: when patients come to which clinic, by one seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from clinicflow.core.bundle import Bundle
from clinicflow.simulate.chance import chance_of
from clinicflow.simulate.patients import Patient, patient

GAP = 8.3
"""Minutes between two arrivals at one clinic on a plain day, on average: what one at the desk, two assistants and two
prescribers bear. It stays, so that figures measured on plain days stay comparable."""
GAP_OF_ALL = 6.0
"""The same with every area, and the whole staff of the demo: ten patients an hour at each clinic."""

LONGER = 1.5
"""How much longer the provider stays with a patient when all that is ordered, taught and treated is part of the day:
17 minutes on average, about what studies of visits in primary care in the United States have found (17 to 19)."""

SPECIAL = ("eye", "foot", "skin", "heart")
"""Kinds of visits of special clinics; own assumption: with every area each eighth visit is one of them."""


class DayPlan:
    """Arrivals at clinics, without end, in order of time.

    ``run`` tells this day's ids from those of another run with the same seed; with the same ``run``, ``seed`` and
    clinics the same patients come.
    """

    def __init__(
        self,
        bundle: Bundle,
        seed: int,
        *,
        run: str = "",
        clinics: Sequence[str] = (),
        gap: float | None = None,
        all_areas: bool = False,
    ) -> None:
        """``clinics`` empty: all of the bundle. ``gap``: minutes between arrivals at a clinic. ``all_areas``: not the
        plain visits only, whose figures stay comparable, but everything that a clinic does."""
        self.all_areas = all_areas
        self.seed = f"{seed}|{run}" if run else str(seed)
        self.clinics = tuple(clinics) or tuple(sorted(bundle.clinics))
        self.gap = gap or (GAP_OF_ALL if all_areas else GAP)
        self._languages = {name: _languages(bundle, name) for name in self.clinics}

    def patients(self) -> Iterator[Patient]:
        """Patients in the order in which they come; the first ones within minutes."""
        chance = chance_of(self.seed, "arrivals")
        following = {name: chance.uniform(0, self.gap) for name in self.clinics}
        number = 0
        while True:
            clinic = min(following, key=lambda name: (following[name], name))
            at = following[clinic]
            following[clinic] = at + min(chance.expovariate(1 / self.gap), 4 * self.gap)
            yield self._special(patient(self.seed, number, clinic, at, self._languages[clinic]))
            number += 1

    def _special(self, who: Patient) -> Patient:
        """The patient as of a day with every area: longer with the provider, and some for a special clinic."""
        if not self.all_areas:
            return who
        who = msgspec.structs.replace(who, consult=who.consult * LONGER)
        if who.number % 8 != 3 or who.age_unit != "a":
            return who
        return msgspec.structs.replace(who, visit_type=SPECIAL[who.number // 8 % len(SPECIAL)])


def _languages(bundle: Bundle, clinic_id: str) -> tuple[str, ...]:
    own = tuple(bundle.clinic(clinic_id).get("languages") or bundle.languages)
    return (own[0], *own)
