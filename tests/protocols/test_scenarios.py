"""Every scenario that ships passes on the demo network, and fails without any rule that it proves."""

from pathlib import Path

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.data import data_dir
from clinicflow.errors import InvalidScenario
from clinicflow.protocols.mutants import all_rules, mutants, without
from clinicflow.protocols.names import unknown_names
from clinicflow.protocols.play import play, play_all
from clinicflow.protocols.scenario import Scenario, by_bundle, read_defaults, read_scenarios
from tests.support.bundles import shipped

FOLDER = data_dir("scenarios")
DOCUMENT = shipped()
AGENTS = all_agents()
BUNDLE = compile_bundle(DOCUMENT, 1, AGENTS)
DEFAULTS = read_defaults(FOLDER)
SCENARIOS = read_scenarios(FOLDER)
OF_SITES = {name: shipped(name) for name in by_bundle(SCENARIOS) if name}
"""Bundles of other kinds of site than the demo's."""
DOCUMENTS = {None: DOCUMENT, **OF_SITES}
BUNDLES = {name: compile_bundle(document, 1, AGENTS) for name, document in DOCUMENTS.items()}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.where)
def test_a_scenario_passes(scenario: Scenario) -> None:
    assert play(scenario, AGENTS, BUNDLES[scenario.bundle], DEFAULTS, DOCUMENTS[scenario.bundle]).faults == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.where)
def test_a_scenario_names_rules_that_exist(scenario: Scenario) -> None:
    assert set(scenario.rules) <= set(all_rules(DOCUMENTS[scenario.bundle]))


def test_each_scenario_fails_when_a_rule_that_it_proves_is_taken_out() -> None:
    found = [
        one for name, told in by_bundle(SCENARIOS).items() for one in mutants(DOCUMENTS[name], AGENTS, told, DEFAULTS)
    ]
    assert {one.rule: one.missed for one in found if one.missed} == {}


def test_a_document_without_a_rule_has_all_others() -> None:
    rule = all_rules(DOCUMENT)[0]
    assert all_rules(without(DOCUMENT, rule)) == all_rules(DOCUMENT)[1:]


GOOD = """\
- duty: 1
  course: normal
  title: Somebody arrives
  rules: [front_desk/check-in]
  when: [{at: 0, event: patient-arrived}]
  then: [{task: check-in}]
"""


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ("[{at: 0, event: patient-arived}]", "expected a known event"),
        ("[{at: 0, event: patient-arrived, fields: {mod: walk_in}}]", "patient-arrived: "),
        ("[{at: 0, event: patient-arrived, fields: {mode: on_foot}}]", "expected mode one of appointment, walk_in"),
        ("[{at: 0, event: vitals-taken, fields: {temp: hot}}]", "vitals-taken: Expected `int"),
        ("[{at: 0, event: patient-arrived, by: nobody}]", "expected a member of staff"),
        ("[{at: 0, asks: claim, of: take-vitals, by: ma-ana}]", "expected a task of take-vitals"),
        ("[{at: 0, from_now: {feeds: {}}}]", "expected from_now with rules, scope, staff, tables, but got feeds"),
        ("[{at: 0, event: patient-arrived, corrects: first}]", "expected an earlier step with id 'first'"),
    ],
)
def test_a_scenario_that_cannot_be_played_fails_with_what_was_expected(
    tmp_path: Path, wrong: str, expected: str
) -> None:
    (tmp_path / "01-greet").mkdir()
    text = GOOD.replace("[{at: 0, event: patient-arrived}]", wrong)
    (tmp_path / "01-greet" / "core.yaml").write_text(text, "utf-8")
    (scenario,) = read_scenarios(tmp_path)
    assert expected in play(scenario, AGENTS, BUNDLE, DEFAULTS, DOCUMENT).faults[0]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("duty: 1", "duty: one", "Expected `int`"),
        ("duty: 1", "duty: 73", "expected a duty from 1 to 72, but got 73"),
        ("event: patient-arrived", "asks: grab, of: check-in, by: fd-lena", "expected asks one of claim, start"),
        ("course: normal", "course: good", "Invalid enum value"),
        ("  title: Somebody arrives\n", "", "missing required field `title`"),
        ("{task: check-in}", "{task: check-in, event: checked-in}", "expected exactly one of"),
        ("[{task: check-in}]", "[]", "something that must be true"),
        ("event: patient-arrived", "asks: claim", "expected of (a rule) and by (a person)"),
        ("event: patient-arrived", "evnt: patient-arrived", "unknown field"),
        ("- duty: 1", "duty: 1", "01-greet/core.yaml"),
    ],
)
def test_a_scenario_of_a_wrong_form_is_refused_with_file_and_place(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    (tmp_path / "01-greet").mkdir()
    assert before in GOOD
    (tmp_path / "01-greet" / "core.yaml").write_text(GOOD.replace(before, after), "utf-8")
    with pytest.raises(InvalidScenario) as caught:
        read_scenarios(tmp_path)
    assert "01-greet/core.yaml" in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("rules: [front_desk/check-in]", "rules: [front_desk/chek-in]", "did you mean 'front_desk/check-in'?"),
        ("{task: check-in}", "{no_task: take-vitls}", "did you mean 'take-vitals'?"),
        ("{task: check-in}", "{no_event: vitals-takn}", "did you mean 'vitals-taken'?"),
        ("  course:", "  clinic: nroth\n  course:", "unknown clinic 'nroth'"),
        ("event: patient-arrived", "asks: claim, of: chek-in, by: fd-lena", "unknown rule 'chek-in'"),
    ],
)
def test_a_name_that_nobody_knows_fails_though_the_check_would_hold(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    (tmp_path / "01-greet").mkdir()
    assert before in GOOD
    (tmp_path / "01-greet" / "core.yaml").write_text(GOOD.replace(before, after), "utf-8")
    (played,) = play_all(read_scenarios(tmp_path), AGENTS, BUNDLE, DEFAULTS, DOCUMENT)
    assert expected in played.faults[0]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.where)
def test_a_scenario_uses_no_name_that_nobody_knows(scenario: Scenario) -> None:
    assert list(unknown_names(scenario, DOCUMENTS[scenario.bundle])) == []


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        ("{task: check-in, status: completed}", "expected it completed, but it is requested"),
        ("{task: check-in, owner: fd-lena}", "expected owner fd-lena, but it is nobody"),
        ("{task: check-in, due: 99}", "expected due 99.0, but it is 5.0"),
        ("{task: check-in, times: 2}", "expected 2 tasks, but 1 were made"),
        ("{task: take-vitals}", "expected a task, but none was made"),
        ("{no_task: check-in}", "expected no open task, but it is requested"),
        ("{event: checked-in}", "expected it, but it did not happen"),
        ("{no_event: patient-arrived}", "expected none, but it happened 1 times"),
        ("{event: patient-arrived, fields: {mode: walk_in}}", "expected mode 'walk_in', but it is 'appointment'"),
        ("{refused: role}", "expected this refusal, but got none"),
        ("{accepted: false}", "expected a refusal"),
    ],
)
def test_each_kind_of_check_can_fail(tmp_path: Path, check: str, fault: str) -> None:
    (tmp_path / "01-greet").mkdir()
    (tmp_path / "01-greet" / "core.yaml").write_text(GOOD.replace("{task: check-in}", check), "utf-8")
    (scenario,) = read_scenarios(tmp_path)
    assert any(fault in each for each in play(scenario, AGENTS, BUNDLE, DEFAULTS, DOCUMENT).faults)
