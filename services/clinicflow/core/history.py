"""What the events of a case say once corrections are taken in: some are void, some stand with other content.

A correction names one earlier (or not yet arrived) event. ``event-voided`` takes it away, an event of the same type
stands in its place, under its id, at its position. A correction may be corrected like any other event; of several for
one event the last one in force decides.
"""

from collections.abc import Iterable, Sequence

import msgspec

from clinicflow.core.event import Event, Placed
from clinicflow.core.outcome import Rejection

UNCORRECTABLE = frozenset({"bundle-migrated", "task-permission-checked", "task-request-refused", "timer-fired"})
"""Types that record what the program itself did: no mistake of a person to take back."""

DEPTH = 50
"""How many corrections of corrections count."""


def is_correction(event: Event) -> bool:
    """Whether the event corrects another."""
    return event.corrects is not None


def objection(correction: Event, target: Event) -> Rejection | None:
    """Why ``correction`` cannot be one of ``target``; None when it can."""
    if correction.case_id != target.case_id:
        return Rejection("other-case", "Expected a correction of an event of the same case, but it is of another.")
    patients = {correction.patient_id, target.patient_id} - {None}
    if len(patients) > 1:
        reason = "Expected a correction for the same patient, but it is for another: void here, and enter it there."
        return Rejection("other-patient", reason)
    if target.TYPE in UNCORRECTABLE:
        return Rejection("not-correctable", f"Expected an event that can be corrected, but {target.TYPE} cannot.")
    if correction.TYPE not in ("event-voided", target.TYPE):
        reason = f"Expected {target.TYPE} or event-voided as its correction, but got {correction.TYPE}."
        return Rejection("other-type", reason)
    return None


def effective(rows: Sequence[Placed]) -> list[Placed]:
    """The rows that stand, in order, with their content as corrected; corrections themselves are left out."""
    tree = Tree(rows)
    standing = []
    for row in rows:
        if not is_correction(row.event):
            now = tree.standing(row)
            if now is not None:
                standing.append(now)
    return standing


class Tree:
    """Which rows correct which."""

    def __init__(self, rows: Iterable[Placed]) -> None:
        self.by_id: dict[str, Placed] = {}
        self._corrections: dict[str, list[Placed]] = {}
        for row in rows:
            self.by_id.setdefault(row.event.event_id, row)
            if row.event.corrects is not None:
                self._corrections.setdefault(row.event.corrects, []).append(row)

    def chain(self, event_id: str) -> list[Placed]:
        """An event, the event that it corrects, and so on as far as they have come; empty for a circle."""
        found: dict[str, Placed] = {}
        row = self.by_id.get(event_id)
        while row is not None:
            if row.event.event_id in found:
                return []
            found[row.event.event_id] = row
            row = self.by_id.get(row.event.corrects) if row.event.corrects is not None else None
        return list(found.values())

    def root(self, event_id: str) -> Placed | None:
        """The event that a correction, or a correction of one, is about in the end; None when it has not come."""
        chain = self.chain(event_id)
        return chain[-1] if chain and chain[-1].event.corrects is None else None

    def standing(self, row: Placed) -> Placed | None:
        """A row as corrected, at its own place; None when it is void."""
        content = self._content(row, frozenset())
        if content is None or content is row.event:
            return None if content is None else row
        kept = msgspec.structs.replace(content, event_id=row.event.event_id, corrects=row.event.corrects)
        return msgspec.structs.replace(row, event=kept)

    def _content(self, row: Placed, above: frozenset[str]) -> Event | None:
        event = row.event
        if event.event_id in above or len(above) >= DEPTH:
            return event
        for correction in reversed(self._corrections.get(event.event_id, ())):
            if objection(correction.event, event) is not None:
                continue
            stands = self._content(correction, above | {event.event_id})
            if stands is not None:
                return None if stands.TYPE == "event-voided" else stands
        return event
