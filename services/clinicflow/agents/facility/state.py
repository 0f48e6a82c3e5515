"""What the facility agent remembers: what keeps a room from use, what a device waits for, what an injury needs."""

import msgspec

from clinicflow.core.event import Micros


class RoomSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One room. ``blocks`` are the reasons for which it may not be used now, some of them twice."""

    blocks: tuple[str, ...] = ()
    air_until: Micros | None = None
    """When the air will have been changed after an airborne case."""
    clean: bool = True
    ready: bool = False
    """Whether it was told that the next patient may be brought there."""

    @property
    def usable(self) -> bool:
        """Whether it is clean and nothing blocks it."""
        return self.clean and not self.blocks


class AssetSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One device. ``out`` are the reasons for which it may not be used now, ``due`` the services that wait."""

    asset_id: str | None = None
    out: tuple[str, ...] = ()
    due: tuple[str, ...] = ()


class IncidentSide(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One injury, and what was done of what must be done. Who was hurt by what is in the event, not here."""

    reported: bool = False
    done: tuple[str, ...] = ()


class FacilityState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One room, one asset or one injury."""

    room: RoomSide = RoomSide()
    asset: AssetSide = AssetSide()
    incident: IncidentSide = IncidentSide()
