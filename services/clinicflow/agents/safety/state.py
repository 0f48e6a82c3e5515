"""What the safety agent remembers of an incident: what was told of it. Never who was to blame."""

import msgspec


class SafetyState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One incident, complaint or concern."""

    reported: tuple[str, ...] = ()
    """The types of what was reported, in order."""
    acknowledged: bool = False
    """Whether who complained was told that the complaint has come."""
    resolved: bool = False
