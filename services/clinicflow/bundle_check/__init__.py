"""Proves that a bundle can be worked by before it comes into force: every problem is found and named with its line."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.feeds import check_feeds
from clinicflow.bundle_check.people import check_clinics, check_doable, check_staff
from clinicflow.bundle_check.problems import Place, Problem, Report
from clinicflow.bundle_check.protocols import check_protocols
from clinicflow.bundle_check.rule_tightening import check_rules_tightened
from clinicflow.bundle_check.scopes import check_scope
from clinicflow.bundle_check.tables import check_tables
from clinicflow.bundle_check.tightening import check_tables_tightened
from clinicflow.core.agent import Agent

__all__ = ["Problem", "Report", "check_document", "check_rules_tightened", "check_tables_tightened"]


def check_document(
    document: Mapping[str, Any],
    places: Mapping[Place, str],
    agents: Mapping[str, Agent[Any]],
    at: int,
    report: Report | None = None,
) -> list[Problem]:
    """All problems of a document whose form is right, with those already in ``report``.

    ``at`` (UTC microseconds) is the day on which credentials and rules of scope must be valid.
    """
    report = report or Report(places)
    check_clinics(document, report)
    readable = check_staff(document, report)
    check_scope(document, report)
    check_feeds(document, report)
    check_tables(document, agents, report)
    if not document["clinics"]:
        return report.problems
    compiled = check_protocols(document, agents, report)
    if readable:
        check_doable(document, compiled, at, report)
    return report.problems
