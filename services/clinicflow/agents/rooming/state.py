"""What the rooming agent remembers of a visit."""

import msgspec

from clinicflow.core.event import Micros


class RoomingState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The way of one patient through room and provider. Times are UTC microseconds of what happened.

    Events may come late and out of order, so it keeps times and counts and asks them, never a current step.
    """

    appointment_at: Micros | None = None
    roomings: int = 0
    roomed_at: Micros | None = None
    ready_at: Micros | None = None
    entered_at: Micros | None = None
    """When a provider last went in."""
    exited_at: Micros | None = None
    """When a provider last went out."""
    ended_at: Micros | None = None
    ask_provider: bool = False
    """Whether the last ``ready-for-provider`` asks for a provider who was not asked yet."""
    orders_asked: bool = False
    """Whether somebody was asked to carry out the orders since the provider last went in."""
    ask_orders: bool = False
    """Whether the last ``provider-exited`` is the one that asks for it."""
    failed: str | None = None
    """Activity of the task that a person has just given up."""
    known_by: str | None = None
    """The assistant of the patient's last visit, who is here and asked first."""
    identity_in_doubt: bool = False
    """Whether two identifiers do not match: the patient stays in the waiting area until that is settled."""
    rooming_held: bool = False
    """Whether somebody would have brought the patient to a room but for that."""
    self_harm: bool = False
    """Whether the last symptoms or questionnaire told of thoughts of self-harm."""
    orders: tuple[str, ...] = ()
    """Orders of the visit that are not done."""

    @property
    def with_provider(self) -> bool:
        """Whether a provider went in and did not come out yet."""
        if self.entered_at is None or self.ended_at is not None:
            return False
        return self.exited_at is None or self.exited_at < self.entered_at

    @property
    def seen(self) -> bool:
        """Whether a provider was with the patient at all."""
        return self.entered_at is not None or self.exited_at is not None

    @property
    def waits_for_provider(self) -> bool:
        """Whether the patient is ready since the provider was last there."""
        if self.ready_at is None or self.with_provider:
            return False
        return all(at is None or at < self.ready_at for at in (self.entered_at, self.exited_at))
