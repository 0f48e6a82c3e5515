"""From a measurement to findings: which tables hold for whom. Nothing is interpreted, numbers are compared.

Children under 16 have their own tables, pregnancy excludes the adult score, and when the age is not known the strictest
of all tables holds and the patient is flagged, so that somebody looks and the age is found.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from clinicflow.agents._ages import ADULT_MONTHS, months, newborn
from clinicflow.agents.vitals import news2
from clinicflow.agents.vitals.findings import Finding, Subject, limits_met, most_urgent_first
from clinicflow.agents.vitals.measure import Readings
from clinicflow.agents.vitals.state import Pressure
from clinicflow.core.outcome import PatientFacts
from clinicflow.events import VitalsTaken


def subject_of(patient: PatientFacts, event: VitalsTaken | Pressure) -> Subject:
    """Who is measured: what the measurement itself says of pregnancy goes before what is known of the visit."""
    pregnant = event.pregnant if event.pregnant is not None else patient.pregnant
    postpartum = event.postpartum_days if event.postpartum_days is not None else patient.postpartum_days
    return Subject(months(patient), newborn(patient), bool(pregnant), postpartum)


def evaluate(tables: Mapping[str, Any], found: Readings, subject: Subject) -> list[Finding]:
    """All findings, most urgent first. ``tables`` are those of the bundle by name."""
    return most_urgent_first(list(_all(tables, found, subject)))


def _all(tables: Mapping[str, Any], found: Readings, subject: Subject) -> Iterator[Finding]:
    adult = subject.months is None or subject.months >= ADULT_MONTHS
    child = subject.months is None or subject.months < ADULT_MONTHS
    if adult:
        yield from news2.findings(tables["news2"], found, extremes_only=subject.pregnant)
        yield from limits_met(tables["adult-pressure"], found, subject)
    if child:
        yield from limits_met(tables["paediatric"], found, subject)
        yield from limits_met(tables["nice-ng143"], found, subject)
    if _maternal(tables["pregnancy"], subject):
        yield from limits_met(tables["pregnancy"], found, subject)
    yield from limits_met(tables["glucose"], found, subject)
    if subject.months is None:
        yield _age_unknown(tables["paediatric"])


def _maternal(table: Mapping[str, Any], subject: Subject) -> bool:
    days = subject.postpartum_days
    return subject.pregnant or (days is not None and days <= table["postpartum_days"])


def _age_unknown(table: Mapping[str, Any]) -> Finding:
    row = table["age_unknown"]
    return Finding(row["id"], table["table"], table["version"], row["level"], complete=False)
