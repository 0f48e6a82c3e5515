"""A chart that somebody asks for without need: refused, audited each time, told to the privacy officer once a day."""

from hashlib import blake2b

from clinicflow.auth import Principal
from clinicflow.codec import encode
from clinicflow.core.durations import DAY
from clinicflow.core.ids import named
from clinicflow.errors import StoreRefused, StoreUnavailable
from clinicflow.events import PrivacyIncidentReported
from clinicflow.store.rows import AuditRow, NewEvent
from clinicflow.telemetry import log
from clinicflow.web.services import Services

_log = log("web.privacy")
SOURCE = "clinicflow.web"


async def refused(services: Services, reader: Principal, clinic_id: str, case_id: str | None = None) -> None:
    """Keep that a member of staff was refused what is another clinic's. ``case_id``: whose chart, if one was named.

    The event names nobody: who it was is in the audit, under the event's id. A store that cannot take it changes
    nothing of the refusal.
    """
    if reader.kind != "staff" or clinic_id not in (await services.bundles.get(reader.org_id)).clinics:
        return
    now = services.clock()
    event = _incident(reader, clinic_id, case_id, now)
    what = {"clinic_id": clinic_id, "case_id": case_id, "event_id": event.event_id}
    body = blake2b(event.event_id.encode(), digest_size=16).digest()  # not over the times: a repeat is the same event
    row = NewEvent(event.org_id, event.event_id, event.case_id, event.TYPE, encode(event), body)
    try:
        async with services.store.intake() as transaction:
            await transaction.audit([AuditRow(reader.org_id, now, f"staff:{reader.id}", "refused-read", what)])
            await transaction.append([row])
    except (StoreUnavailable, StoreRefused) as error:
        _log.error("a refused read could not be kept", error=type(error).__name__)


def _incident(reader: Principal, clinic_id: str, case_id: str | None, now: int) -> PrivacyIncidentReported:
    """One occasion: this person, this chart or clinic, this day."""
    occasion = f"{reader.org_id}|{reader.id}|{clinic_id}|{case_id or ''}|{now // DAY}"
    return PrivacyIncidentReported(
        event_id=named(f"refused-read|{occasion}"),
        org_id=reader.org_id,
        clinic_id=clinic_id,
        case_id=named(f"privacy|{occasion}"),
        occurred_at=now,
        recorded_at=now,
        source_system=SOURCE,
        visit_case_id=case_id,
        breach="opened_without_need",
        disclosed=False,
    )
