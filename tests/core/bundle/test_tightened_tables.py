"""A network's tables, and a clinic's, call clinicians no later than the shipped ones; the check says what is lost."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.bundle_check import Report, check_tables_tightened
from clinicflow.bundle_files import check, load
from clinicflow.data import data_dir
from tests.core.bundle.test_planted_errors import NOVEMBER

Change = Callable[[Any], Any]


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return load(data_dir("bundles") / "demo")


def told(shipped: dict[str, Any], table: str, change: Change) -> list[str]:
    """What the check says of the network's table after a change."""
    document = {**shipped, "tables": deepcopy(shipped["tables"])}
    change(document["tables"][table])
    report = Report({})
    check_tables_tightened(shipped["tables"], document, all_agents(), report)
    return [str(problem) for problem in report.problems]


def row(name: str, **values: Any) -> Change:
    """The first row with this id gets these values; one that is None is left out."""

    def change(table: Any) -> None:
        found = next(
            each for key in ("limits", "triggers", "checks") for each in table.get(key, ()) if each["id"] == name
        )
        found.update(values)
        for key in [key for key, value in values.items() if value is None]:
            del found[key]

    return change


def without(name: str) -> Change:
    def change(table: Any) -> None:
        for key in ("limits", "triggers", "checks"):
            if key in table:
                table[key] = [each for each in table[key] if each["id"] != name]

    return change


LOOSER: dict[str, tuple[str, Change, str]] = {
    "a row less": ("glucose", without("glucose-level-2"), "row glucose-level-2"),
    "a lower limit": ("glucose", row("glucose-level-2", below=500), "below 540"),
    "a higher limit": ("adult-pressure", row("pressure-very-high", above=200), "above 180"),
    "a lesser level": ("glucose", row("glucose-very-high", level="urgent"), "level asap"),
    "fewer ages": ("nice-ng143", row("ng143-red-resp-rate", ages={"below_months": 24}), "row ng143-red-resp-rate"),
    "one more condition": ("glucose", row("glucose-level-1", **{"if": {"red_flag": True}}), "row glucose-level-1"),
    "a code that is spared": ("paediatric", row("child-not-alert", not_among=["A", "C"]), "row child-not-alert"),
    "a code less": ("paediatric", row("carer-worried", among=[]), "row carer-worried"),
    "a smaller rise": ("paediatric", row("low-systolic-1-10-years", below_plus_per_year=1), "low-systolic-1-10-years"),
    "fewer days": ("pregnancy", lambda table: table.update(postpartum_days=14), "postpartum_days of 42 or more"),
    "a later trigger": ("news2", row("news2-5-or-6", min_score=6), "row news2-5-or-6"),
    "a trigger that is off": ("news2", row("news2-7-or-more", disabled=True), "row news2-7-or-more"),
    "other points": ("news2", lambda table: table["parameters"].pop("temp"), "the points of the published score"),
    "no single parameter": ("news2", lambda table: table["single_parameter"].update(points=4), "single_parameter"),
    "a check less": ("refill-rules", without("alert"), "row alert"),
    "a later visit": ("refill-rules", row("visit-over-12-months-ago", within_days=700), "within_days 365"),
    "an earlier refill": ("refill-rules", row("too-early", at_most=20), "at_most 7"),
    "a schedule more": ("refill-rules", row("controlled-or-unknown-schedule", **{"is": ["none", "IV"]}), "controlled"),
    "unknown is enough": ("refill-rules", row("alert", unknown="pass"), "row alert"),
    "a lesser outcome": ("refill-rules", row("alert", outcome="lab_due"), "outcome prescriber"),
}


@pytest.mark.parametrize("name", LOOSER)
def test_a_looser_table_is_refused(name: str, shipped: dict[str, Any]) -> None:
    table, change, expected = LOOSER[name]
    found = told(shipped, table, change)
    assert any(expected in one and "can only be stricter" in one for one in found), found


STRICTER: dict[str, tuple[str, Change]] = {
    "a higher lower limit": ("glucose", row("glucose-level-2", below=600)),
    "a lower upper limit": ("glucose", row("glucose-very-high", at_or_above=3000)),
    "a higher level": ("glucose", row("glucose-very-high", level="stat")),
    "more rows": ("glucose", lambda table: table["limits"].append({**table["limits"][0], "id": "own"})),
    "all ages": ("nice-ng143", row("ng143-red-resp-rate", ages=None)),
    "more days": ("pregnancy", lambda table: table.update(postpartum_days=60)),
    "the lowest trigger": ("news2", row("news2-1-to-4", disabled=False)),
    "a stricter outcome": ("refill-rules", row("lab-overdue", outcome="prescriber")),
    "a nearer visit": ("refill-rules", row("visit-over-12-months-ago", within_days=180)),
    "another time": ("due-times", lambda table: table["times"].update({"check-in": "PT9M"})),
}


@pytest.mark.parametrize("name", STRICTER)
def test_a_stricter_table_is_right(name: str, shipped: dict[str, Any]) -> None:
    assert told(shipped, *STRICTER[name]) == []


def test_of_the_laboratory_s_list_the_difference_is_told(shipped: dict[str, Any]) -> None:
    (found,) = told(shipped, "critical-results", row("potassium", at_or_above="6.5"))
    assert "warning: row potassium calls later than the shipped table or not at all" in found


def test_a_due_time_that_no_rule_looks_up_is_an_error_as_it_would_tighten_nothing(shipped: dict[str, Any]) -> None:
    (found,) = told(shipped, "due-times", lambda table: table["times"].update({"take-vitlas": "PT2M"}))
    assert "unknown due time 'take-vitlas'" in found
    assert "did you mean 'take-vitals'?" in found


def test_a_clinic_s_own_table_is_compared_with_that_of_its_network(shipped: dict[str, Any]) -> None:
    own = {"pregnancy": {"postpartum_days": 7}, "due-times": {"times": {"chek-in": "PT2M"}}}
    clinics = {**shipped["clinics"], "north": {**shipped["clinics"]["north"], "tables": own}}
    report = Report({})
    check_tables_tightened(shipped["tables"], {**shipped, "clinics": clinics}, all_agents(), report)
    found = sorted(problem.message for problem in report.problems)
    assert "postpartum_days of 42" in found[0]
    assert "unknown due time 'chek-in'" in found[1]


def test_an_overlay_s_table_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "net/own/tables").mkdir(parents=True)
    for name in ("clinics.yaml", "staff.yaml", "bundle.yaml"):
        text = (data_dir("bundles") / "demo" / name).read_text("utf-8")
        (tmp_path / "net" / name).write_text(text + ("overlay: own\n" if name == "bundle.yaml" else ""), "utf-8")
    (tmp_path / "net/own/tables/glucose.yaml").write_text(
        "table: glucose\nversion: '1'\nowner: us\nsource: ours\nlimits: []\n", "utf-8"
    )
    _, problems = check(tmp_path / "net", None, all_agents(), NOVEMBER)
    assert [problem.where for problem in problems] == ["net/own/tables/glucose.yaml:1"] * 3
    assert "row glucose-level-1 as in the shipped table (field glucose, below 700, level asap)" in str(problems[0])
