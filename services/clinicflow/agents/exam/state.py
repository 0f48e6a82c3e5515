"""What the exam agent remembers of a visit."""

import msgspec

from clinicflow.core.event import Micros


class ExamState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was told and who has read it, and whether the examination can begin. Times are UTC microseconds."""

    told_at: Micros | None = None
    """When the patient last told something that the provider must know."""
    read_at: Micros | None = None
    """When a prescriber last said that they know it."""
    news: bool = False
    """Whether the last event made something unread of which nobody was asked to tell the provider yet."""
    prepared: bool = False
    chaperone_asked_at: Micros | None = None
    chaperone_at: Micros | None = None
    """When a chaperone last joined."""
    failed: str | None = None
    """Activity of the task that a person has just given up."""

    @property
    def unread(self) -> bool:
        """Whether something that was told is not known to a prescriber."""
        return self.told_at is not None and (self.read_at is None or self.read_at < self.told_at)

    @property
    def chaperone_missing(self) -> bool:
        """Whether a chaperone was asked for and has not joined since."""
        asked = self.chaperone_asked_at
        return asked is not None and (self.chaperone_at is None or self.chaperone_at < asked)

    @property
    def can_begin(self) -> bool:
        """Whether the patient is prepared and nobody waits for a chaperone."""
        return self.prepared and not self.chaperone_missing
