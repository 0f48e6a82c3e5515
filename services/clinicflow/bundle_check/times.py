"""Checks of times: due times, waits and escalations can be read, run in one direction, and come one after another."""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from clinicflow.bundle_check.problems import Place, Report
from clinicflow.core.cel import compile_program
from clinicflow.core.durations import DAY
from clinicflow.core.rule_forms import MOMENTS, parse_due, parse_wait
from clinicflow.core.rules import EscalationStep, Rule, Span, TaskSpec
from clinicflow.errors import InvalidBundle

Raw = Mapping[str, Any]

LONGEST = 400
"""Days that work may be due or waited for: a year, and a little for who counts generously."""

_EXAMPLE = "an expression that gives a time, such as event.due_at"


def check_due(raw: Raw, place: Place, tables: Mapping[str, Raw], clinics: Raw, report: Report) -> None:
    """A due time: its table has it, and what is counted back has a time ahead to be counted from."""
    origin = raw.get("from", "occurred")
    if not _readable(origin, (*place, "from"), f"occurred, appointment or {_EXAMPLE}", MOMENTS, report):
        return
    span = _parsed(raw, place, parse_due, tables, clinics, report)
    if span is not None and span.after < 0 and origin == "occurred":
        report.error(place, f"Expected from: appointment or {_EXAMPLE}, as time is counted back from it")


def check_wait(raw: Raw, place: Place, tables: Mapping[str, Raw], clinics: Raw, report: Report) -> None:
    """The same of a wait, which always counts back from a time that is given."""
    origin = raw.get("from")
    if origin is not None and not _readable(origin, (*place, "from"), _EXAMPLE, (), report):
        return
    span = _parsed(raw, place, parse_wait, tables, clinics, report)
    if span is not None and span.after < 0 and origin is None:
        report.error(place, f"Expected from: {_EXAMPLE}, as time is counted back from it")


def _readable(source: str, place: Place, wanted: str, words: Iterable[str], report: Report) -> bool:
    if source in words:
        return True
    if source.isidentifier():
        report.error(place, f"Expected {wanted}, but got {source!r}")
        return False
    try:
        compile_program(source)
    except InvalidBundle as error:
        report.error(place, str(error))
        return False
    return True


def _parsed(
    raw: Raw, place: Place, parse: Callable[..., Span], tables: Mapping[str, Raw], clinics: Raw, report: Report
) -> Span | None:
    try:
        span = parse(raw, tables, clinics)
    except InvalidBundle as error:
        report.error(place, str(error))
        return None
    if abs(span.after) > LONGEST * DAY:
        report.error(
            place, f"Expected at most {LONGEST} days, but this is {abs(span.after) // DAY}: nobody would see it"
        )
    if any((length < 0) != (span.after < 0) for length in span.by_clinic.values()):
        report.error(place, "Expected the same direction at every clinic, but some count after and some before")
        return None
    return span


def check_escalation(rule: Rule, place: Place, clinics: Iterable[str], report: Report) -> None:
    """Its steps come one after another at every clinic, and only the last one comes again."""
    if rule.task is None:
        return
    for index, step in enumerate(rule.task.escalation[:-1]):
        if step.repeat is not None:
            at: Place = (*place, "task", "escalation", index, "repeat")
            report.error(at, "Expected repeat in the last step of the escalation only, but another step follows")
    for index, step in enumerate(rule.task.escalation):
        if rule.task.due.ahead and step.fraction is not None and step.fraction > 1:
            at = (*place, "task", "escalation", index, "at")
            how = "as the clinic closes" if rule.task.due.closing else "counted back"
            reason = f"as the due time is {how}: what comes after it says how long after, such as PT1H"
            report.error(at, f"Expected at most 100%, {reason}")
    for clinic in sorted(clinics):
        times = [moment(rule.task, step, clinic) for step in rule.task.escalation]
        for index, (earlier, later) in enumerate(pairwise(times), start=1):
            if later <= earlier:
                at = (*place, "task", "escalation", index, "at")
                report.error(at, "Expected each step of the escalation later than the one before, but this is not")


def moment(task: TaskSpec, step: EscalationStep, clinic: str) -> int:
    """When a step comes, counted from the same start; where the due time is a moment of its own that is a day ahead."""
    if not task.due.ahead:
        return step.micros(task.due.micros(clinic), clinic)
    return step.micros(DAY, clinic) + (DAY if step.fraction is None else 0)
