"""NEWS2, the National Early Warning Score: points of each reading by table, summed, compared with trigger levels.

Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017; reproduction is permitted with
credit. The bands are data (``protocols/tables/news2.yaml``); this module only adds up. For patients of 16 years and
over who are not pregnant.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from clinicflow.agents.vitals.findings import Finding, finding

USUAL = "1"
"""The saturation scale for everybody for whom no other was set; also where a number is sent that names none."""


class Score(msgspec.Struct, frozen=True):
    """Points of each parameter that was measured, their sum, and whether nothing was missing."""

    points: dict[str, int]
    total: int
    complete: bool


def score(table: Mapping[str, Any], found: Mapping[str, Any]) -> Score:
    """Add up what was measured; what is missing gives no points and makes the score incomplete."""
    points = {}
    for name, parameter in table["parameters"].items():
        given = _points(name, parameter, found)
        if given is not None:
            points[name] = given
    return Score(points, sum(points.values()), len(points) == len(table["parameters"]))


def findings(table: Mapping[str, Any], found: Mapping[str, Any], *, extremes_only: bool = False) -> Iterator[Finding]:
    """The highest trigger that the score meets, and each reading in an extreme band.

    With ``extremes_only`` the sum is not used: for patients for whom the score is not made.
    """
    result = score(table, found)
    if not result.points:
        return
    met = [] if extremes_only else [row for row in table["triggers"] if result.total >= row["min_score"]]
    if met and not met[0].get("disabled", False):
        row = met[0]
        yield Finding(
            row["id"], table["table"], table["version"], row["level"], score=result.total, complete=result.complete
        )
    single = table["single_parameter"]
    for name, given in result.points.items():
        field = table["parameters"][name].get("field", name)
        if given >= single["points"]:
            yield finding(table, single, field, found[field], result.complete)


def _points(name: str, parameter: Mapping[str, Any], found: Mapping[str, Any]) -> int | None:
    value = found.get(parameter.get("field", name))
    if value is None:
        return None
    if "codes" in parameter:
        return int(parameter["codes"][str(value).lower() if isinstance(value, bool) else value])
    if "scales" in parameter:
        scales = parameter["scales"]
        return _on_scale(scales.get(str(found.get("spo2_scale")), scales[USUAL]), value, found.get("on_oxygen"))
    return _band(parameter["bands"], value)


def _on_scale(scale: Mapping[str, Any], value: int, on_oxygen: Any) -> int | None:
    """Points of a saturation; on a scale that asks for it, none while nobody said whether the patient is on oxygen."""
    if "bands" in scale:
        return _band(scale["bands"], value)
    air, oxygen = _band(scale["on_air"], value), _band(scale["on_oxygen"], value)
    if on_oxygen is None:
        return air if air == oxygen else None
    return oxygen if on_oxygen else air


def _band(bands: Sequence[Mapping[str, Any]], value: int) -> int:
    """Points of the first band whose ``max`` is not exceeded; the last band has none."""
    return next(int(band["points"]) for band in bands if value <= band.get("max", value))
