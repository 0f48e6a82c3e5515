"""What a clinic says of its line is checked against what the network allows."""

from typing import Any

import pytest

from clinicflow.bundle_check import Report
from clinicflow.bundle_check.people import check_clinics


def said(queue: dict[str, Any], own: dict[str, Any] | None = None) -> list[str]:
    """What the check says of a clinic with this ``queue`` and table of its own."""
    clinic = {"rooms": [], "hours": {"daily": "00:00-24:00"}, "queue": queue}
    if own is not None:
        clinic["tables"] = {"ranking": own}
    report = Report({})
    network = {"ranking": {"late_grace_min": 15, "overtake_cap_min": 45}}
    check_clinics({"clinics": {"north": clinic}, "tables": network, "languages": ["en"]}, report)
    return [problem.message for problem in report.problems]


@pytest.mark.parametrize("queue", [{}, {"grace_minutes": 30, "overtake_cap_minutes": 45}, {"overtake_cap_minutes": 20}])
def test_a_clinic_may_choose_its_grace_and_a_lower_cap(queue: dict[str, Any]) -> None:
    assert said(queue) == []


def test_nobody_may_be_passed_over_for_longer_than_the_network_says() -> None:
    assert said({"overtake_cap_minutes": 46}) == [
        "Expected 45 or less, as table 'ranking' has it in overtake_cap_min, but got 46"
    ]


def test_a_time_stands_in_one_place() -> None:
    assert said({"overtake_cap_minutes": 30}, {"overtake_cap_min": 40}) == [
        "Expected overtake_cap_minutes alone, but the clinic's table 'ranking' has overtake_cap_min too"
    ]
