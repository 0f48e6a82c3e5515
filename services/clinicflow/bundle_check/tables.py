"""Checks of tables: each has the form by which an agent's code reads it, for every clinic, so that a misspelt word
neither puts a limit out of force nor stops the agent on a live event."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.forms import note
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.shapes import Shape, either, fields, mapping
from clinicflow.bundle_check.table_forms import FORMS, duration
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import tables_by_clinic

Raw = Mapping[str, Any]

_time = either(
    lambda value: isinstance(value, Mapping), fields({}, {"after": duration, "before": duration, **note}), duration
)

OF_ALL = ("workload", "ranking")
"""Tables that no agent reads: how much one person may hold, with which every request for work is compared, and in which
order screens show what is open. Without them no cap holds, and the shipped order does."""


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
    for table in sorted(_of_due_times(document) & document["tables"].keys()):
        _check(table, _times, document, report)
    for table in OF_ALL:
        if table in document["tables"]:
            _check(table, FORMS[table], document, report)


def _check(table: str, shape: Shape, document: Raw, report: Report) -> None:
    before = report.errors
    shape(document["tables"][table], ("tables", table), report)
    if report.errors > before:
        return
    for clinic, tables in tables_by_clinic(document).items():
        if table in document["clinics"].get(clinic, {}).get("tables", {}):
            shape(tables[table], ("clinics", clinic, "tables", table), report)


def _of_due_times(document: Raw) -> set[str]:
    rules = [rule for protocol in document["protocols"] for rule in protocol["rules"]]
    spans = [(rule.get("task") or {}).get("due", {}) for rule in rules] + [rule.get("wait") or {} for rule in rules]
    return {span["table"] for span in spans if "table" in span}


def _times(value: Any, place: Place, report: Report) -> None:
    if "times" in value:
        mapping(_time)(value["times"], (*place, "times"), report)
