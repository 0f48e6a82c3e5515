"""Devices that measure: a reading counts only when the device's calibration holds and it is not tagged out."""

from clinicflow.core.outcome import Rejection
from clinicflow.events import (
    EcgRecorded,
    HearingScreened,
    HolterFitted,
    SpirometryRecorded,
    StressTestPrepared,
    TonometryRecorded,
    VisualFieldDone,
)

Reading = (
    EcgRecorded
    | HearingScreened
    | HolterFitted
    | SpirometryRecorded
    | StressTestPrepared
    | TonometryRecorded
    | VisualFieldDone
)


def unfit(event: Reading) -> Rejection | None:
    """Why a reading of this device does not count; None when it does, or when nothing is known of a calibration."""
    if event.device_faulty:
        return Rejection("device-faulty", "Expected a device in order, but this one is reported as faulty.")
    until = event.device_calibrated_until
    if until is not None and event.occurred_at > until:
        return Rejection("device-past-calibration", "Expected a device within its calibration, but it was over.")
    return None
