"""Checks of tables: each has the form by which an agent's code reads it, for every clinic, so that a misspelt word
neither puts a limit out of force nor stops the agent on a live event."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.forms import note
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.shapes import Shape, either, fields, many, mapping, text
from clinicflow.bundle_check.table_forms import FORMS, duration
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import tables_by_clinic

Raw = Mapping[str, Any]

_time = either(
    lambda value: isinstance(value, Mapping), fields({}, {"after": duration, "before": duration, **note}), duration
)

OF_ALL = {
    "workload": "workload",
    "ranking": "ranking",
    "therapy-limits": "pain-limit",
    "eye-limits": "eye-pressure-limit",
}
"""Tables that no agent reads, and their forms: how much one person may hold, with which every request for work is
compared, in which order screens show what is open, and limits that conditions of rules name. Without the first two no
cap holds, and the shipped order does."""


def check_tables(document: Raw, agents: Mapping[str, Agent[Any]], report: Report) -> None:
    """Check the tables that agents read and those of due times, each clinic's own values put over them too."""
    for name in sorted(agents):
        for table, form in sorted(agents[name].reads.items()):
            if table in document["tables"]:
                _check(table, FORMS[form], document, report)
            else:
                report.error(
                    ("tables",), f"Expected a table {table!r}, which agent {name} reads, but there is no such table"
                )
    for table in sorted(keys_in_use(document).keys() & document["tables"].keys()):
        _check(table, _times, document, report)
    for table, form in OF_ALL.items():
        if table in document["tables"]:
            _check(table, FORMS[form], document, report)


def _check(table: str, shape: Shape, document: Raw, report: Report) -> None:
    before = report.errors
    shape(document["tables"][table], ("tables", table), report)
    if report.errors > before:
        return
    for clinic, tables in tables_by_clinic(document).items():
        if table in document["clinics"].get(clinic, {}).get("tables", {}):
            shape(tables[table], ("clinics", clinic, "tables", table), report)


def keys_in_use(document: Raw) -> dict[str, set[str]]:
    """The keys of each table of times that rules look up, by the table's name."""
    found: dict[str, set[str]] = {}
    for rule in (rule for protocol in document["protocols"] for rule in protocol["rules"]):
        for span in ((rule.get("task") or {}).get("due", {}), rule.get("wait") or {}):
            if "table" in span:
                found.setdefault(span["table"], set()).add(span["key"])
    return found


def _times(value: Any, place: Place, report: Report) -> None:
    before = report.errors
    if "times" in value:
        mapping(_time)(value["times"], (*place, "times"), report)
    if "deadlines" in value:
        many(text)(value["deadlines"], (*place, "deadlines"), report)
    if report.errors > before:
        return
    for index, name in enumerate(value.get("deadlines", ())):
        if name not in value.get("times", {}):
            report.unknown((*place, "deadlines", index), "due time", name, value.get("times", {}))
