"""What an overlay may not loosen of a task: what it is, by when, who is asked and when, and what ends or stops it."""

from collections.abc import Iterator, Sequence

from clinicflow.bundle_check.problems import Place
from clinicflow.bundle_check.times import moment
from clinicflow.core.cel import Expression
from clinicflow.core.durations import SECOND
from clinicflow.core.requests import LICENSED
from clinicflow.core.rules import DueSpec, EscalationStep, Fact, Span, TaskSpec

Loosened = tuple[Place, str]
"""The place inside the task, and what was expected there."""

_PRESSING = ("asap", "stat")
_LEADING = frozenset({"LEAD", "MGR"})


def check_task_tightened(was: TaskSpec, now: TaskSpec, clinics: Sequence[str]) -> Iterator[Loosened]:
    """All by which ``now`` is looser than ``was`` at one of the clinics, where both hold."""
    if now.activity != was.activity:
        yield ("activity",), f"activity {was.activity}"
    if was.language and not now.language:
        yield (), "language: patient"
    yield from _asked(was, now)
    yield from _due(was.due, now.due, clinics)
    yield from _ladder(was, now, clinics)
    yield from _ends(was, now)


def sooner(was: Span, now: Span, clinics: Sequence[str]) -> bool:
    """Whether ``now`` is over no later at each clinic, whatever its hours are."""
    if was.hours == "wall" and now.hours != "wall":
        return False
    return all(now.micros(clinic) <= was.micros(clinic) for clinic in clinics)


def loose_facts(was: Sequence[Fact], now: Sequence[Fact]) -> list[Fact]:
    """Those of ``now`` that may happen when none of ``was`` does."""
    return [fact for fact in now if not any(_as_narrow(known, fact) for known in was)]


def _as_narrow(known: Fact, fact: Fact) -> bool:
    if known.event != fact.event:
        return False
    return known.when is None or (fact.when is not None and fact.when.source == known.when.source)


def _asked(was: TaskSpec, now: TaskSpec) -> Iterator[Loosened]:
    """What presses is offered at once to all nurses, prescribers and leads to whom it was."""
    if was.critical or was.priority in _PRESSING:
        lost = [role for role in was.roles if role in LICENSED | _LEADING and role not in now.roles]
        if lost:
            yield ("roles",), f"roles {', '.join(lost)} too"


def _due(was: DueSpec, now: DueSpec, clinics: Sequence[str]) -> Iterator[Loosened]:
    """No later, whatever the time of the day: a clinic may close later than any length of time is over, and earlier."""
    if _since(was) != _since(now):
        yield ("due",), f"due counted from {_since(was)}"
    elif was.closing:
        if not now.closing and any(now.micros(clinic) > 0 for clinic in clinics):
            yield ("due",), "due: {until: closing}, or after no time at all"
    elif now.closing or not sooner(was, now, clinics):
        yield (
            ("due",),
            f"due within {_text(max(was.micros(clinic) for clinic in clinics))} or sooner, in {was.hours} hours",
        )


def _since(due: DueSpec) -> str:
    return due.since.source if isinstance(due.since, Expression) else due.since


def _ladder(was: TaskSpec, now: TaskSpec, clinics: Sequence[str]) -> Iterator[Loosened]:
    """Who was asked at some time is asked by then."""
    for clinic in clinics:
        lost = [
            (step, role)
            for step in was.escalation
            for role in step.roles
            if role not in _asked_by(now, moment(was, step, clinic), clinic)
        ]
        if lost:
            step, role = lost[0]
            yield ("escalation",), f"that {role} is asked after {_text(moment(was, step, clinic))} at the latest"
            return
    if was.escalation and was.escalation[-1].repeat is not None:
        yield from _again(was.escalation[-1].repeat, now.escalation)


def _asked_by(task: TaskSpec, time: int, clinic: str) -> set[str]:
    steps = [step for step in task.escalation if moment(task, step, clinic) <= time]
    return {*task.roles, *(role for step in steps for role in step.roles)}


def _again(repeat: int, steps: Sequence[EscalationStep]) -> Iterator[Loosened]:
    last = steps[-1].repeat if steps else None
    if last is None or last > repeat:
        yield ("escalation",), f"a last step with repeat of {_text(repeat)} or sooner"


def _ends(was: TaskSpec, now: TaskSpec) -> Iterator[Loosened]:
    """It ends, stops and waits by nothing by which the shipped one does not."""
    if was.done_by and not now.done_by:
        yield (), f"done_by: {', '.join(fact.event for fact in was.done_by)}"
    if now.plain and not was.plain and was.done_by:
        yield ("plain",), "no plain"
    if was.done_by:
        for fact in loose_facts(was.done_by, now.done_by):
            kept = [known.when.source for known in was.done_by if known.event == fact.event and known.when]
            only = f"ends it only when {' or '.join(kept)}" if kept else "does not end it"
            yield ("done_by",), f"that {fact.event} {only}"
    for key in ("cancelled_by", "held_by"):
        for fact in loose_facts(getattr(was, key), getattr(now, key)):
            yield (key,), f"no {key} {fact.event}"
    if now.waits_for and not was.waits_for:
        yield ("waits_for",), "no waits_for"


def _text(micros: int) -> str:
    """A length of time for people: PT10M; what is counted back is told by its length too."""
    seconds = abs(micros) // SECOND
    parts = [(seconds // 3600, "H"), (seconds % 3600 // 60, "M"), (seconds % 60, "S")]
    return "PT" + ("".join(f"{count}{unit}" for count, unit in parts if count) or "0S")
