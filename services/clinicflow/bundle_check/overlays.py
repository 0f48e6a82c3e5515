"""An overlay may tighten a shipped rule, never loosen what keeps patients safe."""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.core.durations import parse_duration
from clinicflow.core.rules import PRIORITIES
from clinicflow.errors import InvalidBundle

Raw = Mapping[str, Any]

_PRESSING = ("asap", "stat")

_KEEPS = {
    "critical": "a critical task ends only by a permitted person's acknowledgement",
    "two_person": "it takes two different persons",
    "survives": "it outlasts the end of the visit",
}


def check_tightened(shipped: Raw, own: Raw, place: Place, report: Report) -> None:
    """Compare an overlay's rule with the pack's rule of the same id."""
    before, after = shipped.get("task") or {}, own.get("task") or {}
    if not before:
        return
    if not after:
        report.error(place, f"Expected a task, as the shipped rule {shipped['id']} makes one: an overlay tightens only")
        return
    for key, why in _KEEPS.items():
        if before.get(key) and not after.get(key):
            report.error((*place, "task"), f"Expected {key}, as in the shipped rule {shipped['id']}: {why}")
    wanted = before.get("credential", "any")
    if wanted != "any" and after.get("credential", "any") == "any":
        report.error((*place, "task"), f"Expected credential {wanted}, as in the shipped rule {shipped['id']}")
    _check_matches(shipped["id"], before, after, place, report)
    _check_holds(shipped["id"], before, after, place, report)
    _check_urgency(shipped["id"], before, after, place, report)


def _check_matches(name: str, before: Raw, after: Raw, place: Place, report: Report) -> None:
    """A fact that ended one of several tasks must not end them all."""
    matched = {fact["event"]: fact["match"] for fact in _facts(before) if fact.get("match")}
    for fact in _facts(after):
        wanted = matched.get(fact["event"])
        if wanted and not wanted.items() <= fact.get("match", {}).items():
            pairs = ", ".join(f"{field}: {about}" for field, about in wanted.items())
            reason = f"Expected match: {{{pairs}}} of {fact['event']}, as in the shipped rule {name}"
            report.error((*place, "task", "done_by"), f"{reason}: it must not end the task of another one")


def _check_holds(name: str, before: Raw, after: Raw, place: Place, report: Report) -> None:
    """What is urgent begins at once and does not stop: on hold it would not escalate."""
    if not (before.get("critical") or before.get("priority") in _PRESSING):
        return
    for key in ("waits_for", "held_by"):
        if after.get(key) and not before.get(key):
            report.error((*place, "task", key), f"Expected no {key}, as in the shipped rule {name}: it is urgent")


def _facts(task: Raw) -> list[Raw]:
    found = task.get("done_by", [])
    return [
        {"event": fact} if isinstance(fact, str) else fact for fact in (found if isinstance(found, list) else [found])
    ]


def _check_urgency(name: str, before: Raw, after: Raw, place: Place, report: Report) -> None:
    """A fixed priority and the due time of urgent work may only become stricter."""
    was, now = before.get("priority", "routine"), after.get("priority", "routine")
    if was in PRIORITIES and now in PRIORITIES and PRIORITIES.index(now) < PRIORITIES.index(was):
        report.error((*place, "task", "priority"), f"Expected {was} or more urgent, as in the shipped rule {name}")
    longer, allowed = _after(after), _after(before)
    strict = before.get("critical") or was in _PRESSING
    if strict and _hours(before) == "wall" and _hours(after) != "wall":
        reason = "a clinic that is closed would make it wait"
        report.error((*place, "task", "due"), f"Expected hours: wall, as in the shipped rule {name}: {reason}")
    if strict and before.get("escalation") and not after.get("escalation"):
        report.error(
            (*place, "task"), f"Expected an escalation, as in the shipped rule {name}: somebody must be asked next"
        )
    if strict and longer is not None and allowed is not None and longer > allowed:
        text = before["due"]["after"]
        report.error((*place, "task", "due"), f"Expected at most {text}, as in the shipped rule {name}: it is urgent")


def _hours(task: Raw) -> str:
    return str((task.get("due") or {}).get("hours", "clinic"))


def _after(task: Raw) -> int | None:
    """The fixed time allowed, in microseconds; None when a table says it or it cannot be read."""
    text = (task.get("due") or {}).get("after")
    try:
        return parse_duration(text) if isinstance(text, str) else None
    except InvalidBundle:
        return None
