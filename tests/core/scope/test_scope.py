"""Scope of practice: who may do what, where, when, under whose eyes; silence means no."""

from datetime import UTC, datetime
from typing import Any

import pytest

from clinicflow.core.bundle import compile_bundle
from clinicflow.core.scope import Decision, Person
from tests.core.bundle.small import document


def rule(id_: str, **over: Any) -> dict[str, Any]:
    """A rule that allows assistants to draw blood."""
    return {
        "id": id_,
        "role": "MA",
        "activities": ["venipuncture"],
        "decision": "allowed",
        "valid_from": "2020-01-01",
        "source": "test",
        **over,
    }


def decide(
    rules: dict[str, list[dict[str, Any]]],
    person: Person,
    *,
    activity: str = "draw-blood",
    at: str = "2026-01-15",
    clinic: dict[str, Any] | None = None,
) -> Decision:
    """What scope says of a person who asks to draw blood in New York."""
    made = document(activities={"draw-blood": ["venipuncture"]}, clinic={"jurisdiction": "US-NY", **(clinic or {})})
    made["scope"] = rules
    instant = round(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()) * 1_000_000
    return compile_bundle(made, 1, {}).may(activity, person, "north", instant)


ANA = Person("ana", "MA", credentials=("ma-phleb",), supervisors=("PRV",))


def test_without_a_rule_nobody_may_and_the_reason_says_so() -> None:
    decision = decide({"US-CA": [rule("ca")]}, ANA)

    assert not decision.allowed
    assert decision.reason == "No rule of US-NY allows role MA to do draw-blood."
    assert (decision.rule_id, decision.code) == (None, "no-scope-rule")


def test_a_rule_allows_and_is_named() -> None:
    decision = decide({"US-NY": [rule("ny")]}, ANA)

    assert (decision.allowed, decision.rule_id) == (True, "ny")


def test_a_prohibition_wins_over_every_permission() -> None:
    """Given New York allows it but a rule for anywhere prohibits it, then nobody may."""
    decision = decide({"US-NY": [rule("ny")], "*": [rule("never", decision="prohibited")]}, ANA)

    assert (decision.allowed, decision.rule_id, decision.code) == (False, "never", "prohibited")


def test_the_most_specific_rule_decides() -> None:
    """Given a rule for the country that asks for nothing and one of the state that asks for a credential."""
    rules = {"US": [rule("us")], "US-NY": [rule("ny", credential_all_of=["ma-phleb", "ma-basic"])]}

    decision = decide(rules, ANA)

    assert (decision.allowed, decision.rule_id, decision.code) == (False, "ny", "credential-missing")
    assert "ma-basic" in decision.reason


def test_a_rule_for_the_setting_goes_before_one_for_any() -> None:
    rules = {"US-NY": [rule("any"), rule("hospital", setting="hospital", decision="prohibited")]}

    assert decide(rules, ANA).allowed
    assert not decide(rules, ANA, clinic={"setting": "hospital"}).allowed


def test_of_two_equal_ways_one_suffices() -> None:
    rules = {"US-NY": [rule("a", credential_all_of=["ma-inj"]), rule("b", credential_all_of=["ma-phleb"])]}

    assert decide(rules, ANA).rule_id == "b"


@pytest.mark.parametrize(
    ("supervision", "supervisors", "allowed"),
    [
        ("on-site", ("PRV",), True),
        ("on-site", ("RN",), False),
        ("immediately-available", (), False),
        ("direct-visual", ("RN", "PRV"), True),
        ("same-room", ("MA",), False),
        ("general", (), True),
        ("telehealth", (), True),
    ],
)
def test_supervision_needs_somebody_on_site(supervision: str, supervisors: tuple[str, ...], allowed: bool) -> None:
    wanted = rule("ny", decision="allowed-with-supervision", supervision=supervision, supervisor_roles=["PRV", "PHY"])

    decision = decide({"US-NY": [wanted]}, Person("ana", "MA", supervisors=supervisors))

    assert decision.allowed is allowed
    assert decision.code == ("allowed" if allowed else "supervision-missing")


@pytest.mark.parametrize(
    ("day", "allowed"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-06-30", True), ("2026-07-01", False)],
)
def test_a_rule_holds_from_its_first_to_its_last_day(day: str, allowed: bool) -> None:
    dated = rule("ny", valid_from="2026-01-01", valid_to="2026-06-30")

    assert decide({"US-NY": [dated]}, ANA, at=day).allowed is allowed


def test_what_nobody_has_verified_allows_nothing() -> None:
    assert not decide({"US-NY": [rule("ny", confidence="unverified")]}, ANA).allowed


def test_an_activity_that_scope_does_not_know_is_refused() -> None:
    decision = decide({"*": [rule("all", role=["*"])]}, ANA, activity="juggle")

    assert (decision.allowed, decision.code) == (False, "unknown-activity")


def test_a_clinic_of_another_bundle_is_refused() -> None:
    made = document(activities={"draw-blood": []})

    decision = compile_bundle(made, 1, {}).may("draw-blood", ANA, "elsewhere", 0)

    assert (decision.allowed, decision.code) == (False, "unknown-clinic")


def test_what_was_decided_yesterday_is_decided_anew_after_local_midnight() -> None:
    """Given a rule that ends on a day, when asked in the same bundle before and after midnight in New York."""
    made = document(activities={"draw-blood": ["venipuncture"]}, clinic={"jurisdiction": "US-NY"})
    made["scope"] = {"US-NY": [rule("ny", valid_to="2026-01-15")]}
    bundle = compile_bundle(made, 1, {})
    zone = bundle.zone("north")
    midnight = zone.instant(round(datetime(2026, 1, 16, tzinfo=UTC).timestamp()) * 1_000_000)

    answers = [bundle.may("draw-blood", ANA, "north", at).allowed for at in (midnight - 1, midnight, midnight - 1)]

    assert answers == [True, False, True]


def test_people_who_differ_in_credentials_or_supervisors_are_decided_apart() -> None:
    """Given the same bundle, when people of one role ask for one activity, then each is told their own."""
    supervised = {"decision": "allowed-with-supervision", "supervision": "on-site", "supervisor_roles": ["PRV"]}
    made = document(activities={"draw-blood": ["venipuncture"]}, clinic={"jurisdiction": "US-NY"})
    made["scope"] = {"US-NY": [rule("ny", credential_all_of=["ma-phleb"], **supervised)]}
    bundle = compile_bundle(made, 1, {})
    people = (ANA, Person("bo", "MA", supervisors=("PRV",)), Person("cy", "MA", credentials=("ma-phleb",)), ANA)

    codes = [bundle.may("draw-blood", person, "north", 0).code for person in people]

    assert codes == ["no-scope-rule"] * 4
    codes = [bundle.may("draw-blood", person, "north", 1_770_000_000_000_000).code for person in people]
    assert codes == ["allowed", "credential-missing", "supervision-missing", "allowed"]
