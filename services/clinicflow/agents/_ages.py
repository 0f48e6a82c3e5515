"""The age of a patient as tables count it."""

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
