"""What a person may do is the bundle's entry as changed by what was told: the latest word counts."""

from typing import Any

import pytest

from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.people import People
from clinicflow.core.standing import NOTHING, TELLING, Known, Standing, told
from tests.core.bundle.small import document
from tests.core.kit import MINUTE, START, an_event

HOUR, DAY = 60, 24 * 60
ANA = {
    "id": "ana",
    "role": "MA",
    "credentials": [{"tag": "ma-basic"}, {"tag": "ma-phleb", "valid_to": "2026-01-10"}],
    "clinics": ["north"],
    "languages": ["es"],
    "shifts": [{"days": "all", "from": "10:00", "to": "18:00", "clinic": "north"}],
}
"""On shift from two hours before the start to six hours after it."""
PAT: dict[str, Any] = {**ANA, "id": "pat", "role": "PRV", "credentials": [{"tag": "prv"}]}
FLO: dict[str, Any] = {
    **ANA,
    "id": "flo",
    "clinics": ["south"],
    "shifts": [{"days": "all", "from": "10:00", "to": "18:00", "clinic": "south"}],
}
LEE: dict[str, Any] = {**ANA, "id": "lee", "role": "RN", "lead": True, "credentials": [{"tag": "rn"}]}

SUPERVISED = {
    "id": "under-a-prescriber",
    "role": ["MA"],
    "activities": ["review-rule-error"],
    "decision": "allowed-with-supervision",
    "supervision": "on-site",
    "supervisor_roles": ["PRV"],
    "valid_from": "2026-01-01",
    "source": "test",
}


def bundle(*staff: dict[str, Any]) -> Bundle:
    made = document(staff=list(staff or (ANA, PAT, FLO, LEE)), clinic={"zone": "UTC"})
    made["clinics"]["south"] = {**made["clinics"]["north"], "id": "south", "rooms": []}
    return compile_bundle(made, 1, {})


def standing(*events: tuple[str, int, dict[str, Any]]) -> Standing:
    found = NOTHING
    for kind, minute, fields in events:
        found = told(found, an_event(kind, str(minute), at=minute, **{"staff_id": "ana", **fields}))
    return found


def people(of: str = "ana", *events: tuple[str, int, dict[str, Any]], made: Bundle | None = None) -> People:
    return (made or bundle()).people("north", Known({of: standing(*events)}))


def at(minute: int) -> int:
    return START + minute * MINUTE


REVOKED = ("credential-revoked", 10, {"credential": "ma-basic"})
GRANTED: tuple[str, int, dict[str, Any]] = ("credential-granted", 20, {"credential": "ma-basic"})


@pytest.mark.parametrize(
    ("events", "minute", "has"),
    [
        ((), 15, True),
        ((REVOKED,), 5, True),
        ((REVOKED,), 15, False),
        ((REVOKED,), 100 * DAY, False),
        ((REVOKED, GRANTED), 25, True),
        ((GRANTED, REVOKED), 25, True),  # told late: what happened last counts
        ((("credential-expired", 10, {"credential": "ma-basic"}),), 15, False),
        ((("credential-granted", 10, {"credential": "ma-basic", "valid_until": START + 30 * MINUTE}),), 29, True),
        ((("credential-granted", 10, {"credential": "ma-basic", "valid_until": START + 30 * MINUTE}),), 30, False),
        ((("credential-expiring", 10, {"credential": "ma-basic", "valid_until": START + 30 * MINUTE}),), 29, True),
        ((("credential-expiring", 10, {"credential": "ma-basic", "valid_until": START + 30 * MINUTE}),), 30, False),
        ((("credential-expiring", 10, {"credential": "ma-basic"}),), 30, True),
        ((REVOKED, ("credential-expiring", 12, {"credential": "ma-basic", "valid_until": at(300)})), 30, False),
    ],
)
def test_a_credential_counts_by_the_last_word_on_it(events: Any, minute: int, has: bool) -> None:
    assert ("ma-basic" in people("ana", *events).credentials("ana", at(minute))) is has


def test_a_credential_that_the_bundle_does_not_have_may_be_granted_or_signed_for() -> None:
    granted = people("ana", ("credential-granted", 1, {"credential": "ma-ecg"}))
    signed = people("ana", ("competency-signed", 1, {"credential": "ma-inj", "hours": 1, "supervised_acts": 1}))
    assert "ma-ecg" in granted.credentials("ana", at(2))
    assert "ma-inj" in signed.credentials("ana", at(2))


def test_a_bundle_that_has_the_credential_anew_from_a_later_day_is_believed() -> None:
    again = {**ANA, "credentials": [{"tag": "ma-basic", "valid_from": "2026-01-12"}]}
    renewed = people("ana", REVOKED, made=bundle(again))
    assert "ma-basic" not in renewed.credentials("ana", at(DAY))
    assert "ma-basic" in renewed.credentials("ana", at(4 * DAY))


def test_credentials_that_end_before_the_task_is_due_are_told() -> None:
    person = people().person("ana", at(0), at(3 * DAY))
    assert person is not None
    assert person.ending == ("ma-phleb",)
    today = people().person("ana", at(0), at(HOUR))
    assert today is not None
    assert today.ending == ()


STARTED, ENDED = ("shift-started", 7 * HOUR, {}), ("shift-ended", 30, {"open_tasks": 0})


@pytest.mark.parametrize(
    ("events", "minute", "on"),
    [
        ((), 30, True),
        ((), 7 * HOUR, False),
        ((STARTED,), 8 * HOUR, True),
        ((STARTED,), 24 * HOUR - 1 - 2 * HOUR, True),
        ((("shift-started", 0, {}),), 17 * HOUR, False),  # nobody told its end
        ((ENDED,), 31, False),
        ((ENDED,), 22 * HOUR + 1, True),  # the next day's
        ((ENDED, ("shift-started", 40, {})), 41, True),
        ((("staff-unavailable", -180, {"reason": "ill"}),), 0, False),
        ((("staff-unavailable", -180, {"reason": "ill"}),), DAY, True),
        ((("staff-unavailable", 0, {"reason": "ill", "until": START + 3 * DAY * MINUTE}),), DAY, False),
        ((("staff-unavailable", 0, {"reason": "ill", "until": START + 60 * MINUTE}),), 61, True),
        ((("shift-started", 0, {"clinic_id": "south"}),), 10, False),
    ],
)
def test_a_shift_is_on_by_the_roster_and_by_what_was_told_last(events: Any, minute: int, on: bool) -> None:
    assert people("ana", *events).on_shift("ana", at(minute)) is on


def test_a_break_is_over_with_its_end_or_with_the_shift() -> None:
    resting = ("break-started", 10, {})
    assert people("ana", resting).on_break("ana", at(11))
    assert not people("ana", resting, ("break-ended", 20, {})).on_break("ana", at(21))
    assert not people("ana", resting, ENDED).on_break("ana", at(31))
    assert not people("ana", resting).on_break("ana", at(DAY))


def test_who_was_sent_to_relieve_works_there_until_their_shift_ends() -> None:
    sent = standing(("float-assigned", 10, {"relief_staff": "flo"}))
    there = bundle().people("north", Known({"ana": sent}))
    assert (there.on_shift("flo", at(9)), there.on_shift("flo", at(11))) == (False, True)
    assert (there.assigned("flo", at(9)), there.assigned("flo", at(11))) == (False, True)
    assert "flo" in there.on_site(at(11))
    gone = bundle().people("north", Known({"ana": sent, "flo": standing(("shift-ended", 20, {"open_tasks": 0}))}))
    assert not gone.on_shift("flo", at(21))


def test_a_supervisor_is_on_site_who_is_on_shift_and_has_not_left() -> None:
    left = told(NOTHING, an_event("supervisor-left", at=10, supervisor_id="pat", others_on_site=False))
    back = told(left, an_event("supervisor-on-site", at=20, supervisor_id="pat"))
    assert "PRV" in bundle().people("north", Known()).supervisors("ana", at(11))
    gone = bundle().people("north", Known({}, left))
    assert "PRV" not in gone.supervisors("ana", at(11))
    assert "PRV" in gone.supervisors("ana", at(DAY)), "the next day's shift is another one"
    assert "PRV" in bundle().people("north", Known({}, back)).supervisors("ana", at(21))
    assert "PRV" not in bundle().people("north", Known({}, back)).supervisors("ana", at(9 * HOUR)), "off shift"


def test_who_may_supervise_stands_by_what_was_told_last_and_then_by_id() -> None:
    uma, vera = ({**PAT, "id": name} for name in ("uma", "vera"))
    made = document(staff=[ANA, PAT, LEE, uma, vera], clinic={"zone": "UTC"}, scope=[SUPERVISED])
    site = NOTHING
    for minute, name in ((10, "uma"), (20, "vera")):
        site = told(site, an_event("supervisor-on-site", name, at=minute, supervisor_id=name))
    left = an_event("supervisor-left", at=30, supervisor_id="vera", others_on_site=True)

    def present(beside: str, minute: int, site: Standing = site) -> list[str]:
        clinic = compile_bundle(made, 1, {}).people("north", Known(site=site))
        return [each.staff_id for each in clinic.present(beside, at(minute))]

    assert present("ana", 5) == ["pat", "uma", "vera"]
    assert present("ana", 15) == ["uma", "pat", "vera"]
    assert present("ana", 25) == ["vera", "uma", "pat"]
    assert present("ana", 35, told(site, left)) == ["uma", "pat"]
    assert present("ana", DAY) == ["pat", "uma", "vera"], "another shift has begun"
    assert present("uma", 15) == ["pat", "vera"], "nobody supervises their own work"


def test_another_role_counts_until_the_bundle_says_another_itself() -> None:
    changed = ("staff-role-changed", 10, {"new_role": "FD", "leads": False, "previous_role": "MA"})
    assert people("ana", changed).role("ana", at(11)) == "FD"
    assert people("ana", changed).role("ana", at(9)) == "MA"
    later = bundle({**ANA, "role": "BIL"}, PAT)
    assert people("ana", changed, made=later).role("ana", at(11)) == "BIL"


def test_to_lead_is_taken_away_at_once_and_given_by_the_bundle_only() -> None:
    change: dict[str, Any] = {"new_role": "RN", "previous_role": "RN"}
    no_more = people("lee", ("staff-role-changed", 10, {**change, "leads": False})).person("lee", at(11))
    given = people("ana", ("staff-role-changed", 10, {"new_role": "MA", "leads": True})).person("ana", at(11))
    assert no_more is not None
    assert given is not None
    assert (no_more.lead, given.lead) == (False, False)


def test_a_trainee_of_today_is_one_for_this_shift() -> None:
    begun = people("ana", ("shift-started", 0, {"trainee": True}))
    assert "trainee" in begun.credentials("ana", at(1))
    assert "trainee" not in begun.credentials("ana", at(20 * HOUR))


def test_nobody_is_known_whom_the_bundle_does_not_have() -> None:
    assert people().person("nobody", at(0)) is None


def test_each_type_that_tells_of_people_changes_what_is_known() -> None:
    fields: dict[str, Any] = {
        "credential": "rn",
        "valid_until": START,
        "supervisor_id": "pat",
        "relief_staff": "flo",
        "new_role": "RN",
        "leads": True,
        "open_tasks": 0,
        "hours": 1,
        "supervised_acts": 1,
        "others_on_site": True,
        "reason": "ill",
    }
    from clinicflow.events import EVENT_TYPES

    for kind in sorted(TELLING):
        own = {name: fields[name] for name in fields if name in EVENT_TYPES[kind].__struct_fields__}
        own |= {"staff_id": "ana"} if "staff_id" in EVENT_TYPES[kind].__struct_fields__ else {}
        assert told(NOTHING, an_event(kind, **own)) != NOTHING, kind
