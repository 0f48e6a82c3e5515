"""What the sterile agent remembers of a load, of a sterilizer, of a set of instruments and of a procedure."""

import msgspec


class LoadSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One load. ``uses`` are the cases of the procedures that its instruments were laid out for."""

    device: str | None = None
    runner: str | None = None
    implant: bool = False
    completed: bool = False
    failed: bool = False
    """Whether what was read at its end was not good."""
    indicator: str | None = None
    """incubating, negative, invalid or positive; None as long as there is none."""
    quarantined: bool = False
    released: bool = False
    recalled: bool = False
    uses: tuple[str, ...] = ()


class DeviceSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One sterilizer. ``loads`` are those since the last negative indicator, each with whether it holds an implant."""

    asset_id: str | None = None
    loads: tuple[tuple[str, bool], ...] = ()
    result: str | None = None
    """What the last indicator showed."""
    positives: int = 0
    """How many indicators since the last negative one were positive."""
    out: bool = False
    """Whether it may not be used."""


class TraySide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One set of instruments. ``count`` is how many pieces came back from its last use."""

    dirty: bool = False
    count: int | None = None
    missing: int = 0
    """Pieces that were used and were not there after washing."""


class ProcedureSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The set that a procedure uses."""

    kit: str | None = None
    load: str | None = None
    visit: str | None = None


class SterileState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One load, one sterilizer, one set or one procedure."""

    load: LoadSide = LoadSide()
    device: DeviceSide = DeviceSide()
    tray: TraySide = TraySide()
    procedure: ProcedureSide = ProcedureSide()
