"""The form of the table of critical results: limits in a unit, and findings that call whatever the number."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.shapes import Shape, also, fields, identifier, many, one_of, parsed
from clinicflow.bundle_check.shapes import text as some_text
from clinicflow.errors import InvalidBundle
from clinicflow.events import PocTestPerformed


def _decimal(value: Any) -> None:
    digits = value.removeprefix("-").replace(".", "", 1) if isinstance(value, str) else ""
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidBundle(f'Expected a decimal number in quotes such as "2.9", but got {value!r}')


def _row(row: Mapping[str, Any], place: Place, report: Report) -> None:
    if "at_or_below" not in row and "at_or_above" not in row:
        report.error(place, "Expected at_or_below or at_or_above, but the row has neither")


_limit = fields(
    {"id": identifier, "codes": many(some_text, at_least=1), "unit": some_text},
    {
        "units_alike": many(some_text, at_least=1),
        "at_or_below": parsed(_decimal),
        "at_or_above": parsed(_decimal),
        "note": some_text,
    },
)

_finding = fields(
    {
        "id": identifier,
        "codes": many(some_text, at_least=1),
        "among": many(one_of(*PocTestPerformed.ENUMS["finding"]), at_least=1),
    },
    {"note": some_text},
)


def _apart(table: Mapping[str, Any], place: Place, report: Report) -> None:
    """A code is measured or looked for: with rows of both kinds the limits would never be read."""
    measured = {code for row in table["limits"] for code in row["codes"]}
    for at, row in enumerate(table.get("findings", ())):
        for index, code in enumerate(row["codes"]):
            if code in measured:
                report.error(
                    (*place, "findings", at, "codes", index), f"Expected {code} in limits or in findings, not in both"
                )


LABORATORY_FORMS: dict[str, Shape] = {
    "laboratory-limits": also(
        fields({"limits": many(also(_limit, _row))}, {"findings": many(_finding)}, open_=True), _apart
    )
}
