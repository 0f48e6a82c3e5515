"""The shipped demo bundle: right in every part, and at every hour of the week somebody on shift may do each task."""

from pathlib import Path
from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.bundle_files import check
from clinicflow.core.bundle import Bundle, bundle_hash, compile_bundle
from clinicflow.core.durations import DAY, HOUR
from clinicflow.core.hours import parse_day
from clinicflow.core.requests import LICENSED
from clinicflow.core.rules import Rule
from clinicflow.core.scope import Person
from clinicflow.data import data_dir

MONDAY = parse_day("2025-11-17") * DAY


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The demo's document, which has no errors."""
    found, problems = check(data_dir("bundles") / "demo", None, all_agents(), MONDAY)
    assert [str(problem) for problem in problems] == []
    return found


@pytest.fixture(scope="module")
def bundle(document: dict[str, Any]) -> Bundle:
    """The demo compiled."""
    return compile_bundle(document, 1, all_agents())


def people(bundle: Bundle, clinic: str, at: int) -> list[Person]:
    """Who is on site."""
    found = [bundle.person(staff_id, clinic, at) for staff_id in bundle.staffing.on_site(clinic, at)]
    return [person for person in found if person is not None]


def refusals(bundle: Bundle, rule: Rule, on_site: list[Person], clinic: str, at: int) -> list[str]:
    """Why nobody on shift may do the rule's task; empty when somebody may."""
    reasons = []
    task = rule.task
    assert task is not None
    roles = {*task.roles, *(role for step in task.escalation for role in step.roles)}
    for person in on_site:
        if person.role not in roles and not (person.lead and "LEAD" in roles):
            continue
        credited = task.credential in ("any", *person.credentials)
        if not credited and not (person.role in LICENSED and task.credential.startswith("ma-")):
            continue
        decision = bundle.may(task.activity, person, clinic, at)
        if decision.allowed:
            return []
        reasons.append(decision.reason)
    return reasons or ["nobody of these roles is on shift"]


def test_somebody_on_shift_may_do_every_task_at_every_hour(bundle: Bundle) -> None:
    rules = [rule for agent in sorted(all_agents()) for rule in bundle.rules_of(agent) if rule.task]
    missing = {}
    for clinic in sorted(bundle.clinics):
        for hour in range(0, 168, 4):
            at = MONDAY + hour * HOUR + HOUR // 2
            on_site = people(bundle, clinic, at)
            for rule in rules:
                if found := refusals(bundle, rule, on_site, clinic, at):
                    missing[rule.id, clinic, hour] = found

    assert len(rules) > 300
    assert missing == {}


def test_everybody_on_site_has_a_clinic_that_knows_them(bundle: Bundle) -> None:
    for clinic in sorted(bundle.clinics):
        for hour in range(24):
            assert len(bundle.staffing.on_site(clinic, MONDAY + hour * HOUR)) >= 4


def test_the_same_files_give_the_same_hash(document: dict[str, Any]) -> None:
    again, _ = check(Path("bundles/demo"), Path("protocols"), all_agents(), MONDAY + DAY)

    assert bundle_hash(again) == bundle_hash(document)
