"""The form of the table of what a signature that a skill was learned must show."""

from clinicflow.bundle_check.shapes import Shape, fields, mapping, whole

STAFFING_FORMS: dict[str, Shape] = {
    "training-needs": fields(
        {"credentials": mapping(fields({"hours": whole, "supervised_acts": whole}))},
        open_=True,
    ),
}
