"""A network's own tables, and those of a clinic, may be stricter than the shipped ones, never looser.

A row keeps its id, so that it can be found; more rows are always welcome. Where the laboratory's own list rules, the
difference is only told.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.stricter import Found, is_kept
from clinicflow.bundle_check.stricter_forms import STRICTER_SIDE, bounds_kept
from clinicflow.bundle_check.tables import OF_ALL, keys_in_use
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import tables_by_clinic
from clinicflow.core.durations import DAY, parse_duration
from clinicflow.core.hours import opening_day

Raw = Mapping[str, Any]


def check_tables_tightened(shipped: Raw, document: Raw, agents: Mapping[str, Agent[Any]], report: Report) -> None:
    """Compare the tables of a network with those of the packs, and each clinic's with the network's."""
    check = _Tightening(document, agents, report)
    for name, before in shipped.items():
        after = document["tables"].get(name, before)
        if after != before:
            check.compare(name, before, after, ("tables", name), "a network's own table", document["clinics"])
    for clinic, tables in sorted(tables_by_clinic(document).items()):
        for name in document["clinics"].get(clinic, {}).get("tables", {}):
            before, place = document["tables"].get(name, {}), ("clinics", clinic, "tables", name)
            check.compare(name, before, tables[name], place, "a clinic's own table", [clinic])


class _Tightening:
    """What all comparisons need: the forms of tables, the due times that rules look up, the clinics."""

    def __init__(self, document: Raw, agents: Mapping[str, Agent[Any]], report: Report) -> None:
        self.forms = {table: form for agent in agents.values() for table, form in agent.reads.items()} | OF_ALL
        self.keys = keys_in_use(document)
        self.clinics = document["clinics"]
        self.report = report

    def compare(self, name: str, before: Raw, after: Raw, place: Place, whose: str, at: Iterable[str]) -> None:
        """Tell what is looser in a table that holds ``at`` these clinics."""
        days = {(DAY, 7 * DAY), *(opening_day(self.clinics[clinic]) for clinic in at)}
        form = self.forms.get(name, "")
        found = [reason for compare in STRICTER_SIDE.get(form, ()) for reason in compare(before, after)]
        if name in self.keys:
            found += _later(before, after, days)
        for inner, reason in found:
            self.report.error((*place, *inner), f"Expected {reason}: {whose} can only be stricter")
        if form == "laboratory-limits":
            self._laboratory(before, after, place)
        self._known_times(name, before, after, place)

    def _laboratory(self, before: Raw, after: Raw, place: Place) -> None:
        for row, own in [(row, after.get(part, ())) for part in ("limits", "findings") for row in before.get(part, ())]:
            if not is_kept(row, own, ("id",), bounds_kept):
                reason = "calls later than the shipped table or not at all, as the list of the laboratory must say"
                self.report.warning(place, f"row {row['id']} {reason}")

    def _known_times(self, name: str, before: Raw, after: Raw, place: Place) -> None:
        known = before.get("times", {}).keys() | self.keys.get(name, set())
        for key in after.get("times", {}):
            if known and key not in known:
                self.report.unknown((*place, "times", key), "due time", key, known)


def _later(before: Raw, after: Raw, days: Iterable[tuple[int, int]]) -> Found:
    """Deadlines that come later than before, however long a day is where they hold; a deadline stays one."""
    for name in before.get("deadlines", ()):
        was, now = before["times"][name], after["times"][name]
        if name not in after["deadlines"]:
            yield ("deadlines",), f"{name} in deadlines"
        if any(new > old for old, new in zip(_lengths(was, days), _lengths(now, days), strict=True)):
            yield ("times", name), f"times.{name} of {was} or less, as it is a deadline"


def _lengths(told: Any, days: Iterable[tuple[int, int]]) -> Iterator[int]:
    """A duration in microseconds for each (day, week); what is counted back is below zero."""
    text = told if isinstance(told, str) else told.get("after") or told["before"]
    sign = -1 if isinstance(told, Mapping) and "before" in told else 1
    return (sign * parse_duration(text, *day) for day in days)
