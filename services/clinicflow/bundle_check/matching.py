"""Checks of what a task is about and for whom it is: fields that are matched exist on both sides, and a task that is
kept for somebody passes on to others or says that it never does."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.conditions import exposed
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.samples import bare, kinds
from clinicflow.core.agent import Agent
from clinicflow.core.matching import CASE
from clinicflow.core.rules import TASK_FACTS
from clinicflow.events import EVENT_TYPES

Raw = Mapping[str, Any]


def check_matches(raw: Raw, place: Place, agent: Agent[Any], report: Report) -> None:
    """Every pair of ``match``: a field of the fact, and one of each event that makes the task, or of the case."""
    causes = [raw["on"]] if isinstance(raw["on"], str) else raw["on"]
    for part, key in (("wait", "unless"), *(("task", each) for each in TASK_FACTS)):
        facts = (raw.get(part) or {}).get(key, [])
        for index, fact in enumerate(facts if isinstance(facts, list) else [facts]):
            at: Place = (*place, part, key, index) if isinstance(facts, list) else (*place, part, key)
            pairs = fact.get("match", {}) if isinstance(fact, Mapping) else {}
            for field, name in pairs.items():
                _check_field(fact["event"], field, (*at, "match", field), report)
                _check_source(causes, name, (*at, "match", field), agent, report)


def _check_source(causes: list[str], name: str, place: Place, agent: Agent[Any], report: Report) -> None:
    if name.startswith(CASE):
        known = exposed(agent)
        if name.removeprefix(CASE) not in known:
            report.unknown(place, "field of case", name.removeprefix(CASE), known)
        return
    for cause in causes:
        _check_field(cause, name, place, report)


def _check_field(event: str, field: str, place: Place, report: Report) -> None:
    """It must be a text or a whole number: what can be the same."""
    event_type = EVENT_TYPES.get(event)
    if event_type is None:
        return  # told by its own place
    if field not in event_type.__struct_fields__:
        report.unknown(place, f"field of {event}", field, event_type.__struct_fields__)
    elif field in event_type.PERSONAL or bare(kinds(event_type)[field]) not in (str, int):
        report.error(place, f"Expected a text or a whole number that is not personal, but {event}.{field} is none")


def check_meant(raw: Raw, place: Place, report: Report) -> None:
    """A task for one person has a way on, and is not also one for two."""
    if raw.get("plain") and (raw.get("critical") or not raw.get("done_by")):
        report.error(
            (*place, "plain"), "Expected done_by and no critical: true beside plain, else it says nothing or too much"
        )
    meant = raw.get("for")
    if meant is None:
        return
    only = isinstance(meant, Mapping) and meant.get("only", False)
    if not only and not raw.get("escalation"):
        report.error(
            (*place, "for"), "Expected an escalation, by which others get it, or only: true, but there is none"
        )
    if only and raw.get("two_person"):
        report.error((*place, "for"), "Expected a task that others may do too, as it takes two persons")
