"""A network's own folder adds to the shipped packs: its rules take the place of theirs, its scope is only stricter."""

from pathlib import Path
from typing import Any

import pytest

from clinicflow.bundle_check import Problem, Report
from clinicflow.bundle_check.overlays import check_tightened
from clinicflow.bundle_files import check
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.durations import MINUTE
from tests.core.bundle.folder import FILES, small_agents, write
from tests.core.bundle.test_planted_errors import NOVEMBER

OVERLAY: dict[str, str | None] = {
    "net/bundle.yaml": FILES["net/bundle.yaml"] + "overlay: ours\n",
    "net/ours/protocols/vitals.yaml": """\
protocol: our-vitals
agent: vitals
version: 1
owner: network
source: our own
rules:
  - id: hot
    on: vitals-taken
    when: "has(event.temp) && event.temp >= 37.9"
    task:
      activity: take-vitals
      roles: [RN]
      credential: any
      priority: stat
      due: {after: PT1M, hours: wall}
      title: {en: Look at the high fever, es: Mirar la fiebre alta}
""",
    "net/ours/tables/due-times.yaml": """\
table: due-times
version: 2
owner: network
source: our own
times: {take-vitals: PT7M}
""",
    "net/ours/scope/us-ca.yaml": """\
jurisdiction: US-CA
rules:
  - id: our-ma-vitals
    role: FD
    activities: [vitals]
    decision: prohibited
    valid_from: 2020-01-01
    source: our own
    checked_on: 2025-11-01
    confidence: known
""",
}


def read(root: Path, changes: dict[str, str | None]) -> tuple[dict[str, Any], list[Problem]]:
    """The document of the bundle with these files, and its problems."""
    return check(write(root, changes), root / "protocols", small_agents(), NOVEMBER)


def test_an_own_rule_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    document, problems = read(tmp_path, OVERLAY)

    bundle = compile_bundle(document, 1, small_agents())

    assert problems == []
    assert [rule.id for rule in bundle.rules_of("vitals")] == ["take-vitals", "still-waiting", "hot"]
    assert bundle.title("vitals", "hot", "en") == "Look at the high fever"


def test_own_figures_are_put_over_the_table_and_under_those_of_a_clinic(tmp_path: Path) -> None:
    bundle = compile_bundle(read(tmp_path, OVERLAY)[0], 1, small_agents())
    task = bundle.rule("vitals", "take-vitals").task

    assert task is not None
    assert task.due.micros("north") == 7 * MINUTE
    assert task.due.micros("south") == 9 * MINUTE


def test_own_scope_may_not_allow_more(tmp_path: Path) -> None:
    scope = str(OVERLAY["net/ours/scope/us-ca.yaml"]).replace("prohibited", "allowed")

    _, problems = read(tmp_path, {**OVERLAY, "net/ours/scope/us-ca.yaml": scope})

    assert [problem.message for problem in problems] == [
        "Expected 'prohibited': a network's own scope can only be stricter"
    ]
    assert problems[0].where == "net/ours/scope/us-ca.yaml:3"


def test_own_scope_of_a_jurisdiction_that_nobody_knows_prohibits_nothing_and_is_an_error(tmp_path: Path) -> None:
    scope = str(OVERLAY["net/ours/scope/us-ca.yaml"]).replace("US-CA", "US-CAA")

    _, problems = read(tmp_path, {**OVERLAY, "net/ours/scope/us-ca.yaml": scope})

    assert [problem.where for problem in problems] == ["net/ours/scope/us-ca.yaml:3"]
    assert "unknown jurisdiction 'US-CAA'" in problems[0].message
    assert "did you mean 'US-CA'?" in problems[0].message


def test_errors_in_rules_after_a_replaced_one_keep_their_lines(tmp_path: Path) -> None:
    shipped = FILES["protocols/core/vitals.yaml"].replace("case.count < 3", "case.cuont < 3")

    _, problems = read(tmp_path, {**OVERLAY, "protocols/core/vitals.yaml": shipped})

    line = shipped[: shipped.index("cuont")].count("\n") + 1
    assert [problem.where for problem in problems] == [f"protocols/core/vitals.yaml:{line}"]


@pytest.mark.parametrize(
    ("change", "where", "expected"),
    [
        ({"net/bundle.yaml": FILES["net/bundle.yaml"] + "overlay: our\n"}, "net/bundle.yaml:5", "did you mean 'ours'?"),
        ({"net/ours/protocols/rooming.yml": "x"}, "net/ours/protocols/rooming.yml", "a name that ends in .yaml"),
        ({"net/ours/protocol/rooming.yaml": "x"}, "net/ours/protocol", "did you mean 'protocols'?"),
        ({"net/ours/rooming.yaml": "x"}, "net/ours/rooming.yaml", "in one of the folders protocols, scope, tables"),
        ({"net/ours/tables/more/bounds.yaml": "x"}, "net/ours/tables/more", "would not be read"),
        ({"net/feeds/other.yml": "x"}, "net/feeds/other.yml", "a name that ends in .yaml"),
        ({"protocols/core/other.yml": "x"}, "protocols/core/other.yml", "a name that ends in .yaml"),
    ],
)
def test_what_would_not_be_read_is_an_error(
    change: dict[str, str | None], where: str, expected: str, tmp_path: Path
) -> None:
    """Given a misspelt folder or ending, then nobody believes that the rules in it are in force."""
    _, problems = read(tmp_path, {**OVERLAY, **change})

    assert [problem.where for problem in problems if expected in problem.message] == [where]


def test_notes_and_what_an_editor_leaves_behind_may_lie_in_an_overlay(tmp_path: Path) -> None:
    beside = {"net/ours/README.md": "x", "net/ours/protocols/vitals.yaml~": "x", "net/ours/minutes/july.txt": "x"}

    assert read(tmp_path, {**OVERLAY, **beside})[1] == []


SHIPPED = {
    "credential": "ma-inj",
    "critical": True,
    "two_person": True,
    "survives": "visit-end",
    "priority": "stat",
    "due": {"after": "PT5M", "hours": "wall"},
    "escalation": [{"at": "100%", "to": ["LEAD"]}],
}


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"critical": False}, "Expected critical"),
        ({"two_person": False}, "Expected two_person"),
        ({"survives": None}, "Expected survives"),
        ({"credential": "any"}, "Expected credential ma-inj"),
        ({"priority": "urgent"}, "Expected stat or more urgent"),
        ({"due": {"after": "PT6M", "hours": "wall"}}, "Expected at most PT5M"),
        ({"due": {"after": "PT5M"}}, "Expected hours: wall"),
        ({"escalation": []}, "Expected an escalation"),
        ({"waits_for": ["roomed"]}, "Expected no waits_for"),
        ({"held_by": ["roomed"], "resumed_by": ["checked-in"]}, "Expected no held_by"),
    ],
)
def test_an_overlay_that_loosens_what_keeps_patients_safe_is_refused(own: dict[str, Any], expected: str) -> None:
    report = Report({})
    check_tightened({"id": "r", "task": SHIPPED}, {"id": "r", "task": {**SHIPPED, **own}}, (), report)
    assert [expected in problem.message for problem in report.problems] == [True]


@pytest.mark.parametrize("own", [{}, {"due": {"after": "PT1M", "hours": "wall"}}, {"credential": "rn"}])
def test_an_overlay_may_tighten(own: dict[str, Any]) -> None:
    report = Report({})
    check_tightened({"id": "r", "task": SHIPPED}, {"id": "r", "task": {**SHIPPED, **own}}, (), report)
    assert report.problems == []


def test_an_overlay_does_not_turn_a_task_into_something_else() -> None:
    report = Report({})
    check_tightened({"id": "r", "task": SHIPPED}, {"id": "r", "raise": {"event": "e"}}, (), report)
    assert "Expected a task" in report.problems[0].message


def test_an_overlay_does_not_let_a_fact_about_one_end_the_task_of_another() -> None:
    fact = {"event": "specimen-labelled", "match": {"specimen_id": "specimen_id"}}
    shipped = {"id": "label", "task": {"done_by": [fact]}}
    for own, said in ([fact], 0), (["specimen-labelled"], 1), ([{**fact, "match": {}}], 1), (["specimen-logged"], 0):
        report = Report({})
        check_tightened(shipped, {"id": "label", "task": {"done_by": own}}, (), report)
        assert ["must not end the task of another" in problem.message for problem in report.problems] == [True] * said
