"""Nothing is left out: every rule has a story, every table and scope rule its source, every task somebody to do it."""

import ast
from pathlib import Path
from typing import Any

import pytest
import yaml

from clinicflow import bundle_check, bundle_files
from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.scope import Person
from clinicflow.data import data_dir
from clinicflow.events import EVENT_TYPES
from clinicflow.protocols.scenario import read_scenarios
from tests.agents.harness import START, demo_bundle
from tests.support.bundles import shipped

PROTOCOLS = data_dir("protocols")
DOCUMENT = shipped()
SHIFTS = [START + hours * 3_600_000_000 for hours in range(0, 168, 4)]
"""Every four hours of a week."""


def rule_ids() -> list[str]:
    return [rule["id"] for protocol in DOCUMENT["protocols"] for rule in protocol["rules"]]


def words_of_tests() -> str:
    """The strings and the names of tests of this folder: what stories speak of."""
    found = []
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
            if isinstance(node, ast.FunctionDef):
                found.append(node.name.replace("_", "-"))
    return "\n".join(found)


STORIES = read_scenarios(data_dir("scenarios"))
WORDS = words_of_tests() + "\n".join(rule for story in STORIES for rule in story.rules)


@pytest.mark.parametrize("rule", rule_ids())
def test_every_rule_has_a_story(rule: str) -> None:
    stem = rule.removesuffix("-again")
    assert rule in WORDS or (rule != stem and stem in WORDS)


def test_the_demo_bundle_has_no_problem() -> None:
    source = bundle_files.read(data_dir("bundles") / "demo", PROTOCOLS)
    problems = bundle_check.check_document(source.document, source.places, all_agents(), START, source.report)
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize("path", sorted((PROTOCOLS / "tables").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_table_is_named_as_its_file_and_says_its_version_owner_and_source(path: Path) -> None:
    table: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    assert table["table"] == path.stem
    assert all(str(table[name]).strip() for name in ("version", "owner", "source"))


def test_every_activity_that_somebody_may_do_is_asked_for_or_known() -> None:
    folders = sorted(path for path in data_dir("bundles").iterdir() if path.is_dir())
    shipped = [bundle_files.load(path, PROTOCOLS) for path in folders]
    rules = [rule for document in shipped for protocol in document["protocols"] for rule in protocol["rules"]]
    asked = {rule["task"]["activity"] for rule in rules if "task" in rule}
    assert asked == set(DOCUMENT["activities"])


def test_every_agent_of_the_package_has_a_protocol_and_hears_only_of_events_that_exist() -> None:
    agents = all_agents()
    assert {protocol["agent"] for protocol in DOCUMENT["protocols"]} == set(agents)
    assert all(demo_bundle().subscribed(name) <= set(EVENT_TYPES) for name in agents)


@pytest.mark.parametrize("clinic", ["north", "south", "east"])
@pytest.mark.parametrize("at", SHIFTS)
def test_at_every_hour_somebody_on_shift_may_do_each_task_at_each_demo_clinic(clinic: str, at: int) -> None:
    bundle = demo_bundle()
    people = [bundle.person(staff, clinic, at) for staff in bundle.staffing.on_site(clinic, at)]
    there = [person for person in people if person is not None and person.on_shift]
    for name in all_agents():
        for rule in bundle.rules_of(name):
            if rule.task is None:
                continue
            roles = {*rule.task.roles, *(role for step in rule.task.escalation for role in step.roles)}
            fit = [person for person in there if person.role in roles or (person.lead and "LEAD" in roles)]
            assert any(bundle.may(rule.task.activity, person, clinic, at).allowed for person in fit), rule.id


def test_a_task_is_closed_by_one_kind_of_event_unless_there_is_a_decision() -> None:
    bundle = demo_bundle()
    closers = {
        rule.id: bundle.closing_event(name, rule.id)
        for name in all_agents()
        for rule in bundle.rules_of(name)
        if len(bundle.closing_event(name, rule.id)) > 1
    }
    assert set(map(tuple, closers.values())) == {
        ("checked-out", "left-without-being-seen", "patient-still-here", "visit-cancelled"),
        ("medication-dispensed", "sample-dispensed"),
        ("refill-approved", "refill-denied"),
    }


def person(role: str, *credentials: str, supervisors: tuple[str, ...] = ("PRV",)) -> Person:
    return Person("somebody", role, credentials, on_shift=True, supervisors=supervisors)


@pytest.mark.parametrize(
    ("who", "activity", "clinic", "allowed", "code"),
    [
        (person("MA", "ma-basic"), "take-vitals", "north", True, "allowed"),
        (person("MA", "ma-basic", supervisors=("RN",)), "take-vitals", "north", False, "supervision-missing"),
        (person("MA", "ma-basic", supervisors=()), "take-vitals", "south", True, "allowed"),
        (person("MA"), "take-vitals", "north", False, "credential-missing"),
        (person("MA", "ma-basic"), "collect-blood", "north", False, "credential-missing"),
        (person("MA", "ma-phleb"), "collect-blood", "east", True, "allowed"),
        (person("MA", "ma-basic"), "send-refill", "north", True, "allowed"),
        (person("MA", "ma-basic"), "send-refill", "east", False, "no-scope-rule"),
        (person("RN", "rn"), "send-refill", "east", True, "allowed"),
        (person("MA", "ma-basic"), "tell-abnormal-result", "east", False, "prohibited"),
        (person("MA", "ma-basic"), "tell-abnormal-result", "north", False, "no-scope-rule"),
        (person("MA", "ma-basic"), "review-result", "south", False, "prohibited"),
        (person("MA", "ma-basic"), "assess-now", "north", False, "prohibited"),
        (person("FD"), "take-critical-call", "north", False, "prohibited"),
        (person("MA", "ma-basic"), "sign-off-refill", "north", False, "prohibited"),
        (person("RN", "rn"), "sign-off-refill", "north", True, "allowed"),
        (person("RN", "rn"), "decide-refill", "north", False, "no-scope-rule"),
        (person("RN", "rn"), "act-on-critical-result", "north", False, "no-scope-rule"),
        (person("PRV", "prv"), "act-on-critical-result", "north", True, "allowed"),
        (person("FD"), "check-in", "south", True, "allowed"),
        (person("FD"), "take-vitals", "south", False, "no-scope-rule"),
    ],
)
def test_scope_of_practice_of_the_demo(who: Person, activity: str, clinic: str, allowed: bool, code: str) -> None:
    decision = demo_bundle().may(activity, who, clinic, START)
    assert (decision.allowed, decision.code) == (allowed, code)
    assert who.role in decision.reason or "credential" in decision.reason or "supervision" in decision.reason


def test_a_clinic_may_have_its_own_due_time() -> None:
    clinics = dict(DOCUMENT["clinics"])
    clinics["north"] = {**clinics["north"], "tables": {"due-times": {"times": {"take-vitals": "PT8M"}}}}
    bundle = compile_bundle({**DOCUMENT, "clinics": clinics}, 2, all_agents())
    task = bundle.rule("vitals", "take-vitals").task
    assert task is not None
    assert (task.due.micros("north"), task.due.micros("south")) == (8 * 60_000_000, 5 * 60_000_000)


def test_feeds_of_the_demo_lead_to_clinics_and_fill_fields_of_vital_signs() -> None:
    feeds = DOCUMENT["feeds"]
    assert sorted(feeds) == ["demo-his", "simhosp"]
    assert feeds["simhosp"]["clinic_by"]["default"] == "south"
    assert set(feeds["demo-his"]["vitals"].values()) <= set(EVENT_TYPES["vitals-taken"].__struct_fields__)


def test_the_guide_names_every_field_that_conditions_may_use() -> None:
    guide = (PROTOCOLS / "README.md").read_text("utf-8")
    for name, agent in all_agents().items():
        row = next(line for line in guide.splitlines() if line.startswith(f"| {name} |"))
        assert {field.strip("`, ") for field in row.split("|")[2].split(",")} == set(agent.exposed(agent.state()))


def test_the_guide_names_every_key_of_a_rule_that_packs_use_and_every_table() -> None:
    guide = (PROTOCOLS / "README.md").read_text("utf-8")
    rules = [rule for protocol in DOCUMENT["protocols"] for rule in protocol["rules"]]
    spans = [span for rule in rules for span in (rule.get("wait"), rule.get("task", {}).get("due")) if span]
    steps = [step for rule in rules for step in rule.get("task", {}).get("escalation", ())]
    parts = [*rules, *(rule["task"] for rule in rules if "task" in rule), *spans, *steps]
    used = {key for part in parts for key in part} - {"table", "key"}
    assert {
        key for key in used if f"`{key}" not in guide and f"{{{key}:" not in guide and f", {key}:" not in guide
    } == set()
    assert {table for table in DOCUMENT["tables"] if f"`{table}`" not in guide} == set()
