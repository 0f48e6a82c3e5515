"""Critical results by the default table, for observations that the laboratory sent without a flag of its own.

The performing laboratory's list always wins: an observation with any flag is never compared.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from clinicflow.agents._ages import child
from clinicflow.core.agent import Facts, Raise
from clinicflow.events import Observation, PocTestPerformed, ResultCorrected, ResultReceived


def beyond_limits(event: ResultReceived | ResultCorrected, facts: Facts) -> Iterator[Raise]:
    """A ``critical-result-received`` for each observation of an adult, or of unknown age, beyond a default limit."""
    if child(facts.patient):
        return
    for at, observation in enumerate(event.observations):
        if observation.flag is None and _critical(observation, facts.tables["critical-results"]):
            yield _raised(event.result_id, observation, f"{at}|{observation.code}")


def made_here_beyond_limits(event: PocTestPerformed, facts: Facts) -> Iterator[Raise]:
    """The same for a test that was made here."""
    made = Observation(code=event.test_code, system=event.test_system, value=event.value, unit=event.unit, status="F")
    if not child(facts.patient) and _critical(made, facts.tables["critical-results"]):
        yield _raised(event.event_id, made, event.test_code)


def _raised(result_id: str, observation: Observation, key: str) -> Raise:
    fields = {
        "result_id": result_id,
        "code": observation.code,
        "system": observation.system if observation.system in ("loinc", "local") else "unknown",
        "value": observation.value,
        "unit": observation.unit,
    }
    return Raise("critical-result-received", fields, key=key)


def _critical(observation: Observation, table: Mapping[str, Any]) -> bool:
    value = _number(observation.value)
    if observation.system != "loinc" or value is None:
        return False
    rows = (row for row in table["limits"] if observation.code in row["codes"])
    return any(_beyond(value, row) for row in rows if _same_unit(observation.unit, row))


def _same_unit(unit: str | None, row: Mapping[str, Any]) -> bool:
    """Whether a row's limits hold for a value in this unit: its own, or one in which the number is the same."""
    return unit == row["unit"] or unit in row.get("units_alike", ())


def _beyond(value: Decimal, row: Mapping[str, Any]) -> bool:
    low, high = row.get("at_or_below"), row.get("at_or_above")
    return (low is not None and value <= Decimal(low)) or (high is not None and value >= Decimal(high))


def _number(text: str | None) -> Decimal | None:
    """The number of a decimal text; a text such as ``<5`` is none and is not compared."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
