"""Checks of scope of practice: every rule names what exists, has its dates in order, and stands once."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.core.hours import parse_day
from clinicflow.core.rules import ROLES
from clinicflow.core.scope import covers
from clinicflow.core.staffing import CREDENTIALS
from clinicflow.core.worked import KINDS_OF_WORK

Raw = Mapping[str, Any]

NEEDS_SUPERVISOR = frozenset({"direct-visual", "same-room", "on-site", "immediately-available"})


def check_scope(document: Raw, report: Report) -> None:
    """Check all rules of scope, and that each clinic's jurisdiction has some."""
    terms = {term for name, found in document["activities"].items() for term in (name, *found)}
    _check_work(document, report)
    seen: dict[str, Place] = {}
    for jurisdiction, rules in document["scope"].items():
        for index, rule in enumerate(rules):
            place: Place = ("scope", jurisdiction, index)
            _check_rule(rule, place, terms, report)
            if rule["id"] in seen:
                report.error(
                    (*place, "id"),
                    f"Expected a rule id once, but {rule['id']!r} is also at {report.where(seen[rule['id']])}",
                )
            seen.setdefault(rule["id"], place)
    _check_jurisdictions(document, report)


def _check_work(document: Raw, report: Report) -> None:
    """Every activity says which kind of work it is, else the report of work would leave it out."""
    for name in document["activities"]:
        if name not in document["work"]:
            wanted = ", ".join(KINDS_OF_WORK)
            report.error(("activities", name), f"Expected the key 'work' (one of {wanted}), but {name} has none")


def _check_rule(rule: Raw, place: Place, terms: set[str], report: Report) -> None:
    for key, known, kind in (
        ("role", {*ROLES, "*"}, "role"),
        ("supervisor_roles", set(ROLES), "role"),
        ("credential_all_of", set(CREDENTIALS), "credential"),
        ("activities", terms, "activity"),
    ):
        value = rule.get(key) or []
        for index, name in enumerate([value] if isinstance(value, str) else value):
            if name not in known:
                report.unknown((*place, key, index) if isinstance(value, list) else (*place, key), kind, name, known)
    if rule.get("supervision") in NEEDS_SUPERVISOR and not rule.get("supervisor_roles"):
        report.error(place, f"Expected supervisor_roles: {rule['supervision']} supervision needs somebody")
    if rule["decision"] == "allowed-with-supervision" and "supervision" not in rule:
        report.error(place, "Expected the key 'supervision', since the decision is allowed-with-supervision")
    if rule.get("valid_to") is not None and parse_day(rule["valid_to"]) < parse_day(rule["valid_from"]):
        report.error((*place, "valid_to"), f"Expected a day from {rule['valid_from']} on, but got {rule['valid_to']}")


def _check_jurisdictions(document: Raw, report: Report) -> None:
    known = {jurisdiction for jurisdiction in document["scope"] if jurisdiction != "*"}
    for name, clinic in document["clinics"].items():
        jurisdiction = clinic["jurisdiction"]
        if jurisdiction not in known and not any(jurisdiction.startswith(wide + "-") for wide in known):
            report.unknown(("clinics", name, "jurisdiction"), "jurisdiction", jurisdiction, known)
    allowing = {name for name in known if any(rule["decision"] != "prohibited" for rule in document["scope"][name])}
    meant = allowing | {clinic["jurisdiction"] for clinic in document["clinics"].values()}
    for name in sorted(known):
        if not any(covers(name, narrow) or covers(narrow, name) for narrow in meant):
            # A misspelt name would leave a prohibition out of force without a word.
            report.unknown(("scope", name, 0), "jurisdiction", name, meant)
