"""When a patient is expected, as feeds have booked it: so an arrival can say for which time the patient comes.

Kept beside the identifiers, in intake's own transaction. With two appointments of a patient on one day nothing tells
which of them an arrival is for, and none is named.
"""

import json
from zoneinfo import ZoneInfo

from clinicflow.gateway.hl7.times import local_day
from clinicflow.store.owners import AUTHORITY
from clinicflow.store.ports import IntakeTransaction


class Diary:
    """The booked times of one organization's patients at one clinic whose zone is ``zone``."""

    def __init__(self, transaction: IntakeTransaction, org_id: str, clinic_id: str, zone: ZoneInfo) -> None:
        self._transaction = transaction
        self._org = org_id
        self._clinic = clinic_id
        self._zone = zone

    async def expect(self, patient_id: str, case_id: str, start: int) -> None:
        """The appointment ``case_id`` begins at ``start`` (UTC microseconds), and at no time named before."""
        await self.forget(case_id)
        page = self._page(patient_id, start)
        starts = await self._starts(page)
        await self._write(page, {**starts, case_id: start})
        await self._transaction.bind(self._org, AUTHORITY, "appointment-on", case_id, page)

    async def forget(self, case_id: str) -> None:
        """The appointment does not take place, or never was."""
        page = await self._transaction.resolve(self._org, AUTHORITY, "appointment-on", case_id)
        if page is None:
            return
        starts = await self._starts(page)
        starts.pop(case_id, None)
        await self._write(page, starts)
        await self._transaction.unbind(self._org, AUTHORITY, "appointment-on", case_id)

    async def expected(self, patient_id: str, at: int) -> int | None:
        """The start of the patient's only appointment on the local day of ``at``; None with none or several."""
        starts = await self._starts(self._page(patient_id, at))
        return next(iter(starts.values())) if len(starts) == 1 else None

    def _page(self, patient_id: str, at: int) -> str:
        return f"{patient_id} {self._clinic} {local_day(at, self._zone).isoformat()}"

    async def _starts(self, page: str) -> dict[str, int]:
        kept = await self._transaction.resolve(self._org, AUTHORITY, "appointments", page)
        return json.loads(kept) if kept else {}

    async def _write(self, page: str, starts: dict[str, int]) -> None:
        if starts:
            await self._transaction.bind(self._org, AUTHORITY, "appointments", page, json.dumps(starts))
        else:
            await self._transaction.unbind(self._org, AUTHORITY, "appointments", page)
