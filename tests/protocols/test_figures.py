"""Who, by when, how urgent and who is asked next, of the rules whose figures were agreed: another figure is noticed.

The lines of ``figures.yaml`` were compared one by one with the agreed due times and ladders. Who changes a figure of a
pack on purpose changes it there too; a new rule needs no line there.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.bundles import shipped

Raw = Mapping[str, Any]

AGREED: dict[str, str] = msgspec.yaml.decode((Path(__file__).parent / "figures.yaml").read_bytes(), type=dict[str, str])

IN_OPENING_HOURS = {"quarantine-lot", "pull-stock", "quarantine-stock", "remove-device-from-service"}
"""Stat work on things, not on people: it is done when somebody is there."""

STAT_JOBS = {
    "facility/post-exposure-evaluation",
    "medications/reconcile",
    "medications/reconcile-manager",
    "referrals/meet-ambulance",
    "referrals/print-summary",
    "referrals/stay-with-patient",
    "referrals/stay-with-patient-again",
    "rooming/stay-with-patient",
    "specimens/collect-blood-stat",
    "specimens/collect-specimen-stat",
    "specimens/recollect-stat",
    "staffing/cover-supervision",
    "staffing/reassign-revoked",
    "sterile/notify-provider",
}
"""Stat work that takes its time: who is at it is not paged all the while."""


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return shipped()


def rules_of(document: Raw) -> dict[str, Raw]:
    return {f"{each['agent']}/{rule['id']}": rule for each in document["protocols"] for rule in each["rules"]}


def figures(rule: Raw, times: Raw) -> str:
    """The figures of a rule in one line: wait, roles, credential, priority, due time, what it outlasts, the ladder."""
    wait, task = rule.get("wait"), rule["task"]
    parts = [f"wait {_time(wait, times, 'wall')}"] if wait else []
    parts.append(
        " ".join(task["roles"]) + (f" ({task['credential']})" if task.get("credential", "any") != "any" else "")
    )
    parts.append(task.get("priority") or task.get("priority_from") or "routine")
    parts.append(f"due {_time(task['due'], times, 'clinic')}")
    parts += [word for word in ("critical", "two_person") if task.get(word)]
    parts += ["outlasts the visit"] if task.get("survives") else []
    for step in task.get("escalation", ()):
        again = f" again {step['repeat']}" if "repeat" in step else ""
        parts.append(f"{step['at']} {' '.join(step['to'])}{again}")
    return "; ".join(parts)


def _time(span: Raw, times: Raw, usual: str) -> str:
    length = times[span["key"]] if "table" in span else span.get("after") or f"before {span.get('before')}"
    if span.get("until"):
        length = f"closing and {span['after']}" if "after" in span else "closing"
    return " ".join([length, *([f"from {span['from']}"] if "from" in span else []), span.get("hours", usual)])


@pytest.mark.parametrize("name", AGREED)
def test_a_figure_is_the_one_that_was_agreed(name: str, document: dict[str, Any]) -> None:
    rules = rules_of(document)
    assert name in rules, f"Expected the rule {name}, whose figures were agreed, but no pack has it"
    assert figures(rules[name], document["tables"]["due-times"]["times"]) == AGREED[name]


def test_no_critical_task_is_left_out(document: dict[str, Any]) -> None:
    critical = {name for name, rule in rules_of(document).items() if (rule.get("task") or {}).get("critical")}
    assert critical <= AGREED.keys()


def test_stat_work_on_people_counts_by_the_clock(document: dict[str, Any]) -> None:
    """A clinic that has closed, with a patient still in it, must not make an emergency wait until it opens."""
    late = [
        name
        for name, rule in rules_of(document).items()
        if (task := rule.get("task"))
        and task.get("priority") == "stat"
        and task["due"].get("hours") != "wall"
        and task["activity"] not in IN_OPENING_HOURS
    ]
    assert late == []


def test_a_stat_call_is_made_again_every_five_minutes(document: dict[str, Any]) -> None:
    """A page that nobody reads is no answer: the last step of the ladder comes again until the call has ended."""
    once = {
        name
        for name, rule in rules_of(document).items()
        if (task := rule.get("task"))
        and task.get("priority") == "stat"
        and task["activity"] not in IN_OPENING_HOURS
        and (task["escalation"][-1].get("repeat") != "PT5M")
    }
    assert once == STAT_JOBS
