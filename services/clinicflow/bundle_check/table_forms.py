"""The form of each kind of table that an agent's code reads, by the name that the agent gives to it."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from clinicflow.agents._ages import ADULT_MONTHS
from clinicflow.agents.refills.check import OUTCOMES
from clinicflow.agents.vitals.measure import CONTEXT, JUDGED
from clinicflow.agents.vitals.news2 import USUAL
from clinicflow.agents.vitals.state import LEVELS
from clinicflow.bundle_check.comparing_forms import AGES, COMPARING_FORMS
from clinicflow.bundle_check.laboratory_forms import LABORATORY_FORMS
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.samples import bare, kinds, own_fields
from clinicflow.bundle_check.shapes import (
    Shape,
    also,
    either,
    fields,
    flag,
    identifier,
    many,
    mapping,
    one_of,
    parsed,
    whole,
)
from clinicflow.bundle_check.shapes import text as some_text
from clinicflow.bundle_check.staffing_forms import STAFFING_FORMS
from clinicflow.bundle_check.supply_forms import SUPPLY_FORMS
from clinicflow.bundle_check.teaching_forms import TEACHING_FORMS
from clinicflow.core.durations import parse_duration
from clinicflow.core.event import Event
from clinicflow.core.rules import PRIORITIES
from clinicflow.errors import InvalidBundle
from clinicflow.events import RefillRequested, VitalsTaken

duration = parsed(parse_duration)

BOUNDS = ("below", "at_or_below", "above", "at_or_above")
LISTS = ("among", "not_among")


def values_of(event_type: type[Event], field: str) -> tuple[Any, ...] | None:
    """What a coded field may hold; None for numbers and texts."""
    if field in event_type.ENUMS:
        return tuple(event_type.ENUMS[field])
    return (True, False) if bare(kinds(event_type)[field]) is bool else None


# --- limits of vital signs

_reading = one_of(*JUDGED, *(name for name in CONTEXT if values_of(VitalsTaken, name)))
_number = one_of(*(name for name in JUDGED if name in VitalsTaken.UNITS))
_level = one_of(*LEVELS)


def _limit_row(row: Mapping[str, Any], place: Place, report: Report) -> None:
    field = row["field"]
    known = values_of(VitalsTaken, field)
    has_bound, has_list = any(name in row for name in BOUNDS), any(name in row for name in LISTS)
    if known is None and (has_list or not has_bound):
        report.error(place, f"Expected one of {', '.join(BOUNDS)}, as {field} is a number")
    if known is not None and (has_bound or not has_list):
        report.error(place, f"Expected among or not_among, as {field} is one of {_listed(known)}")
    for name in LISTS:
        for index, value in enumerate(row.get(name, ())):
            if known is not None and not _is_one(value, known):
                report.error((*place, name, index), f"Expected one of {_listed(known)}, but got {value!r}")
    for name, value in row.get("if", {}).items():
        wanted = values_of(VitalsTaken, name)
        if wanted is not None and not _is_one(value, wanted):
            report.error((*place, "if", name), f"Expected one of {_listed(wanted)}, but got {value!r}")
    if "below_plus_per_year" in row and not ("below" in row and "below_months" in row.get("ages", {})):
        report.error(place, "Expected below and ages.below_months beside below_plus_per_year")


def _is_one(value: Any, known: tuple[Any, ...]) -> bool:
    return any(type(value) is type(one) and value == one for one in known)


def _listed(known: tuple[Any, ...]) -> str:
    return ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in known)


def _anything(value: Any, place: Place, report: Report) -> None:
    pass


_limit = also(
    fields(
        {"id": identifier, "field": _reading, "level": _level},
        {
            **dict.fromkeys((*BOUNDS, "below_plus_per_year"), whole),
            **dict.fromkeys(LISTS, many(_anything, at_least=1)),
            "ages": AGES,
            "if": mapping(_anything, _reading),
            "note": some_text,
        },
    ),
    _limit_row,
)
_limits: dict[str, Shape] = {"limits": many(_limit)}

# --- points


def _bands(bands: list[Mapping[str, Any]], place: Place, report: Report) -> None:
    for index, (lower, higher) in enumerate(pairwise(bands)):
        if "max" not in lower or higher.get("max", lower["max"] + 1) <= lower["max"]:
            report.error((*place, index + 1), "Expected bands from the lowest up, each but the last with its max")
    if "max" in bands[-1]:
        report.error((*place, len(bands) - 1), "Expected a last band without max, so that every number has points")


_band_list = also(many(fields({"points": whole}, {"max": whole}), at_least=1), _bands)
_scale = either(
    lambda value: isinstance(value, Mapping) and "bands" in value,
    fields({"bands": _band_list}),
    fields({"on_air": _band_list, "on_oxygen": _band_list}),
)
_meta: dict[str, Shape] = {"unit": some_text, "scale": whole, "field": _reading}
_codes = fields({"codes": mapping(whole)}, _meta)
_scales = fields({"scales": fields({USUAL: _scale}, {"2": _scale})}, _meta)


def _parameter(value: Any, place: Place, report: Report) -> None:
    name = place[-1]
    form = fields({"bands": _band_list}, _meta)
    if isinstance(value, Mapping) and "codes" in value:
        form = _codes
    elif isinstance(value, Mapping) and "scales" in value:
        form = _scales
    before = report.errors
    form(value, place, report)
    if report.errors > before:
        return
    field = value.get("field", name)
    (_reading if "codes" in value else _number)(field, (*place, "field"), report)
    if report.errors == before and "codes" in value:
        _all_codes(value["codes"], values_of(VitalsTaken, field) or (), (*place, "codes"), report)


def _all_codes(codes: Mapping[str, Any], known: tuple[Any, ...], place: Place, report: Report) -> None:
    wanted = {str(value).lower() if isinstance(value, bool) else str(value) for value in known}
    if set(codes) != wanted:
        report.error(place, f"Expected points for each of {', '.join(sorted(wanted))}, but got {', '.join(codes)}")


def _descending(triggers: list[Mapping[str, Any]], place: Place, report: Report) -> None:
    for index, (higher, lower) in enumerate(pairwise(triggers)):
        if lower["min_score"] >= higher["min_score"]:
            report.error(
                (*place, index + 1), "Expected triggers from the highest score down, but this one is not lower"
            )


_trigger = fields({"id": identifier, "min_score": whole, "level": _level}, {"disabled": flag})
_score: dict[str, Shape] = {
    "parameters": mapping(_parameter),
    "triggers": also(many(_trigger, at_least=1), _descending),
    "single_parameter": fields({"id": identifier, "points": whole, "level": _level}),
}

# --- what cannot be true


def _range(bounds: Mapping[str, Any], place: Place, report: Report) -> None:
    if bounds["min"] > bounds["max"]:
        report.error(place, f"Expected a min not above the max, but {bounds['min']} is above {bounds['max']}")


def _pair(value: Any, place: Place, report: Report) -> None:
    if not isinstance(value, list) or len(value) != 2:
        report.error(place, "Expected two fields, the first of which is always above the second")
        return
    for index, name in enumerate(value):
        _number(name, (*place, index), report)


_plausibility: dict[str, Shape] = {
    "late_after_minutes": whole,
    "bounds": mapping(also(fields({"min": whole, "max": whole}), _range), _number),
    "above": many(_pair),
}

# --- checks of refills

_asked = one_of(*own_fields(RefillRequested))


def _of_age(value: Any) -> None:
    if value != ADULT_MONTHS // 12:
        raise InvalidBundle(f"Expected {ADULT_MONTHS // 12}, the age at which children's rules end, but got {value!r}")


def _one_check(row: Mapping[str, Any], place: Place, report: Report) -> None:
    tests = [name for name in ("is", "at_most", "within_days") if name in row]
    if len(tests) != 1:
        report.error(place, f"Expected one of is, at_most, within_days, but got {', '.join(tests) or 'none'}")
        return
    known = values_of(RefillRequested, row["field"])
    is_number = bare(kinds(RefillRequested)[row["field"]]) is int
    if (tests[0] == "is") != (known is not None) or (tests[0] != "is" and not is_number):
        report.error(place, f"Expected a check that fits {row['field']}, but {tests[0]} does not")
    for index, value in enumerate(row.get("is", ())):
        if known is not None and not _is_one(value, known):
            report.error((*place, "is", index), f"Expected one of {_listed(known)}, but got {value!r}")


_check = also(
    fields(
        {"id": identifier, "field": _asked, "outcome": one_of(*OUTCOMES)},
        {
            "is": many(_anything, at_least=1),
            "at_most": whole,
            "within_days": whole,
            "unknown": one_of("pass"),
            "ages": fields({"below_years": parsed(_of_age)}),
            "note": some_text,
        },
    ),
    _one_check,
)

_workload = fields(
    {"cap": whole, "weights": mapping(whole, one_of(*PRIORITIES))},
    {"break_first": flag},
    open_=True,
)

_ranking = fields(
    {"late_grace_min": whole, "head_after_min": whole, "fit_min": whole, "soon_min": whole},
    {"overtake_cap_min": whole, "version": some_text, "owner": some_text, "source": some_text, "table": some_text},
)

FORMS: dict[str, Shape] = {
    "workload": _workload,
    "ranking": _ranking,
    "pain-limit": fields({"strong_pain": whole}, open_=True),
    "eye-pressure-limit": fields({"pressure_stat": whole}, open_=True),
    "limits": fields(_limits, open_=True),
    "child-limits": fields({**_limits, "age_unknown": fields({"id": identifier, "level": _level})}, open_=True),
    "maternal-limits": fields({**_limits, "postpartum_days": whole}, open_=True),
    "score": fields(_score, open_=True),
    "plausibility": fields(_plausibility, open_=True),
    **LABORATORY_FORMS,
    "refill-checks": fields({"checks": many(_check)}, open_=True),
    **COMPARING_FORMS,
    **STAFFING_FORMS,
    **SUPPLY_FORMS,
    **TEACHING_FORMS,
}
