"""The form of the tables by which a measurement is compared with another one, in per cent and by age."""

from collections.abc import Mapping
from typing import Any

from clinicflow.agents.vitals.changes import COMPARED
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.shapes import Shape, also, fields, flag, identifier, many, one_of, whole
from clinicflow.bundle_check.shapes import text as some_text

AGES = fields({}, {"newborn": flag, "from_months": whole, "below_months": whole})


def _some_change(row: Mapping[str, Any], place: Place, report: Report) -> None:
    if "down_percent" not in row and "up_percent" not in row:
        report.error(place, "Expected down_percent or up_percent, but the row has neither")


_changes: dict[str, Shape] = {
    "changes": many(
        also(
            fields(
                {"id": identifier, "field": one_of(*COMPARED)},
                {"down_percent": whole, "up_percent": whole, "ages": AGES, "note": some_text},
            ),
            _some_change,
        )
    )
}


def _for_everybody(rows: list[Mapping[str, Any]], place: Place, report: Report) -> None:
    if all("ages" in row for row in rows):
        report.error(place, "Expected a row without ages, which holds for everybody, but each has some")


_weights: dict[str, Shape] = {
    "weights": also(
        many(
            fields(
                {"id": identifier, "differs_percent": whole, "within_days": whole}, {"ages": AGES, "note": some_text}
            ),
            at_least=1,
        ),
        _for_everybody,
    )
}

COMPARING_FORMS: dict[str, Shape] = {
    "changes": fields(_changes, open_=True),
    "dose-weight": fields(_weights, open_=True),
}
