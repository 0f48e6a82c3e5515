"""Made-up patients: who comes, when and why, and what will be found. The same seed gives the same patients."""

from __future__ import annotations

import random
from typing import Any, Literal

import msgspec

from clinicflow.core.ids import named
from clinicflow.simulate.chance import chance_of

Course = Literal["seen", "leaves", "cancels"]
Finding = Literal["normal", "raised", "critical", "implausible"]
Quirk = Literal["none", "late", "twice", "swapped", "replaced", "voided"]
"""What goes wrong with the telling: nothing, told late, told twice, in the wrong order, corrected, taken back."""

MINUTE = 60_000_000

TESTS: tuple[tuple[str, str, str], ...] = (
    ("58410-2", "blood", "718-7"),
    ("24323-8", "blood", "2823-3"),
    ("4548-4", "blood", "4548-4"),
    ("24356-8", "urine", "2339-0"),
    ("6557-3", "swab", "6557-3"),
)
"""Test ordered (LOINC), kind of specimen, and what is observed first (LOINC)."""

DRUGS: tuple[str, ...] = ("860975", "314076", "197361", "617312", "310798")
"""RxNorm codes of common long-term medicines."""

_GIVEN = ("Alma", "Boris", "Carmen", "Dian", "Edith", "Farid", "Gloria", "Henk", "Ines", "Joko", "Kemal", "Lotte")
_FAMILY = ("Abara", "Brandt", "Castillo", "Duarte", "Eklund", "Fontaine", "Gunawan", "Horvat", "Iqbal", "Jansen")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
_VISITS = ("follow-up", "follow-up", "acute", "acute", "annual", "chronic-care")


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """One patient's visit as it will go. ``visit`` is the case; minutes are of the simulated day."""

    number: int
    clinic_id: str
    visit: str
    patient_id: str
    name: str
    record_number: str
    ticket: str
    age: int
    age_unit: str
    language: str
    visit_type: str
    pregnant: bool | None
    mode: Literal["appointment", "walk_in"]
    arrives: float
    appointment: float | None
    acuity: str
    course: Course
    patience: float
    finding: Finding
    quirk: Quirk
    tests: tuple[int, ...]
    refill: bool
    consult: float


def patient(seed: str, number: int, clinic_id: str, arrives: float, languages: tuple[str, ...]) -> Patient:
    """The patient of this number; ``seed`` names the run, ``arrives`` is in simulated minutes."""
    chance = chance_of(seed, "patient", number)
    age, unit = _age(chance)
    booked = chance.random() < 0.7
    return Patient(
        number=number,
        clinic_id=clinic_id,
        visit=named(f"simulated|{seed}|visit|{number}"),
        patient_id=named(f"simulated|{seed}|patient|{number}"),
        name=f"{chance.choice(_GIVEN)} {chance.choice(_FAMILY)}",
        record_number=f"SIM{number:06d}",
        ticket=f"{chance.choice(_LETTERS)}{chance.choice(_LETTERS)}{10 + number % 90}",
        age=age,
        age_unit=unit,
        language=chance.choice(languages),
        visit_type="well-child" if unit != "a" and chance.random() < 0.5 else chance.choice(_VISITS),
        pregnant=True if unit == "a" and 18 <= age <= 42 and chance.random() < 0.15 else None,
        mode="appointment" if booked else "walk_in",
        arrives=arrives,
        appointment=arrives + chance.choice((-10, -5, 0, 5, 10, 15)) if booked else None,
        acuity=chance.choices(("routine", "urgent", "asap"), (88, 10, 2))[0],
        course=chance.choices(("seen", "leaves", "cancels"), (93, 4, 3))[0],
        patience=chance.uniform(6, 25),
        finding=chance.choices(("normal", "raised", "critical", "implausible"), (79, 9, 7, 5))[0],
        quirk=chance.choices(("none", "late", "twice", "swapped", "replaced", "voided"), (78, 6, 6, 4, 4, 2))[0],
        tests=tuple(chance.sample(range(len(TESTS)), chance.choices((0, 1, 2), (58, 30, 12))[0])),
        refill=chance.random() < 0.18,
        consult=chance.uniform(7, 16),
    )


def _age(chance: random.Random) -> tuple[int, str]:
    """Mostly adults, some children, a few infants and newborns: completed days, months or years."""
    kind = chance.random()
    if kind < 0.02:
        return chance.randint(3, 27), "d"
    if kind < 0.18:
        return chance.randint(1, 191), "mo"
    return chance.randint(16, 92), "a"


_ADULT = {"systolic": 124, "diastolic": 78, "heart_rate": 74, "resp_rate": 15, "spo2": 97, "temp": 368}
_RANGES: tuple[tuple[int, tuple[int, int, int, int]], ...] = (
    (1, (80, 50, 135, 40)),
    (12, (88, 55, 130, 40)),
    (24, (90, 55, 125, 32)),
    (60, (92, 56, 110, 26)),
    (144, (100, 62, 95, 24)),
    (192, (112, 68, 85, 18)),
)
"""Typical systolic, diastolic, heart rate and breathing rate below so many months."""


def _grown(months: int) -> dict[str, int]:
    """Weight, height and, of the youngest, head circumference of a child of about the middle of its age."""
    infant, later = min(months, 12), max(0, months - 12)
    sizes = {"weight": 3_500 + 500 * infant + 208 * later, "height": 500 + 22 * infant + 54 * later // 10}
    return sizes | ({"head_circ": 350 + 9 * infant + later} if months < 36 else {})


def vitals(who: Patient, chance: random.Random, finding: Finding) -> dict[str, Any]:
    """What is measured: in the scaled integers of the event's fields."""
    values: dict[str, Any] = dict(_ADULT)
    months = {"d": 0, "mo": who.age, "a": who.age * 12}[who.age_unit]
    if months < 192:
        typical = next(row for below, row in _RANGES if months < below)
        values.update(zip(("systolic", "diastolic", "heart_rate", "resp_rate"), typical, strict=True))
        values |= _grown(months)
    for field, spread in (("systolic", 5), ("diastolic", 4), ("heart_rate", 3), ("temp", 3), ("spo2", 1)):
        values[field] += chance.randint(-spread, spread)
    values.update(_FOUND[finding](chance))
    if months >= 192:
        values |= {"consciousness": "A", "on_oxygen": False, "weight": chance.randint(52_000, 98_000)}
    if who.pregnant:
        values["pregnant"] = True
    return values


_FOUND: dict[Finding, Any] = {
    "normal": lambda chance: {},
    "raised": lambda chance: {"systolic": chance.randint(150, 178), "diastolic": chance.randint(92, 112)},
    "critical": lambda chance: {"spo2": chance.randint(86, 90), "resp_rate": chance.randint(26, 32), "heart_rate": 134},
    "implausible": lambda chance: {"temp": chance.choice((986, 3680, 37))},
}
