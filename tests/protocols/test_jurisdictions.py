"""What an assistant may do in each jurisdiction that is shipped, and that all work of the packs can be done there."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.bundle_check.people import check_doable
from clinicflow.bundle_check.problems import Report
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.hours import parse_day
from clinicflow.core.scope import Person
from clinicflow.core.staffing import CREDENTIALS
from tests.core.bundle.folder import small_agents
from tests.support.bundles import shipped

NOVEMBER = parse_day("2026-11-23") * 86_400_000_000

SUPPORT = {"room-patient", "record-symptoms", "take-vitals", "stay-with-patient", "label-specimen"}
INJECTION, VACCINE, BLOOD = {"prepare-dose", "administer"}, {"administer-vaccine"}, {"collect-blood"}
BY_MOUTH, WAIVED = {"administer-oral"}, {"poc-waived"}
URINE, ECG, WOUND, REFILL = {"collect-specimen"}, {"record-ecg"}, {"dressing", "suture-removal"}, {"send-refill"}
NORMAL, TEST, EYE_FOOT = {"tell-normal-result"}, {"perform-test"}, {"eye-workup", "foot-check"}
TEACH, SURGERY = {"teach"}, {"assist-in-surgery"}
NEVER = {
    "assess-now",
    "acknowledge-critical-vitals",
    "review-result",
    "sign-off-refill",
    "administer-licensed",
    "verify-dose",
    "dispense",
    "answer-question",
    "tell-abnormal-result",
    "teach-injection",
    "see-patient",
    "do-timeout",
}
"""What no assistant may do anywhere."""

OFFICE = SUPPORT | URINE | NORMAL | WAIVED | TEST | ECG | EYE_FOOT | TEACH | BLOOD

MAY: dict[str, set[str]] = {
    "US-CA": OFFICE | INJECTION | VACCINE | BY_MOUTH | WOUND | REFILL | SURGERY,
    "US-TX": OFFICE | INJECTION | VACCINE | BY_MOUTH | WOUND | SURGERY,
    "US-NY": OFFICE,
    "UK-ENG": OFFICE | INJECTION | VACCINE | BY_MOUTH | WOUND | SURGERY,
    "US-WA": SUPPORT | INJECTION | VACCINE | BLOOD,
    "US-FL": SUPPORT | INJECTION | VACCINE | BLOOD | BY_MOUTH | WAIVED,
    "US-CT": SUPPORT | VACCINE,
    "US-NJ": SUPPORT | INJECTION | VACCINE | BLOOD,
    "US-MA": SUPPORT | VACCINE,
    "US-MD": SUPPORT | INJECTION | VACCINE,
    "US-AZ": SUPPORT | INJECTION | VACCINE | BLOOD | BY_MOUTH,
    "US-NV": SUPPORT | INJECTION | VACCINE | BLOOD,
    "US-SC": SUPPORT | INJECTION | VACCINE | BY_MOUTH,
    "US-GA": SUPPORT | INJECTION | VACCINE,
    "US-OH": SUPPORT | INJECTION | VACCINE | BLOOD,
    "US-OR": SUPPORT | INJECTION | VACCINE,
    "US-VA": SUPPORT,
    "US-IL": SUPPORT,
    "US-SD": SUPPORT | INJECTION | VACCINE | BLOOD,
    "US-AK": SUPPORT,
}
"""The work that a fully trained and supervised assistant may do."""

ASKED = frozenset().union(*MAY.values())

CERTIFIED = {"US-WA": INJECTION | VACCINE, "US-CT": VACCINE, "US-NJ": INJECTION | VACCINE | BLOOD}
CERTIFIED |= {"US-MA": VACCINE, "US-SC": INJECTION | VACCINE | BY_MOUTH}
"""What only a certified assistant may do there."""

PHYSICIAN_ONLY = {"US-FL", "US-NJ", "US-MD", "US-OH"}
"""Where no other prescriber than a physician is a supervisor."""

SHIPPED = sorted(MAY)


def _document() -> dict[str, Any]:
    return shipped()


def _bundle(jurisdiction: str, setting: str = "primary-care") -> Bundle:
    document = _document()
    clinic = {**document["clinics"]["north"], "jurisdiction": jurisdiction, "setting": setting}
    return compile_bundle({**document, "clinics": {"north": clinic}, "protocols": []}, 1, small_agents())


def _may(bundle: Bundle, person: Person, at: int = NOVEMBER) -> set[str]:
    return {one for one in ASKED | NEVER if bundle.may(one, person, "north", at).allowed}


def _assistant(*without: str, supervisors: tuple[str, ...] = ("PHY", "PRV", "RN")) -> Person:
    held = tuple(sorted(CREDENTIALS - {"rn", "lpn", "prv", "phy", "trainee", *without}))
    return Person("ma-ana", "MA", held, on_shift=True, supervisors=supervisors)


def test_every_shipped_jurisdiction_is_told_here() -> None:
    assert sorted(set(_document()["scope"]) - {"*"}) == SHIPPED


@pytest.mark.parametrize("jurisdiction", SHIPPED)
def test_a_trained_and_supervised_assistant_may_do_this_and_no_more(jurisdiction: str) -> None:
    assert _may(_bundle(jurisdiction), _assistant()) == MAY[jurisdiction]


@pytest.mark.parametrize("jurisdiction", SHIPPED)
def test_without_training_an_assistant_may_do_nothing_of_it(jurisdiction: str) -> None:
    untrained = Person("ma-timo", "MA", ("trainee",), on_shift=True, supervisors=("PHY", "PRV"))
    assert _may(_bundle(jurisdiction), untrained) == set()


@pytest.mark.parametrize("jurisdiction", [name for name in SHIPPED if name != "UK-ENG"])
def test_with_nobody_to_supervise_an_assistant_may_do_nothing_of_it(jurisdiction: str) -> None:
    assert _may(_bundle(jurisdiction), _assistant(supervisors=("RN",))) == set()


@pytest.mark.parametrize("jurisdiction", SHIPPED)
def test_what_only_certified_assistants_may_do(jurisdiction: str) -> None:
    lost = MAY[jurisdiction] - _may(_bundle(jurisdiction), _assistant("ma-cert"))
    assert lost == CERTIFIED.get(jurisdiction, set())


@pytest.mark.parametrize("jurisdiction", [name for name in SHIPPED if name != "UK-ENG"])
def test_where_only_a_physician_supervises(jurisdiction: str) -> None:
    found = _may(_bundle(jurisdiction), _assistant(supervisors=("PRV",)))
    assert found == (set() if jurisdiction in PHYSICIAN_ONLY else MAY[jurisdiction])


def test_a_rule_that_changes_on_a_day_is_followed_from_that_day() -> None:
    """Given South Carolina's time of grace, which ended on 15 July 2026, then our rule begins on the day after."""
    before, after = (parse_day(day) * 86_400_000_000 + 43_200_000_000 for day in ("2026-07-15", "2026-07-16"))
    bundle = _bundle("US-SC")
    assert _may(bundle, _assistant(), before) == SUPPORT
    assert _may(bundle, _assistant(), after) == MAY["US-SC"]


def test_a_setting_that_the_law_leaves_out_is_left_out() -> None:
    assert _may(_bundle("US-CT", "hospital"), _assistant()) == SUPPORT
    assert _may(_bundle("US-MA", "dental"), _assistant()) == SUPPORT


def test_where_the_provider_verifies_the_dose_a_nurse_does_not() -> None:
    nurse = Person("rn-grace", "RN", ("rn",), on_shift=True)
    may = {name: _bundle(name).may("verify-dose", nurse, "north", NOVEMBER).allowed for name in SHIPPED}
    assert {name for name, allowed in may.items() if not allowed} == {"US-CA", "US-OR"}


@pytest.mark.parametrize("jurisdiction", SHIPPED)
def test_somebody_may_do_every_task_of_all_packs_there(jurisdiction: str) -> None:
    document = _document()
    document["clinics"]["north"] = {**document["clinics"]["north"], "jurisdiction": jurisdiction}
    for person in document["staff"].values():
        if person["role"] == "RN":
            # Where assistants make no waived tests, a nurse's competency for them has to be signed.
            person["credentials"] = [*person["credentials"], {"tag": "clia-waived"}]
    bundle = compile_bundle(document, 1, all_agents())
    rules = [((agent, rule.id), rule) for agent in sorted(all_agents()) for rule in bundle.rules_of(agent)]
    report = Report({})
    check_doable(document, rules, NOVEMBER, report)
    assert [problem.message for problem in report.problems if problem.level == "error"] == []


@pytest.mark.parametrize("jurisdiction", SHIPPED)
def test_every_rule_says_where_it_comes_from_and_how_sure_it_is(jurisdiction: str) -> None:
    for rule in _document()["scope"][jurisdiction]:
        assert len(rule["source"]) > 10
        assert rule["checked_on"] <= "2026-11-28"
        assert rule["confidence"] in ("verified", "known", "default", "unverified")
