"""A past board as text for a terminal; opaque ids only."""

from __future__ import annotations

from collections.abc import Iterator

from clinicflow.codec.times import text_of
from clinicflow.core.event import Micros
from clinicflow.core.ranking import Reason, ReasonKind
from clinicflow.core.waiting import Waiting
from clinicflow.replay.board import PastBoard, PastTask, PastVisit

_WHY = {
    "not-taken": "nobody has taken it",
    "taken": "taken, not begun",
    "being-done": "is being done",
    "on-hold": "is on hold",
    "timer": "until a timer fires",
    "forgotten": "nobody: FORGOTTEN",
}


def lines_of(board: PastBoard) -> Iterator[str]:
    """The board, a line for each visit and task."""
    told = "as it was known" if board.by == "logged" else "as it was"
    yield f"clinic {board.clinic_id} ({board.org_id}) at {text_of(board.as_of)}, {told}; {board.rows} events"
    if board.codes.other:
        yield f"{board.codes.line()}; what the screens showed then may have been otherwise"
    yield f"{len(board.visits)} patients in the clinic"
    for visit in board.visits:
        yield f"  {_visit(visit, board.as_of)}"
    yield f"{len(board.tasks)} open tasks"
    for one in board.tasks:
        task = one.task
        late = "  OVERDUE" if task.due_at < board.as_of else ""
        owner = f" {task.owner}" if task.owner else ""
        owner += f" under {task.supervisor}" if task.supervisor else ""
        roles = "/".join(task.roles)
        due = f"due {_clock(task.due_at, board.as_of)}{late}{_because(one, board.as_of)}"
        yield f"  {task.priority:<8} {task.activity:<28} {roles:<12} {task.status}{owner}, {due}"


_REASONS: dict[ReasonKind, str] = {
    "stat": "stat",
    "asap": "asap",
    "urgent": "urgent",
    "patient-urgent": "triage made the patient urgent",
    "critical": "critical",
    "too-long": "overdue for {ago}, so first of its class",
    "escalated": "escalated to level {level}",
    "overdue": "overdue for {ago}",
    "due-soon": "due within {left}",
    "late-arrival": "came late, queues for {ago}",
    "waited-long": "waits for {ago}, so first of its class",
    "waits": "queues for {ago}",
    "for-you": "meant for the reader",
    "same-patient": "same patient",
    "same-language": "same language",
    "same-place": "same place",
}


def _because(one: PastTask, now: Micros) -> str:
    told = [_reason(reason, now) for reason in one.reasons]
    return f"; because: {', '.join(told)}" if told else ""


def _reason(reason: Reason, now: Micros) -> str:
    at = now if reason.at is None else reason.at
    if reason.kind == "waits" and at > now:
        return f"has an appointment in {_minutes(at - now)}"
    return _REASONS[reason.kind].format(ago=_minutes(now - at), left=_minutes(at - now), level=reason.level)


def _visit(visit: PastVisit, now: Micros) -> str:
    view = visit.view
    place = f" in {view.room_id}" if view.room_id else ""
    for_whom = (
        "" if visit.waiting is None else f"; waits {_minutes(now - visit.waiting.since)}: {_waits(visit.waiting)}"
    )
    return f"{view.ticket or view.case_id[:8]:<8} {view.stage}{place} for {_minutes(now - view.since)}{for_whom}"


def _waits(waits: Waiting) -> str:
    who = "/".join(waits.roles)
    work = f"{waits.activity} by {waits.owner or who}" if waits.activity else ""
    late = ", overdue" if waits.overdue else ""
    return ", ".join(part for part in (work, _WHY[waits.reason]) if part) + late


def _minutes(micros: int) -> str:
    return f"{micros // 60_000_000} min"


def _clock(at: Micros, now: Micros) -> str:
    """The time in UTC, with the date when it is another day."""
    text = text_of(at)[:16]
    return (text[11:] if text[:10] == text_of(now)[:10] else text) + "Z"
