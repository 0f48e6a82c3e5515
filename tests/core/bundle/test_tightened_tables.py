"""A network's tables, and a clinic's, call clinicians no later than the shipped ones; the check says what is lost."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.bundle_check import Report, check_tables_tightened
from clinicflow.bundle_check.stricter_forms import STRICTER_SIDE
from clinicflow.bundle_check.tables import OF_ALL
from clinicflow.bundle_files import check, load
from clinicflow.data import data_dir
from tests.core.bundle.test_planted_errors import NOVEMBER

Change = Callable[[Any], Any]

LISTS = ("limits", "triggers", "checks", "changes", "weights")
"""The keys of tables under which rows stand."""


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
        found = next(each for key in LISTS for each in table.get(key, ()) if each["id"] == name)
        found.update(values)
        for key in [key for key, value in values.items() if value is None]:
            del found[key]

    return change


def put(*keys: str, to: Any) -> Change:
    """The value under these keys is another one."""

    def change(table: Any) -> None:
        for key in keys[:-1]:
            table = table[key]
        table[keys[-1]] = to

    return change


def without(name: str) -> Change:
    def change(table: Any) -> None:
        for key in LISTS:
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
    "a higher cap": ("workload", put("cap", to=9), "cap of 6 or less"),
    "a lesser weight": ("workload", put("weights", "stat", to=1), "weights with stat of 3 or more"),
    "no break first": ("workload", put("break_first", to=False), "break_first: true"),
    "a larger difference": ("dose-weight", row("child", differs_percent=20), "row child"),
    "an older weight": ("dose-weight", row("newborn", within_days=3), "row newborn"),
    "fewer children": ("dose-weight", row("child", ages={"below_months": 100}), "row child"),
    "a change that is not told": ("measurement-change", without("weight-lost"), "row weight-lost"),
    "a larger change": ("measurement-change", row("weight-lost", down_percent=8), "down_percent 5"),
    "a change of older ones": ("measurement-change", row("height-lost", ages={"from_months": 216}), "row height-lost"),
    "a warm fridge": ("cold-storage", put("limits", "fridge", "max", to=100), "limits.fridge with max of 80 or less"),
    "a cold fridge": ("cold-storage", put("limits", "fridge", "min", to=0), "limits.fridge with min of 20 or more"),
    "a shorter cycle": ("sterile-policy", put("cycles", "gravity_121", "minutes", to=150), "minutes of 300 or more"),
    "a cooler cycle": ("sterile-policy", put("cycles", "gravity_121", to={"minutes": 300}), "temp of 1210 or more"),
    "air for less long": (
        "air-times",
        put("minutes", "exam", to=20),
        "minutes.exam of 46 or more, or air_changes.exam",
    ),
    "less than its ventilation needs": (
        "air-times",
        lambda table: (table["minutes"].update(exam=20), table.update(air_changes={"exam": 8})),
        "minutes.exam of 35 or more",
    ),
    "a new type of room": ("air-times", put("minutes", "cellar", to=60), "minutes.cellar of 138 or more"),
    "less training": ("training-needs", put("credentials", "ma-inj", "hours", to=5), "ma-inj with hours of 10 or more"),
    "fewer acts": ("training-needs", put("credentials", "ma-ecg", "supervised_acts", to=1), "supervised_acts of 3"),
    "stronger pain": ("therapy-limits", put("strong_pain", to=9), "strong_pain of 7 or less"),
    "a higher pressure of the eye": ("eye-limits", put("pressure_stat", to=40), "pressure_stat of 30 or less"),
    "a fast heart set aside": (
        "plausibility",
        put("bounds", "heart_rate", "max", to=150),
        "bounds.heart_rate with max of 300 or more",
    ),
    "a weight of two": (
        "plausibility",
        put("bounds", "weight", "max", to=900_000),
        "bounds.weight with max of 400000 or less",
    ),
    "a pair more": ("plausibility", lambda table: table["above"].append(["spo2", "heart_rate"]), "the same pairs"),
    "somebody overtaken for longer": ("ranking", put("head_after_min", to=120), "head_after_min of 15 or less"),
    "somebody passed over in the line": ("ranking", put("overtake_cap_min", to=60), "overtake_cap_min of 45 or less"),
    "a code that a recall would miss": (
        "stock-levels",
        put("items", "flu-vaccine", "vaccine_codes", to=["140"]),
        "items.flu-vaccine with 150 in vaccine_codes",
    ),
    "a later deadline": ("due-times", put("times", "nurse-triage", to="PT20M"), "times.nurse-triage of PT10M or less"),
    "a day for hours": ("due-times", put("times", "answer-question", to="P1D"), "times.answer-question of PT4H"),
    "no deadline": ("due-times", put("deadlines", to=[]), "nurse-triage in deadlines"),
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
    "another time": ("due-times", put("times", "check-in", to="PT9M")),
    "an earlier deadline": ("due-times", put("times", "nurse-triage", to="PT5M")),
    "a lower cap": ("workload", put("cap", to=4)),
    "a heavier weight": ("workload", put("weights", "routine", to=2)),
    "a smaller difference": ("dose-weight", row("everybody", differs_percent=5)),
    "a smaller change": ("measurement-change", row("weight-lost", down_percent=3)),
    "a narrower fridge": ("cold-storage", put("limits", "fridge", to={"min": 30, "max": 70})),
    "an earlier recall": ("sterile-policy", put("recall_at", to="first")),
    "a longer cycle": ("sterile-policy", put("cycles", "gravity_121", "minutes", to=450)),
    "air for longer": ("air-times", put("minutes", "exam", to=69)),
    "as its ventilation needs": (
        "air-times",
        lambda table: (table["minutes"].update(exam=23), table.update(air_changes={"exam": 12})),
    ),
    "more training": ("training-needs", put("credentials", "ma-phleb", "hours", to=20)),
    "a skill more": ("training-needs", put("credentials", "ma-vax", to={"hours": 4, "supervised_acts": 4})),
    "less pain": ("therapy-limits", put("strong_pain", to=5)),
    "a lower pressure of the eye": ("eye-limits", put("pressure_stat", to=25)),
    "more that is believed": ("plausibility", put("bounds", "heart_rate", "max", to=350)),
    "an own order": ("ranking", put("fit_min", to=0)),
    "other stock": ("stock-levels", put("items", "gauze", "par", to=5)),
    "a code more": ("stock-levels", put("items", "flu-vaccine", "vaccine_codes", to=["140", "150", "205"])),
    "a text of one's own": ("approved-questions", put("topics", "parking", to={"text": "answer-parking"})),
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
    assert "row glucose-level-1 (field glucose, below 700, level asap) or a stricter one" in str(problems[0])


def test_what_an_overlay_loosens_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "net/own/tables").mkdir(parents=True)
    for name in ("clinics.yaml", "staff.yaml", "bundle.yaml"):
        text = (data_dir("bundles") / "demo" / name).read_text("utf-8")
        (tmp_path / "net" / name).write_text(text + ("overlay: own\n" if name == "bundle.yaml" else ""), "utf-8")
    (tmp_path / "net/own/tables/workload.yaml").write_text(
        "table: workload\nversion: '2'\nowner: us\nsource: ours\nweights:\n  asap: 1\nbreak_first: false\n", "utf-8"
    )
    _, problems = check(tmp_path / "net", None, all_agents(), NOVEMBER)
    only = "a network's own table can only be stricter"
    assert [str(problem) for problem in problems] == [
        f"net/own/tables/workload.yaml:6: Expected weights with asap of 2 or more: {only}",
        f"net/own/tables/workload.yaml:7: Expected break_first: true: {only}",
    ]


def test_a_day_of_a_clinic_counts_as_long_as_it_is_open(shipped: dict[str, Any]) -> None:
    """Ten hours are less than a day of the calendar, but more than a day of a clinic that is open for eight hours."""
    tables = deepcopy(shipped["tables"])
    tables["due-times"]["times"]["answer-question"] = "P1D"
    clinic = {**shipped["clinics"]["north"], "hours": {"daily": "08:00-16:00"}}
    clinic["tables"] = {"due-times": {"times": {"answer-question": "PT10H"}}}
    report = Report({})
    document = {**shipped, "tables": tables, "clinics": {**shipped["clinics"], "north": clinic}}
    check_tables_tightened(tables, document, all_agents(), report)
    (found,) = report.problems
    assert "times.answer-question of P1D or less" in found.message
    assert "a clinic's own table can only be stricter" in found.message


def test_every_form_of_a_table_that_has_a_stricter_side_is_tried_above() -> None:
    forms = {table: form for agent in all_agents().values() for table, form in agent.reads.items()} | OF_ALL
    assert {forms[table] for table, _, _ in LOOSER.values() if table in forms} == STRICTER_SIDE.keys()
    assert set(forms.values()) - STRICTER_SIDE.keys() == {"approved-texts", "laboratory-limits"}
