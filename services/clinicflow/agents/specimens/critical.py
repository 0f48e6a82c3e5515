"""Critical results by the default table, for observations that the laboratory sent without a flag of its own.

The performing laboratory's list always wins: a value with any flag is never compared. Of what a test looks for (a
blood culture), only a flag that says critical or normal is its word; "abnormal" and "positive" are the finding itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import msgspec

from clinicflow.agents._ages import child
from clinicflow.core.agent import Facts, Raise
from clinicflow.events import Observation, PocTestPerformed, ResultCorrected, ResultLookedAt, ResultReceived

Verdict = Literal["critical", "unsure", "clear"]
"""Beyond a limit; perhaps, so that somebody must look; or not, as far as the table knows."""

CANCELLED_BY_LAB = "X"

_BELOW, _ABOVE = ("below", "at_or_below"), ("above", "at_or_above")
_FLAGGED = {"POS": "positive", "DET": "positive", "NEG": "negative", "ND": "negative", "N": "negative"}
"""Flags of HL7 table 0078 that tell the finding of a test that looks for something."""
_OPEN_FLAGS = (None, "A", "POS", "DET")

_Result = ResultReceived | ResultCorrected | PocTestPerformed


def critical_of(event: _Result, facts: Facts) -> Iterator[Raise]:
    """A ``critical-result-received`` for each observation that is beyond a default limit, or a finding that calls."""
    for key, observation in _observations(event):
        if _verdict(observation, facts) == "critical":
            yield _raised(_result_id(event), observation, key)


def undecided(event: _Result, facts: Facts) -> bool:
    """Whether an observation may be critical and a person must look, as its value does not decide it."""
    return any(_verdict(observation, facts) == "unsure" for _, observation in _observations(event))


def found_critical(event: ResultLookedAt) -> Raise:
    """What a person who looked has found critical."""
    fields = {"result_id": event.result_id, "code": event.code, "system": event.system or "unknown"}
    return Raise("critical-result-received", fields, key=f"{event.result_id}|{event.code}")


def _observations(event: _Result) -> Iterable[tuple[str, Observation]]:
    """Each with what tells it apart from the others of its event."""
    if isinstance(event, PocTestPerformed):
        same = ("value", "unit", "value_text", "comparator", "bound", "finding")
        told = {name: getattr(event, name) for name in same}
        return [(event.test_code, Observation(code=event.test_code, system=event.test_system, status="F", **told))]
    return [(f"{at}|{observation.code}", observation) for at, observation in enumerate(event.observations)]


def _result_id(event: _Result) -> str:
    return event.event_id if isinstance(event, PocTestPerformed) else event.result_id


def _raised(result_id: str, observation: Observation, key: str) -> Raise:
    fields = {
        "result_id": result_id,
        "code": observation.code,
        "system": observation.system if observation.system in ("loinc", "local") else "unknown",
        "value": observation.value,
        "unit": observation.unit,
        "comparator": observation.comparator,
        "bound": observation.bound,
        "finding": observation.finding,
    }
    return Raise("critical-result-received", fields, key=key)


def _verdict(observation: Observation, facts: Facts) -> Verdict:
    """By the rows of its code: of any age for what was found, of adults and unknown ages for numbers."""
    if observation.system != "loinc" or observation.status == CANCELLED_BY_LAB:
        return "clear"
    table = facts.tables["critical-results"]
    if any(observation.code in row["codes"] for row in table.get("findings", ())):
        return _found(observation, table["findings"])
    rows = [row for row in table["limits"] if observation.code in row["codes"]]
    if not rows or observation.flag is not None or child(facts.patient):
        return "clear"
    return _measured(observation, rows)


def _found(observation: Observation, rows: Iterable[Mapping[str, Any]]) -> Verdict:
    """A finding that a row lists calls; one that is not known, be it a germ's name, must be read by a person."""
    if observation.flag not in _OPEN_FLAGS:
        return "clear"
    finding = _FLAGGED.get(observation.flag or "") or observation.finding
    if finding in (None, "unknown"):
        return "unsure" if observation.value or observation.value_text or observation.flag else "clear"
    listed = [found for row in rows if observation.code in row["codes"] for found in row["among"]]
    if finding in listed:
        return "critical"
    return "unsure" if finding == "indeterminate" else "clear"


def _measured(observation: Observation, rows: Iterable[Mapping[str, Any]]) -> Verdict:
    """A number that no row's unit fits is not converted: a person must look, as nothing tells what it means."""
    span = _span(observation)
    if span is None:
        return "unsure" if observation.value or observation.value_text else "clear"
    verdicts = {_of_span(span, row) for row in rows if _same_unit(observation.unit, row)}
    if not verdicts:
        return "unsure"
    return next((verdict for verdict in ("critical", "unsure") if verdict in verdicts), "clear")


def _same_unit(unit: str | None, row: Mapping[str, Any]) -> bool:
    """Whether a row's limits hold for a value in this unit: its own, or one in which the number is the same."""
    return unit == row["unit"] or unit in row.get("units_alike", ())


class _Span(msgspec.Struct, frozen=True):
    """Where a value lies: from ``low`` to ``high``, None for no end; ``closed`` when the ends are in it."""

    low: Decimal | None
    high: Decimal | None
    closed: bool = True


def _span(observation: Observation) -> _Span | None:
    """A number, or what lies on one side of a number; None for what is neither."""
    value = _number(observation.value)
    if value is not None:
        return _Span(value, value)
    bound, side = _number(observation.bound), observation.comparator
    if bound is None or side not in (*_BELOW, *_ABOVE):
        return None
    closed = side.startswith("at_or")
    return _Span(None, bound, closed) if side in _BELOW else _Span(bound, None, closed)


def _of_span(span: _Span, row: Mapping[str, Any]) -> Verdict:
    """Critical when all of the span is beyond a limit, unsure when only a part of it is.

    "<2.0" lies below a limit of 2.5 whatever it is; "<3.0" may lie above it.
    """
    low, high = _limit(row, "at_or_below"), _limit(row, "at_or_above")
    if low is not None and span.high is not None and span.high <= low:
        return "critical"
    if high is not None and span.low is not None and span.low >= high:
        return "critical"
    reaches_low = low is not None and (span.low is None or span.low < low or (span.closed and span.low == low))
    reaches_high = high is not None and (span.high is None or span.high > high or (span.closed and span.high == high))
    return "unsure" if reaches_low or reaches_high else "clear"


def _limit(row: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None


def _number(text: str | None) -> Decimal | None:
    """The number of a decimal text; None for anything else."""
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
