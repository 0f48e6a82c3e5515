"""Devices and carts: faults, services that are due or too late, and what takes a device out of service or back."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.facility.state import AssetSide, FacilityState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    Calibrated,
    EquipmentFaulted,
    EquipmentReturned,
    EquipmentTaggedOut,
    Maintained,
    MaintenanceDue,
    ServiceOverdue,
)

TOO_LATE = {
    "maintenance": "maintenance_overdue",
    "calibration": "calibration_overdue",
    "biological_indicator": "no_biological_indicator",
}
"""Why a device is out of service when a service is too late."""

PUT_RIGHT = {"maintained": ("fault", "maintenance_overdue"), "calibrated": ("calibration_overdue",)}
"""The reasons that are over when a device has passed."""

DOES = {"maintained": "maintenance", "calibrated": "calibration"}
"""The service that an event says was done."""


def register(agent: Agent[FacilityState]) -> None:
    """Let the agent hear of devices."""
    agent.on(EquipmentFaulted)(faulted)
    agent.on(EquipmentTaggedOut)(tagged_out)
    agent.on(EquipmentReturned)(returned)
    agent.on(MaintenanceDue)(due)
    agent.on(Maintained)(serviced)
    agent.on(Calibrated)(serviced)
    agent.derives(ServiceOverdue)(stop_using)
    agent.derives(Maintained)(found_bad)
    agent.derives(Calibrated)(found_bad)


def faulted(state: FacilityState, event: EquipmentFaulted, facts: Facts) -> FacilityState:
    """It is out of service at once, before somebody hangs the sign on it."""
    return _with(state, out=_and(state.asset.out, "fault"))


def tagged_out(state: FacilityState, event: EquipmentTaggedOut, facts: Facts) -> FacilityState:
    """The sign hangs."""
    return _with(state, out=_and(state.asset.out, event.reason))


def returned(state: FacilityState, event: EquipmentReturned, facts: Facts) -> FacilityState | Rejection:
    """It is in service again, never with a service that is too late."""
    missing = [work for work in state.asset.due if TOO_LATE[work] in state.asset.out]
    if missing:
        return Rejection("service-missing", f"Expected the {missing[0]} first, but it was not done.")
    return _with(state, out=())


def due(state: FacilityState, event: MaintenanceDue, facts: Facts) -> FacilityState:
    """A service waits."""
    return _with(state, asset_id=event.asset_id, due=_and(state.asset.due, event.work))


def serviced(state: FacilityState, event: Maintained | Calibrated, facts: Facts) -> FacilityState:
    """A service was done; what it has put right is over only when the device has passed."""
    waiting = _without(state.asset.due, (DOES[event.TYPE],))
    left = _without(state.asset.out, PUT_RIGHT[event.TYPE]) if event.passed else state.asset.out
    return _with(state, due=waiting, out=left)


def stop_using(before: FacilityState, after: FacilityState, event: ServiceOverdue, facts: Facts) -> Sequence[Raise]:
    """Take a device out of service whose service is too late, once."""
    reason = TOO_LATE[event.work]
    if reason in after.asset.out:
        return ()
    return (Raise("equipment-tagged-out", {"asset_id": event.asset_id, "reason": reason}),)


def found_bad(
    before: FacilityState, after: FacilityState, event: Maintained | Calibrated, facts: Facts
) -> Sequence[Raise]:
    """A device that has not passed is faulty."""
    if event.passed:
        return ()
    fault = "calibration_failed" if isinstance(event, Calibrated) else "check_failed"
    return (Raise("equipment-faulted", {"asset_id": event.asset_id, "fault": fault}),)


def _and(known: tuple[str, ...], one: str) -> tuple[str, ...]:
    return known if one in known else (*known, one)


def _without(known: tuple[str, ...], gone: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in known if each not in gone)


def _with(state: FacilityState, **changes: Any) -> FacilityState:
    asset: AssetSide = replace(state.asset, **changes)
    return replace(state, asset=asset)
