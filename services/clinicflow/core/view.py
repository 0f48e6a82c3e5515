"""What boards and displays show of a visit: made by the flow agent from its state, the same live and in replay."""

import msgspec

from clinicflow.core.event import Micros


class VisitView(msgspec.Struct, frozen=True, array_like=True, kw_only=True, gc=False):
    """One visit as boards show it; opaque ids only. Times are UTC microseconds.

    ``stage`` is arrived, checked-in, roomed, with-provider, visit-ended, or the type of the ending event.
    """

    case_id: str
    org_id: str
    clinic_id: str
    patient_id: str | None = None
    stage: str = "arrived"
    since: Micros = 0
    arrived_at: Micros = 0
    appointment_at: Micros | None = None
    ticket: str | None = None
    room_id: str | None = None
    called_at: Micros | None = None
    call_no: int = 0
    display_consent: bool = True
    language: str | None = None
    acuity: str = "routine"
    ready_for_provider: bool = False
    open_cases: tuple[str, ...] = ()
    ended_at: Micros | None = None
