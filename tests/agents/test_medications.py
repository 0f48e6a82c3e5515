"""Orders of medicines: what is refused, what comes late or twice, and what is put right afterwards."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.events import CaseClosed
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle, happened

DEFAULTS = read_defaults(data_dir("scenarios"))


def stage(*events: tuple[Any, ...]) -> Stage:
    """A clinic at which these have happened: (event, by, fields), one a minute."""
    clinic = Stage(all_agents(), demo_bundle(), "north", DEFAULTS)
    for minute, (event, by, *fields) in enumerate(events):
        clinic.happens(event, minute, by=by, fields=fields[0] if fields else {})
    return clinic


ORDERED = ("medication-ordered", "prv-jonas")
PREPARED = ("medication-prepared", "ma-ana")
VERIFIED = ("medication-verified", "prv-mara")
GIVEN = ("medication-administered", "ma-ana")


@pytest.mark.parametrize(
    ("before", "event", "by", "fields", "code"),
    [
        ([ORDERED], "medication-ordered", "prv-jonas", {}, "already-ordered"),
        ([("vaccine-ordered", None), PREPARED, (*VERIFIED, {"dose_ok": False})], *ORDERED, {}, "another-kind"),
        ([ORDERED], *VERIFIED, {}, "not-prepared"),
        ([ORDERED, PREPARED], "medication-verified", "ma-dewi", {}, "not-licensed"),
        ([(*ORDERED, {"allergies_seen": False})], *VERIFIED, {}, "on-hold"),
        ([ORDERED, PREPARED, VERIFIED, GIVEN], "medication-not-given", "ma-ana", {}, "already-given"),
        ([("vaccine-ordered", None), ("vaccine-screened", "ma-ana", {"outcome": "yes_answered"})]
         , "vaccine-screened", "ma-ana", {}, "answered-yes"),
        ([ORDERED, ("order-cancelled", None)], "order-cancelled", None, {}, "already-cancelled"),
        ([], "prescription-verified", "ma-ana", {}, "not-drafted"),
        ([("prescription-drafted", "prv-jonas"), ("prescription-verified", "ma-ana", {"pharmacy_ok": False})]
         , "prescription-verified", "ma-ana", {}, "on-hold"),
        ([("prescription-drafted", "prv-jonas"), ("prescription-verified", "ma-ana"), ("order-cancelled", None)]
         , "prescription-sent", "prv-jonas", {}, "not-verified"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(before: Any, event: str, by: str | None, fields: Any, code: str) -> None:
    clinic = stage(*before)
    assert clinic.refusals(clinic.happens(event, 30, by=by, fields=fields))["medications"] == code


def test_a_dose_is_not_delegated_to_who_may_not_verify_or_give_it() -> None:
    clinic = stage(ORDERED, ("medication-prepared", "rn-grace"))
    to_preparer = clinic.asks(
        "delegate", clinic.newest("double-check-dose"), "mgr-selma", 5, {"to_staff": "rn-grace", "reason": "workload"}
    )
    assert clinic.refusals(to_preparer) == {"medications": "same-person"}
    clinic.happens("medication-verified", 6, by="prv-jonas")
    to_another = clinic.asks(
        "delegate", clinic.newest("administer"), "mgr-selma", 7, {"to_staff": "ma-ana", "reason": "workload"}
    )
    assert clinic.refusals(to_another) == {"medications": "another-person"}
    to_verifier = clinic.asks(
        "delegate", clinic.newest("administer"), "mgr-selma", 8, {"to_staff": "prv-jonas", "reason": "workload"}
    )
    assert clinic.refusals(to_verifier) == {}


def test_a_dose_that_is_prepared_anew_is_verified_anew() -> None:
    clinic = stage(ORDERED, PREPARED, VERIFIED, ("medication-prepared", "rn-grace"))
    assert clinic.newest("administer").status == "cancelled"
    assert clinic.newest("double-check-dose").open


def test_a_dose_that_is_told_before_its_order_is_not_asked_for_again() -> None:
    clinic = stage(PREPARED, VERIFIED, GIVEN, ORDERED)
    assert clinic.tasks("prepare-dose") == []
    assert clinic.tasks("report-unverified-dose") == []


def test_a_dose_entered_by_mistake_is_asked_for_again() -> None:
    clinic = stage(ORDERED, PREPARED, VERIFIED)
    mistake = clinic.happens("medication-administered", 10, by="ma-ana")
    assert clinic.newest("administer").status == "completed"
    clinic.happens("event-voided", 12, case="order", corrects=mistake.event_id)
    assert clinic.newest("administer").status == "requested"
    assert clinic.newest("observe").status == "entered-in-error"


@pytest.mark.parametrize("outcome", ["left_early", "reaction"])
def test_an_observation_that_ends_otherwise_ends_before_its_time(outcome: str) -> None:
    clinic = stage(ORDERED, PREPARED, VERIFIED, GIVEN, ("observation-completed", "ma-ana", {"outcome": outcome}))
    assert clinic.newest("observe").status == "completed"


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"route": "sc"}, "prepare-dose"),
        ({"route": "topical"}, "prepare-dose-oral"),
        ({"route": "iv"}, "prepare-dose-licensed"),
        ({"route": "inhaled"}, "prepare-dose-licensed"),
        ({"controlled_schedule": None}, "prepare-dose-licensed"),
        ({"high_alert": None}, "prepare-dose-licensed"),
    ],
)
def test_what_is_not_known_to_be_simple_is_licensed_work(fields: dict[str, Any], rule: str) -> None:
    assert stage((*ORDERED, fields)).newest(rule).open


def test_the_visit_hears_once_that_an_order_is_open_and_how_it_ended() -> None:
    visit = {"visit_case_id": "0d6a6f2e-6a58-5d4f-9d0e-0b6f3c3f5a11"}
    clinic = stage((*ORDERED, {**visit, "allergies_seen": False}), (*ORDERED, visit), ("medication-refused", "ma-ana"))
    assert len(clinic.happened("case-opened")) == 1
    assert [event.outcome for event in happened(clinic, CaseClosed)] == ["not_given"]
