"""How simulated staff do a task: how long it takes, when they turn to it, which fact they record in the end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow.core.ids import named
from clinicflow.events import EVENT_TYPES
from clinicflow.simulate import closing
from clinicflow.simulate.about import Known
from clinicflow.simulate.chance import Chances, chance_of
from clinicflow.simulate.closing import FIELDS, Doing
from clinicflow.simulate.course import Course
from clinicflow.simulate.strands import Finish, Tables
from clinicflow.simulate.weave import Weave
from clinicflow.simulate.writing import Moment

_USUAL = 2.0
"""Minutes that a task takes unless said."""
_AGAIN = 0.7
_LATER = 3.0
_HOUR = 60.0
_PAUSED = 0.02
_LONG = 3.0
_OFFICE = 6.0
_IN_VAIN = 4
"""How often somebody tries to record what ends a task."""


class Ending(msgspec.Struct, frozen=True):
    """The fact with which a task is finished. ``ends`` is False when the task stays open after it."""

    fact: str
    fields: Mapping[str, Any]
    ends: bool = True
    case: str | None = None
    again: float = 6.0
    """Minutes until somebody looks whether the task has ended by it."""


class Habits:
    """Of a plain day: visits with their measurements, specimens and refills."""

    def __init__(self, course: Course) -> None:
        self._course = course

    def minutes(self, activity: str) -> float:
        """How long it takes on average."""
        return closing.MINUTES.get(activity, _USUAL)

    def patience(self, activity: str) -> float | None:
        """After how many minutes somebody turns to it on average; None: at once."""
        return closing.PATIENCE.get(activity)

    alone = True
    """Whether somebody declines work also when nobody else could do it."""

    def again(self, known: Known) -> float:
        """Minutes until somebody looks again whether there is a free person or room."""
        return _AGAIN

    def can_wait(self, known: Known) -> bool:
        """Whether patients who are there come first."""
        return False

    def pauses(self, known: Known) -> bool:
        """Whether the person is called away from it for some minutes."""
        return False

    def leaves(self, known: Known) -> bool:
        """Whether the work is left to real people."""
        return known.task.activity in closing.LEFT_TO_PEOPLE

    def in_vain(self, known: Known) -> int:
        """How often more than is sensible it was recorded; 1: now the person says that it cannot be done."""
        return max(0, known.finished - _IN_VAIN)

    def first(self, known: Known) -> tuple[frozenset[str], list[str]]:
        """Activities that must be done before this one begins, and the cases whose open work counts."""
        activity, case = known.task.activity, known.case
        if activity == "prepare-patient":
            return frozenset({"take-vitals", "record-symptoms", "review-allergies"}), [case]
        if activity == "complete-orders":
            mine = [order.case for order in self._course.orders.values() if order.patient.visit == case]
            return frozenset({"collect-blood", "collect-specimen"}), mine
        return frozenset(), []

    def waits(self, known: Known) -> bool:
        """Whether it must not begin yet by what was told of its case."""
        return False

    def hands(self, known: Known) -> tuple[frozenset[str], frozenset[str]]:
        """Who alone may do it by what was done before (nobody: whoever is there), and who may not."""
        return frozenset(), frozenset()

    def ending(self, known: Known, doing: Doing, facts: list[str]) -> Ending | None:
        """What is recorded when it is finished; None when saying so is enough, or nobody here can record it."""
        fact = closing.fact_of(doing, facts)
        if fact is None:
            return None
        ends = not (fact == "vitals-taken" and doing.finding == "implausible")
        return Ending(fact, FIELDS[fact](doing), ends)


class WovenHabits(Habits):
    """Of a day with every area."""

    def __init__(self, course: Course, tables: Tables, weave: Weave, seed: str) -> None:
        super().__init__(course)
        self._tables = tables
        self.weave = weave
        self._seed = seed
        self._chances = Chances()

    def minutes(self, activity: str) -> float:
        """How long it takes on average."""
        return self._tables.minutes.get(activity) or super().minutes(activity)

    def patience(self, activity: str) -> float | None:
        """After how many minutes somebody turns to it on average; None: at once."""
        return self._tables.patience.get(activity) or super().patience(activity)

    def leaves(self, known: Known) -> bool:
        """Who somebody is, is settled by two papers; a message about nobody known needs a real look."""
        return super().leaves(known) and known.task.rule not in ("resolve-mismatch", "resolve-mismatch-again")

    alone = False

    def again(self, known: Known) -> float:
        """Patients are looked after often, papers now and then."""
        return _LATER if self._office(known) else super().again(known)

    def _office(self, known: Known) -> bool:
        return known.task.priority in ("routine", "urgent") and (self.patience(known.task.activity) or 0) >= _OFFICE

    def can_wait(self, known: Known) -> bool:
        """What nobody would turn to at once anyway, for an hour."""
        return self._office(known) and known.checks < _HOUR / _LATER

    def pauses(self, known: Known) -> bool:
        """Own assumption: one task of fifty, of those that take some minutes."""
        often = chance_of(self._seed, known.task.task_id, "pause").random() < _PAUSED
        return often and self.minutes(known.task.activity) >= _LONG

    def first(self, known: Known) -> tuple[frozenset[str], list[str]]:
        """Beyond the plain day's: what the tables say, in the case itself and in those begun in it."""
        plain, cases = super().first(known)
        return plain | self._tables.waits.get(known.task.activity, frozenset()), [
            *cases, known.case, *self.weave.linked.get(known.case, ()),
        ]  # fmt: skip

    def waits(self, known: Known) -> bool:
        """By what the tables say of the activity."""
        until, told = self._tables.until.get(known.task.activity), self.weave.writing.told_by(known.case)
        return until is not None and until.after in told and until.event not in told

    def hands(self, known: Known) -> tuple[frozenset[str], frozenset[str]]:
        """By what the tables say of the activity, and who told that of the case."""
        hands = self._tables.hands.get(known.task.activity)
        if hands is None:
            return super().hands(known)
        told = self.weave.writing.told_by(known.case)
        same, other = ({told[kind] for kind in kinds if kind in told} for kinds in (hands.same, hands.other))
        return frozenset(same), frozenset(other)

    def ending(self, known: Known, doing: Doing, facts: list[str]) -> Ending | None:
        """What the tables say of the rule, else what is usual of its facts."""
        chance = chance_of(self._seed, known.task.task_id, "ending")
        rows = self._tables.finishes.get(known.task.rule, ()) if known.finished == 1 else ()
        row: Finish | None = self._chances.choose(rows, chance)
        if row is None:
            return self._usual(known, doing, facts)
        if not row.new:
            return Ending(row.event, self._fields(row.event, known, doing, known.case, row.fields), row.ends)
        case = named(f"{known.task.task_id}|{row.name}")
        fields = self._fields(row.event, known, doing, case, row.fields)
        case = self.weave.begun(row.event, case, fields, doing.patient, known.case)
        return Ending(row.event, fields, False, case, row.again)

    def _usual(self, known: Known, doing: Doing, facts: list[str]) -> Ending | None:
        """The first fact that can be told with what is known of the case: an earlier run may have begun it."""
        plain = super().ending(known, doing, facts)
        if plain is not None:
            return Ending(plain.fact, self._fields(plain.fact, known, doing, known.case, {}), plain.ends)
        for fact in facts:
            fields = self._fields(fact, known, doing, known.case, {})
            if self.weave.writing.complete(fact, known.case, fields):
                return Ending(fact, fields)
        return None

    def _fields(self, fact: str, known: Known, doing: Doing, case: str, own: Mapping[str, Any]) -> dict[str, Any]:
        at = Moment(doing.now, known.clinic, case, doing.chance, None, known.task.cause, doing.patient)
        said = {**self._tables.facts.get(fact, {}), **own}
        if fact in FIELDS:
            same = {"specimen_id": self.weave.writing.carried(at).get("specimen_id")}
            keep = fact.startswith("specimen-") and fact != "specimen-collected" and same["specimen_id"] is not None
            return {**FIELDS[fact](doing), **(same if keep else {}), **self.weave.writing.said(fact, at, said)}
        if "visit_case_id" in EVENT_TYPES[fact].__struct_fields__ and known.case != case:
            said.setdefault("visit_case_id", known.case)
        return self.weave.writing.fields(fact, at, said)
