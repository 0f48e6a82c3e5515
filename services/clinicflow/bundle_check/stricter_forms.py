"""Which side of a table's values is the stricter one, form by form.

What is not named here has no such side: at how many pieces an item is ordered, which texts are approved and how the
work list is ordered is for each network, or clinic, to choose.
"""

from collections.abc import Mapping
from typing import Any

from clinicflow.agents.refills.check import OUTCOMES
from clinicflow.agents.vitals.changes import COMPARED
from clinicflow.agents.vitals.state import LEVELS
from clinicflow.bundle_check.stricter import (
    Compare,
    Found,
    at_least,
    at_most,
    each,
    for_as_many,
    in_order,
    numbers,
    rows,
    superset,
    unchanged,
    within,
)
from clinicflow.bundle_check.supply_forms import AIR_CHANGES, shortest_air

Raw = Mapping[str, Any]


def as_urgent(was: Raw, now: Raw) -> bool:
    """Whether the level is as urgent as before."""
    return LEVELS.index(now["level"]) >= LEVELS.index(was["level"])


def bounds_kept(was: Raw, now: Raw) -> bool:
    """Whether each bound is there and is reached no later; lists of codes that call are no shorter."""
    lowest = all(_number(now.get(name)) >= _number(was[name]) for name in ("below", "at_or_below") if name in was)
    highest = all(
        name in now and _number(now[name]) <= _number(was[name]) for name in ("above", "at_or_above") if name in was
    )
    listed = set(was.get("among", ())) <= set(now.get("among", ()))
    spared = set(now.get("not_among", was.get("not_among", ()))) <= set(was.get("not_among", ()))
    return lowest and highest and listed and spared and ("not_among" in now) == ("not_among" in was)


def _number(value: Any) -> float:
    return float("-inf") if value is None else float(value)


def _calls_as_early(was: Raw, now: Raw) -> bool:
    return (
        as_urgent(was, now)
        and bounds_kept(was, now)
        and now.get("below_plus_per_year", 0) >= was.get("below_plus_per_year", 0)
        and for_as_many(was, now)
        and now.get("if", {}).items() <= was.get("if", {}).items()
    )


def _level(before: Raw, after: Raw) -> Found:
    if not as_urgent(before, after):
        yield ("level",), f"level {before['level']} or above"


def _triggers_as_early(was: Raw, now: Raw) -> bool:
    spared = now.get("disabled", False) and not was.get("disabled", False)
    return not spared and now["min_score"] <= was["min_score"] and as_urgent(was, now)


def _holds_as_much(was: Raw, now: Raw) -> bool:
    """Whether a check still fails for all that failed it, with an outcome as strict."""
    limits = all(name in now and now[name] <= was[name] for name in ("at_most", "within_days") if name in was)
    values = "is" not in was or set(map(str, now.get("is", was["is"]))) <= set(map(str, was["is"]))
    unknown = "unknown" not in now or "unknown" in was
    everybody = "ages" not in now or "ages" in was
    strict = OUTCOMES.index(now["outcome"]) >= OUTCOMES.index(was["outcome"])
    return limits and values and unknown and everybody and strict


def _tells_as_early(was: Raw, now: Raw) -> bool:
    """Whether a change is told, or a weight is doubted, no later than before and for as many."""
    names = ("down_percent", "up_percent", "differs_percent", "within_days")
    return for_as_many(was, now) and not any(at_most(*names)(was, now))


def _believed(before: Raw, after: Raw) -> Found:
    """A reading that is set aside calls nobody, so as many must be believed as before; but what is only compared and
    dosed by (weight and height) is rather measured again."""
    for field, bounds in before["bounds"].items():
        own = after["bounds"].get(field, {})
        narrower, wider = (at_least("min"), at_most("max")), (at_most("min"), at_least("max"))
        for compare in narrower if field in COMPARED else wider:
            for place, reason in compare(bounds, own):
                yield ("bounds", field, *place), f"bounds.{field} with {reason}"


def _air(before: Raw, after: Raw) -> Found:
    """The air of a room is changed as long as before, or as the published table says of its measured ventilation. A
    type of room that is new waited for the longest before."""
    longest = max(before["minutes"].values())
    for kind, minutes in after["minutes"].items():
        least = before["minutes"].get(kind, longest)
        measured = after.get(AIR_CHANGES, {}).get(kind)
        if measured is not None:
            least = min(least, shortest_air(measured))
        if minutes < least:
            yield ("minutes", kind), f"minutes.{kind} of {least} or more, or {AIR_CHANGES}.{kind} as it was measured"


_limits = rows("limits", ("id", "field"), _calls_as_early)

STRICTER_SIDE: dict[str, tuple[Compare, ...]] = {
    "limits": (_limits,),
    "child-limits": (_limits, within("age_unknown", _level)),
    "maternal-limits": (_limits, at_least("postpartum_days")),
    "score": (
        unchanged("parameters", "the points of the published score"),
        rows("triggers", ("id",), _triggers_as_early),
        within("single_parameter", at_most("points"), _level),
    ),
    "refill-checks": (rows("checks", ("id", "field"), _holds_as_much),),
    "changes": (rows("changes", ("id", "field"), _tells_as_early),),
    "dose-weight": (rows("weights", ("id",), _tells_as_early),),
    "plausibility": (_believed, unchanged("above", "the same pairs of above: a pair more sets readings aside")),
    "pain-limit": (at_most("strong_pain"),),
    "eye-pressure-limit": (at_most("pressure_stat"),),
    "workload": (at_most("cap"), within("weights", numbers(at_least)), in_order("break_first", (False, True))),
    "ranking": (at_most("head_after_min"), at_most("overtake_cap_min")),
    "training-needs": (each("credentials", at_least("hours", "supervised_acts")),),
    "cold-storage": (each("limits", at_least("min"), at_most("max")),),
    "sterile-policy": (each("cycles", numbers(at_least)), in_order("recall_at", ("repeat", "first"))),
    "air-times": (_air,),
    "stock-levels": (each("items", superset("vaccine_codes")),),
}
"""The comparisons of each form of table."""
