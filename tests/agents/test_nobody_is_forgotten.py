"""No patient in the clinic is without an open task or a running timer, whatever comes and in whatever order."""

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from tests.agents.harness import NORMAL, VISIT, Clinic
from tests.agents.random_days import COURSE, DAYS, Day, Move
from tests.support.bundles import shipped

DOCUMENT = shipped()


def test_an_ordinary_visit_always_has_a_next_step() -> None:
    clinic = Clinic()
    for minute, kind in enumerate(COURSE):
        clinic.happens(kind, minute * 4, **(NORMAL if kind == "vitals-taken" else {}))
    assert clinic.forgotten_after == []
    assert clinic.open() == {"checkout", "collect-copay"}


@pytest.mark.parametrize("left_out", COURSE[1:])
def test_a_step_that_nobody_tells_leaves_no_gap(left_out: str) -> None:
    clinic = Clinic()
    for minute, kind in enumerate(COURSE):
        if kind != left_out:
            clinic.happens(kind, minute * 4, **(NORMAL if kind == "vitals-taken" else {}))
    assert clinic.forgotten_after == []


def test_a_patient_long_with_the_provider_is_looked_after() -> None:
    clinic = Clinic()
    for minute, kind in enumerate(COURSE[:9]):
        clinic.happens(kind, minute, **(NORMAL if kind == "vitals-taken" else {}))
    assert "provider-still-in" not in clinic.open()
    clinic.wait(60)
    assert "provider-still-in" in clinic.open()
    clinic.happens("provider-exited", 65)
    assert "provider-still-in" not in clinic.open()
    assert clinic.forgotten_after == []


BACKBONE = {
    "check-in": ("patient-arrived",),
    "room-patient": ("patient-arrived", "checked-in"),
    "prepare-patient": ("patient-arrived", "checked-in", "roomed"),
    "see-patient": ("patient-arrived", "checked-in", "roomed", "ready-for-provider"),
    "complete-orders": ("patient-arrived", "checked-in", "roomed", "provider-entered", "provider-exited"),
    "checkout": ("patient-arrived", "checked-in", "roomed", "provider-entered", "provider-exited", "visit-ended"),
}


@pytest.mark.parametrize("rule", sorted(BACKBONE))
def test_a_task_that_is_given_up_goes_to_the_lead_and_again_when_that_is_given_up(rule: str) -> None:
    clinic = Clinic()
    for minute, kind in enumerate(BACKBONE[rule]):
        clinic.happens(kind, minute)
    for attempt, name in enumerate((rule, f"{rule}-again", f"{rule}-again")):
        task = next(task for task in clinic.tasks() if task.rule == name)
        refused = clinic.refusals(clinic.asks("rn-grace", "fail", task, 10 + attempt, reason="other"))
        assert refused == {}
        assert f"{rule}-again" in clinic.open()
    assert clinic.forgotten_after == []


def test_a_late_exit_of_an_earlier_time_does_not_lose_a_patient_who_is_with_the_provider() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("provider-entered", 30)
    clinic.happens("provider-exited", 20, logged=35)
    assert "complete-orders" not in clinic.open()
    assert "provider-back-in" in clinic.open()
    assert clinic.forgotten_after == []


def test_when_nobody_knows_whether_the_provider_is_still_in_the_lead_finds_out() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("roomed", 5)
    clinic.happens("provider-entered", 30)
    clinic.wait(80)
    clinic.asks("rn-grace", "fail", clinic.task("provider-still-in"), 81, reason="other")
    assert "check-on-visit-again" in clinic.open()
    clinic.happens("provider-exited", 90)
    assert "complete-orders" in clinic.open()
    assert "check-on-visit-again" not in clinic.open()
    assert clinic.forgotten_after == []


def days(pytestconfig: pytest.Config, quick: int) -> settings:
    """So many days, the same ones each time; or as many as ``--days`` says, others each time."""
    chosen = pytestconfig.getoption("--days")
    usual = settings.get_profile("at-random") if chosen else settings()
    return settings(usual, max_examples=chosen or quick, suppress_health_check=list(HealthCheck))


@pytest.mark.timeout(0)
def test_on_any_day_over_all_agents_nobody_is_forgotten(pytestconfig: pytest.Config) -> None:
    """Any event of any case, late, corrected, told with other fields; people who give up, visits that are cancelled."""

    @days(pytestconfig, 150)
    @given(DAYS)
    def on_any_day(told: tuple[str, list[Move]]) -> None:
        day = Day()
        for move in day.play(told):
            assert day.forgotten_after == [], move
        day.wait(day.minute + 600)
        assert day.forgotten_after == []
        # An exception or a condition that fails has ended the test before; a refusal says what was expected.
        assert [each for each in day.result.rejections if not (each[2].code and each[2].reason.endswith("."))] == []

    on_any_day()


@pytest.mark.parametrize("left_out", ["room-patient", "provider-still-in", "complete-orders-again"])
def test_the_random_days_find_a_rule_that_is_missing(left_out: str) -> None:
    rules = [
        {**protocol, "rules": [rule for rule in protocol["rules"] if rule["id"] != left_out]}
        for protocol in DOCUMENT["protocols"]
    ]
    without = compile_bundle({**DOCUMENT, "protocols": rules}, 1, all_agents())
    find(DAYS, lambda told: forgets(without, told), settings=settings(max_examples=500, phases=[Phase.generate]))


def forgets(bundle: Bundle, told: tuple[str, list[Move]]) -> bool:
    """Whether a patient is forgotten on this day."""
    day = Day(bundle)
    return any(day.forgotten_after for _ in day.play(told))


def test_after_the_end_nobody_is_waited_for() -> None:
    clinic = Clinic()
    clinic.happens("checked-in", 0)
    clinic.happens("checked-out", 5)
    assert clinic.tasks(VISIT) == []
    assert clinic.forgotten_after == []
