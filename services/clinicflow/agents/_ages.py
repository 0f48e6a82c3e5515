"""The age of a patient as tables count it."""

from collections.abc import Mapping
from typing import Any

from clinicflow.core.outcome import PatientFacts

DAYS_A_MONTH = 30.4375
ADULT_MONTHS = 192
"""Children's tables end before 16 years."""


def months(patient: PatientFacts) -> int | None:
    """Completed months; None when age or unit is not known. Days below 28 are month 0."""
    if patient.age is None:
        return None
    match patient.age_unit:
        case "a":
            return patient.age * 12
        case "mo":
            return patient.age
        case "d":
            return int(patient.age / DAYS_A_MONTH)
        case _:
            return None


def newborn(patient: PatientFacts) -> bool:
    """Whether the patient is younger than 28 completed days."""
    return patient.age is not None and patient.age_unit == "d" and patient.age < 28


def child(patient: PatientFacts) -> bool | None:
    """Whether the patient is younger than 16 years; None when the age is not known."""
    age = months(patient)
    return None if age is None else age < ADULT_MONTHS


def in_ages(ages: Mapping[str, Any] | None, months_old: int | None, is_newborn: bool) -> bool:
    """Whether a row is for this age: ``from_months`` inclusive, ``below_months`` exclusive, ``newborn`` (under 28 d).

    A row for newborns only, or for those that are none any more, says ``newborn`` true or false. An unknown age is in
    every row: the strictest table holds.
    """
    if ages is None or months_old is None:
        return True
    if "newborn" in ages and ages["newborn"] != is_newborn:
        return False
    return bool(ages.get("from_months", 0) <= months_old < ages.get("below_months", 1_000_000))
