"""A network's own tables, and those of a clinic, may call somebody earlier than the shipped ones, never later.

A row keeps its id, so that it can be found; more rows are always welcome. Where the laboratory's own list rules, the
difference is only told.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from clinicflow.agents.refills.check import OUTCOMES
from clinicflow.agents.vitals.state import LEVELS
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import tables_by_clinic

Raw = Mapping[str, Any]
Stricter = Callable[[Raw, Raw], bool]


def check_tables_tightened(shipped: Raw, document: Raw, agents: Mapping[str, Agent[Any]], report: Report) -> None:
    """Compare the tables of a network with those of the packs, and each clinic's with the network's."""
    forms = {table: form for agent in agents.values() for table, form in agent.reads.items()}
    keys = _keys_in_use(document)
    for name, before in shipped.items():
        after = document["tables"].get(name, before)
        if after != before:
            _compare(forms.get(name, ""), before, after, keys.get(name, set()), ("tables", name), report)
    for clinic, tables in sorted(tables_by_clinic(document).items()):
        for name in document["clinics"].get(clinic, {}).get("tables", {}):
            place: Place = ("clinics", clinic, "tables", name)
            before = document["tables"].get(name, {})
            _compare(forms.get(name, ""), before, tables[name], keys.get(name, set()), place, report)


def _compare(form: str, before: Raw, after: Raw, keys: set[str], place: Place, report: Report) -> None:
    for reason in _loosened(form, before, after):
        report.error(place, f"Expected {reason}: a network's own table can only be stricter")
    if form == "laboratory-limits":
        for row, own in [(row, after.get(part, ())) for part in ("limits", "findings") for row in before.get(part, ())]:
            if not _kept(row, own, ("id",), _bounds_kept):
                reason = "calls later than the shipped table or not at all, as the list of the laboratory must say"
                report.warning(place, f"row {row['id']} {reason}")
    known = before.get("times", {}).keys() | keys
    for key in after.get("times", {}):
        if known and key not in known:
            report.unknown((*place, "times", key), "due time", key, known)


def _loosened(form: str, before: Raw, after: Raw) -> Iterator[str]:
    """What of a table that calls clinicians, or holds a refill for them, is missing or weaker."""
    if form in ("limits", "child-limits", "maternal-limits"):
        yield from _rows(before["limits"], after["limits"], ("id", "field"), _calls_as_early)
    if form == "child-limits" and not _as_urgent(before["age_unknown"], after["age_unknown"]):
        yield f"age_unknown at level {before['age_unknown']['level']} or above"
    if form == "maternal-limits" and after["postpartum_days"] < before["postpartum_days"]:
        yield f"postpartum_days of {before['postpartum_days']} or more"
    if form == "score":
        yield from _score(before, after)
    if form == "refill-checks":
        yield from _rows(before["checks"], after["checks"], ("id", "field"), _holds_as_much)


def _score(before: Raw, after: Raw) -> Iterator[str]:
    if after["parameters"] != before["parameters"]:
        yield "the points of the published score"
    yield from _rows(before["triggers"], after["triggers"], ("id",), _triggers_as_early)
    was, now = before["single_parameter"], after["single_parameter"]
    if now["points"] > was["points"] or not _as_urgent(was, now):
        yield f"single_parameter at {was['points']} points and level {was['level']}, or stricter"


def _rows(before: Any, after: Any, names: tuple[str, ...], stricter: Stricter) -> Iterator[str]:
    for row in before:
        if not _kept(row, after, names, stricter):
            told = ", ".join(f"{name} {value}" for name, value in row.items() if name not in ("id", "note", "codes"))
            yield f"row {row['id']} as in the shipped table ({told}) or stricter"


def _kept(row: Raw, after: Any, names: tuple[str, ...], stricter: Stricter) -> bool:
    return any(stricter(row, own) for own in after if all(own.get(name) == row[name] for name in names))


def _as_urgent(was: Raw, now: Raw) -> bool:
    return LEVELS.index(now["level"]) >= LEVELS.index(was["level"])


def _bounds_kept(was: Raw, now: Raw) -> bool:
    """Whether each bound is there and is reached no later; lists of codes that call are no shorter."""
    lowest = all(_number(now.get(name)) >= _number(was[name]) for name in ("below", "at_or_below") if name in was)
    highest = all(
        name in now and _number(now[name]) <= _number(was[name]) for name in ("above", "at_or_above") if name in was
    )
    listed = set(was.get("among", ())) <= set(now.get("among", ()))
    spared = set(now.get("not_among", was.get("not_among", ()))) <= set(was.get("not_among", ()))
    return lowest and highest and listed and spared and ("not_among" in now) == ("not_among" in was)


def _number(value: Any) -> float:
    return float("-inf") if value is None else float(value)


def _calls_as_early(was: Raw, now: Raw) -> bool:
    return (
        _as_urgent(was, now)
        and _bounds_kept(was, now)
        and now.get("below_plus_per_year", 0) >= was.get("below_plus_per_year", 0)
        and _for_as_many(was, now)
        and now.get("if", {}).items() <= was.get("if", {}).items()
    )


def _for_as_many(was: Raw, now: Raw) -> bool:
    """Whether all ages of the shipped row are still meant."""
    if "ages" not in now:
        return True
    ages, own = was.get("ages"), now["ages"]
    return ages is not None and (
        own.get("from_months", 0) <= ages.get("from_months", 0)
        and _number(own.get("below_months", float("inf"))) >= _number(ages.get("below_months", float("inf")))
        and own.get("newborn", ages.get("newborn")) == ages.get("newborn")
    )


def _triggers_as_early(was: Raw, now: Raw) -> bool:
    spared = now.get("disabled", False) and not was.get("disabled", False)
    return not spared and now["min_score"] <= was["min_score"] and _as_urgent(was, now)


def _holds_as_much(was: Raw, now: Raw) -> bool:
    """Whether a check still fails for all that failed it, with an outcome as strict."""
    limits = all(name in now and now[name] <= was[name] for name in ("at_most", "within_days") if name in was)
    values = "is" not in was or set(map(str, now.get("is", was["is"]))) <= set(map(str, was["is"]))
    unknown = "unknown" not in now or "unknown" in was
    everybody = "ages" not in now or "ages" in was
    strict = OUTCOMES.index(now["outcome"]) >= OUTCOMES.index(was["outcome"])
    return limits and values and unknown and everybody and strict


def _keys_in_use(document: Raw) -> dict[str, set[str]]:
    """The keys of each table of times that rules look up."""
    found: dict[str, set[str]] = {}
    for protocol in document["protocols"]:
        for rule in protocol["rules"]:
            for span in ((rule.get("task") or {}).get("due", {}), rule.get("wait") or {}):
                if "table" in span:
                    found.setdefault(span["table"], set()).add(span["key"])
    return found
