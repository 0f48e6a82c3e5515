"""The form of the tables of approved texts: what may be taught, and which questions may be answered, from them."""

from datetime import date

from clinicflow.bundle_check.shapes import Shape, fields, identifier, many, mapping, one_of, parsed
from clinicflow.bundle_check.shapes import text as some_text

_text = fields(
    {
        "text": identifier,
        "version": some_text,
        "languages": many(some_text, at_least=1),
        "approved_by": one_of("prescriber"),
        "approved_on": parsed(date.fromisoformat),
    }
)

TEACHING_FORMS: dict[str, Shape] = {"approved-texts": fields({"topics": mapping(_text)}, open_=True)}
