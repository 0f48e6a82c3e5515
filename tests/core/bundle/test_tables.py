"""One error is planted in the shipped tables, or in a clinic's own values; the check finds it with file and line."""

import shutil
from pathlib import Path

import pytest

from clinicflow.agents import all_agents
from clinicflow.bundle_check import Problem
from clinicflow.bundle_files import check
from clinicflow.core.hours import parse_day
from clinicflow.data import data_dir

DAY = parse_day("2026-11-23") * 86_400_000_000

NEWS2 = "protocols/tables/news2.yaml"
GLUCOSE = "protocols/tables/glucose.yaml"
CHILD = "protocols/tables/paediatric.yaml"
PRESSURE = "protocols/tables/adult-pressure.yaml"
PREGNANCY = "protocols/tables/pregnancy.yaml"
TRUE = "protocols/tables/plausibility.yaml"
LAB = "protocols/tables/critical-results.yaml"
REFILLS = "protocols/tables/refill-rules.yaml"
WEIGHT = "protocols/tables/dose-weight.yaml"
DUE = "protocols/tables/due-times.yaml"
TEACH = "protocols/tables/teaching-materials.yaml"
ASKED = "protocols/tables/approved-questions.yaml"
AIR = "protocols/tables/air-times.yaml"
EYE = "protocols/tables/eye-limits.yaml"
PAIN = "protocols/tables/therapy-limits.yaml"
CLINICS = "demo/clinics.yaml"
HOURS = '  hours: {daily: "00:00-24:00"}'

PLANTED = {
    "no field": (CHILD, "field: heart_rate, below: 110", "field: heart_rat, below: 110", "but got 'heart_rat'"),
    "a field that is not compared": (GLUCOSE, "field: glucose, below: 540", "field: o2_flow, below: 540", "o2_flow"),
    "no level": (GLUCOSE, ", below: 540, level: stat", ", below: 540", "the key 'level'"),
    "another level": (GLUCOSE, "level: stat", "level: now", "urgent, asap, stat"),
    "a misspelt bound": (GLUCOSE, "below: 540", "belw: 540", "did you mean 'below'?"),
    "no bound": (GLUCOSE, "below: 540, ", "", "as glucose is a number"),
    "a bound that is no number": (GLUCOSE, "below: 540", 'below: "54.0"', "a whole number"),
    "a bound of a code": (CHILD, "not_among: [A]", "below: 1", "as consciousness is one of A, C, V, P, U"),
    "no such code": (CHILD, "not_among: [A]", "not_among: [Alert]", "but got 'Alert'"),
    "a truth that is a text": (CHILD, "among: [true]", 'among: ["true"]', "but got 'true'"),
    "a condition on nothing": (PRESSURE, "if: {red_flag: true}", "if: {redflag: true}", "but got 'redflag'"),
    "a condition that cannot be": (PRESSURE, "if: {red_flag: true}", "if: {red_flag: yes}", "but got 'yes'"),
    "ages": (CHILD, "newborn: false, below_months", "newborn: false, under_months", "unknown key 'under_months'"),
    "a rise without an end": (CHILD, "12, below_months: 132", "12", "ages.below_months"),
    "no rule for an unknown age": (CHILD, "age_unknown:", "age_unkown:", "the key 'age_unknown'"),
    "days after birth": (PREGNANCY, "postpartum_days: 42", "postpartum_days: six weeks", "a whole number"),
    "a parameter of the score": (NEWS2, "  resp_rate:", "  resp_rat:", "but got 'resp_rat'"),
    "bands that go back": (NEWS2, "{max: 11, points: 1}", "{max: 7, points: 1}", "from the lowest up"),
    "a last band with an end": (NEWS2, "{points: 3}]\n  spo2", "{max: 99, points: 3}]\n  spo2", "without max"),
    "a code without points": (NEWS2, ", U: 3}", "}", "Expected points for each of"),
    "no usual scale": (NEWS2, '"1":', '"one":', "the key '1'"),
    "triggers in another order": (NEWS2, "min_score: 7", "min_score: 5", "from the highest score down"),
    "no single parameter": (NEWS2, "single_parameter:", "single_param:", "the key 'single_parameter'"),
    "a range upside down": (TRUE, "{min: 20, max: 300}", "{min: 300, max: 20}", "not above the max"),
    "a range of nothing": (TRUE, "  pain:", "  pian:", "but got 'pian'"),
    "a pair of one": (TRUE, "[systolic, diastolic]", "[systolic]", "Expected two fields"),
    "no lateness": (TRUE, "late_after_minutes: 15\n", "", "the key 'late_after_minutes'"),
    "a result's limit": (LAB, '"2.9"', "two point nine", "a decimal number in quotes"),
    "a result without a limit": (LAB, ', at_or_above: "5"', "", "at_or_below or at_or_above"),
    "a text that nobody approved": (TEACH, "approved_by: prescriber", "approved_by: assistant", "one of prescriber"),
    "a text without a day": (ASKED, 'approved_on: "2026-10-01"', 'approved_on: "soon"', "Expected a date in quotes"),
    "a text in no language": (TEACH, "languages: [en, es]", "languages: []", "at least"),
    "a field of the request": (REFILLS, "field: alert,", "field: alrt,", "but got 'alrt'"),
    "an outcome": (REFILLS, "outcome: lab_due", "outcome: labdue", "but got 'labdue'"),
    "a schedule": (REFILLS, "is: [none]", "is: [zero]", "but got 'zero'"),
    "a test of another kind": (REFILLS, "at_most: 7", "is: [true]", "that fits days_supply_left"),
    "no test": (REFILLS, "at_most: 7, ", "", "but got none"),
    "a weight for nobody else": (
        WEIGHT,
        "{id: everybody, ",
        "{id: everybody, ages: {from_months: 192}, ",
        "without ages",
    ),
    "a weight that holds for ever": (WEIGHT, ", within_days: 90", "", "the key 'within_days'"),
    "another age": (REFILLS, "below_years: 16", "below_years: 18", "Expected 16"),
    "a due time": (DUE, "check-in: PT5M", "check-in: 5 minutes", "Expected a duration"),
    "a deadline of nothing": (DUE, "  - nurse-triage", "  - nurse-traige", "did you mean 'nurse-triage'?"),
    "deadlines that are no list": (DUE, "deadlines:\n", "deadlines: all\nothers:\n", "Expected a list"),
    "air that hardly changes": (AIR, "minutes:\n", "air_changes: {exam: 1}\nminutes:\n", "Expected 2 to 50"),
    "a pressure in words": (EYE, "pressure_stat: 30", "pressure_stat: high", "a whole number"),
    "a pain that is misspelt": (PAIN, "strong_pain: 7", "strong_pian: 7", "the key 'strong_pain'"),
    "a clinic's own table": (
        CLINICS,
        HOURS,
        HOURS + "\n  tables: {news2: {triggers: [{id: low, min_scor: 1, level: urgent}]}}",
        "did you mean 'min_score'?",
    ),
}


def problems_of(root: Path, file: str, old: str, new: str) -> list[Problem]:
    """All problems of the demo network with one text of one file changed."""
    shutil.copytree(data_dir("bundles") / "demo", root / "demo")
    shutil.copytree(data_dir("protocols"), root / "protocols")
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return check(root / "demo", root / "protocols", all_agents(), DAY)[1]


@pytest.mark.parametrize("name", PLANTED)
def test_an_error_in_a_table_is_found_with_its_file(name: str, tmp_path: Path) -> None:
    file, old, new, expected = PLANTED[name]
    found = [str(one) for one in problems_of(tmp_path, file, old, new) if expected in one.message]
    assert found
    assert any(one.startswith(f"{file}:") for one in found)


def test_the_line_is_that_of_the_row(tmp_path: Path) -> None:
    (problem,) = problems_of(
        tmp_path, GLUCOSE, "level: asap}\n  - {id: glucose-very-high", "level: stat}\n  - {id: x y"
    )
    lines = (tmp_path / GLUCOSE).read_text(encoding="utf-8").splitlines()
    assert "{id: x y" in lines[int(problem.where.rpartition(":")[2]) - 1]


def test_a_table_that_an_agent_reads_must_be_there(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, GLUCOSE, "table: glucose", "table: glucoses")
    assert "Expected a table 'glucose', which agent vitals reads" in problem.message


def test_what_agents_say_that_they_read_is_in_the_demo_network(tmp_path: Path) -> None:
    """And nothing there is without a reader, but for due times, which rules name, and what holds for all tasks."""
    read = {table for agent in all_agents().values() for table in agent.reads}
    packs = "".join(path.read_text("utf-8") for path in data_dir("protocols").glob("*/*.yaml"))
    shipped = {path.stem for path in (data_dir("protocols") / "tables").glob("*.yaml")}
    in_conditions = {name for name in shipped if f"table.{name.replace('-', '_')}." in packs}
    assert shipped - read - in_conditions == {"due-times", "workload", "ranking"}
