"""What the vitals agent remembers of a visit."""

import msgspec

from clinicflow.core.event import Micros

LEVELS = ("urgent", "asap", "stat")
"""How fast a clinician is called, slowest first."""


class OpenFlag(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A call for a clinician that no licensed person has answered yet: the flag's event, its level, when measured."""

    event_id: str
    level: str
    at: Micros


class Weighed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A weight in thousandths of kg, when it was measured, and the measurement's event.

    ``sent`` are number and unit as they were sent, if they were others.
    """

    weight: int
    at: Micros
    event_id: str
    sent: tuple[str, str] | None = None


class Pressure(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A blood pressure of this visit: its measurement, when, mm[Hg], and what that measurement said of pregnancy."""

    event_id: str
    at: Micros
    systolic: int | None = None
    diastolic: int | None = None
    pregnant: bool | None = None
    postpartum_days: int | None = None

    def readings(self) -> dict[str, int | bool | str]:
        """As readings, without what was not measured."""
        both = {"systolic": self.systolic, "diastolic": self.diastolic}
        return {name: value for name, value in both.items() if value is not None}


class VitalsState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One visit as the vitals agent sees it. Times are UTC microseconds of what happened."""

    vitals_at: Micros | None = None
    """The last measurement of anything plausible."""
    usable: bool = False
    """Whether the last ``vitals-taken`` held anything plausible."""
    roomings: int = 0
    ended_at: Micros | None = None
    """When the clinical part of the visit was over."""
    flags: tuple[OpenFlag, ...] = ()
    """Calls for a clinician that are open; a flag that is no more urgent than they makes no other call."""
    calls: str | None = None
    """Level at which the last flag calls a clinician; None when an open call covers it."""
    acknowledged_at: Micros | None = None
    failed: str | None = None
    """Activity of the task that a person has just given up."""
    weight: int | None = None
    """Thousandths of kg as last measured in this visit."""
    height: int | None = None
    """Tenths of cm as last measured in this visit."""
    weighed: Weighed | None = None
    """The newest plausible weight of this visit, whenever it was entered."""
    doses: tuple[str, ...] = ()
    """Open orders of the visit that ask for the weight, as their dose goes by it."""
    red_flag: bool = False
    """Whether the patient told of a red-flag symptom in this visit."""
    pressure: Pressure | None = None
    """The last blood pressure of this visit."""

    def open(self, level: str) -> int:
        """How many flags of a level are open."""
        return sum(flag.level == level for flag in self.flags)
