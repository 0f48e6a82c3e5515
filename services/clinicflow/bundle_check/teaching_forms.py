"""The form of the tables of approved texts: what may be taught, and which questions may be answered, from them."""

from datetime import date
from typing import Any

from clinicflow.bundle_check.shapes import Shape, fields, identifier, many, mapping, one_of, parsed
from clinicflow.bundle_check.shapes import text as some_text
from clinicflow.errors import InvalidBundle


def _day(value: Any) -> None:
    """A date as text: YYYY-MM-DD."""
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise InvalidBundle(f'Expected a date in quotes such as "2026-10-01", but got {value!r}') from error


_text = fields(
    {
        "text": identifier,
        "version": some_text,
        "languages": many(some_text, at_least=1),
        "approved_by": one_of("prescriber"),
        "approved_on": parsed(_day),
    }
)

TEACHING_FORMS: dict[str, Shape] = {"approved-texts": fields({"topics": mapping(_text)}, open_=True)}
