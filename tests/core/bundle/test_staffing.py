"""Who is on shift, with which credentials, and who is there to supervise."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.staffing import parse_shifts
from clinicflow.errors import InvalidBundle
from tests.core.bundle.small import document

ANA = {
    "id": "ma-ana",
    "role": "MA",
    "credentials": [
        {"tag": "ma-basic"},
        {"tag": "ma-phleb", "valid_from": "2026-06-01", "valid_to": "2026-06-30"},
    ],
    "clinics": ["north"],
    "shifts": [{"days": "mon-fri", "from": "22:00", "to": "06:00", "clinic": "north"}],
}
BO = {
    "id": "rn-bo",
    "role": "RN",
    "lead": True,
    "clinics": ["north"],
    "shifts": [{"days": "all", "from": "00:00", "to": "24:00", "clinic": "north"}],
}


def bundle() -> Bundle:
    """A clinic in London with an assistant at night and a nurse who never goes home."""
    made = document(staff=[ANA, BO], clinic={"zone": "Europe/London"})
    made["zones"]["Europe/London"] = [[0, 0], [1774746000, 3600]]
    return compile_bundle(made, 1, {})


def at(text: str) -> int:
    """Microseconds of a time in London."""
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-06-01T21:59", False),
        ("2026-06-01T22:00", True),
        ("2026-06-02T05:59", True),
        ("2026-06-02T06:00", False),
        ("2026-06-06T05:59", True),
        ("2026-06-06T22:00", False),
        ("2026-06-01T05:00", False),
    ],
)
def test_a_night_shift_belongs_to_the_day_on_which_it_begins(time: str, expected: bool) -> None:
    assert bundle().staffing.on_shift("ma-ana", "north", at(time)) is expected


def test_a_person_is_stamped_with_what_holds_at_that_time() -> None:
    night = bundle().person("ma-ana", "north", at("2026-06-01T23:00"))
    july = bundle().person("ma-ana", "north", at("2026-07-01T12:00"))

    assert night is not None
    assert july is not None
    assert (night.on_shift, night.credentials, night.supervisors) == (True, ("ma-basic", "ma-phleb"), ("RN",))
    assert (july.on_shift, july.credentials, july.supervisors) == (False, ("ma-basic",), ("RN",))


def test_credentials_hold_through_their_last_local_day() -> None:
    """Given one that ends on 30 June, then it holds at 23:59 in London, where it is already 22:59 in UTC."""
    assert "ma-phleb" in bundle().staffing.credentials("ma-ana", "north", at("2026-06-30T23:59"))
    assert "ma-phleb" not in bundle().staffing.credentials("ma-ana", "north", at("2026-07-01T00:00"))


def test_nobody_supervises_themselves() -> None:
    nurse = bundle().person("rn-bo", "north", at("2026-06-01T12:00"))

    assert nurse is not None
    assert nurse.supervisors == ()
    assert nurse.lead


def test_a_stranger_is_nobody() -> None:
    assert bundle().person("ma-eve", "north", 0) is None
    assert not bundle().staffing.on_shift("ma-ana", "elsewhere", at("2026-06-01T23:00"))


@pytest.mark.parametrize("days", ["someday", "mon-", "mo", ["mon", "tues day"]])
def test_days_that_are_none_are_refused(days: object) -> None:
    with pytest.raises(InvalidBundle, match="Expected days"):
        parse_shifts([{"days": days, "from": "08:00", "to": "09:00", "clinic": "north"}])
