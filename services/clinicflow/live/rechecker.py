"""The rechecker: journals ``task-permission-checked`` for open tasks of which something else becomes now.

It decides nothing: the event says what is known of people now, and the agent that owns the task decides by that and by
the rules that its case goes by. Its id follows from the task's last change, so that two recheckers or a repeat add
nothing. Tasks are read when something was told of people or a bundle came into force, and now and then, as shifts and
credentials also end by themselves and a case may be brought under another bundle.
"""

import asyncio
from hashlib import blake2b

from clinicflow.agents import all_agents
from clinicflow.codec import encode
from clinicflow.core.bundle import Bundle
from clinicflow.core.people import People
from clinicflow.core.rechecks import check_of, wanted
from clinicflow.core.requests import Setting
from clinicflow.core.standing import Known
from clinicflow.core.task import TaskChange
from clinicflow.errors import InvalidBundle, StoreUnavailable, UnknownBundle
from clinicflow.live.clock import Clock, system_now
from clinicflow.live.stopping import pause
from clinicflow.store import knowledge
from clinicflow.store.compiled import CompiledBundles
from clinicflow.store.ports import Store
from clinicflow.store.rows import IN_FORCE, NewEvent, TaskRow, rules_number
from clinicflow.telemetry import log

_POLL_S = 0.5
_SHARE_S = 0.05
"""A network of many clinics is looked at less often: no more than twenty clinics a second."""
_RETRY_S = 1.0
_LOOK_MICROS = 15_000_000
"""Tasks are looked at after so long even when nothing was told."""
_BUNDLE_MICROS = 2_000_000
_FORGET = 100_000

_log = log("live.rechecker")


class Rechecker:
    """Looks until stopped, twice a second at few clinics. ``clock`` answers UTC microseconds."""

    def __init__(self, store: Store, clock: Clock = system_now) -> None:
        self._store = store
        self._clock = clock
        self._bundles = CompiledBundles(store, all_agents())
        self._stopping = asyncio.Event()
        self._seen: dict[tuple[str, str], tuple[int, Known, int]] = {}
        """By organization and clinic: the bundle, what was known of people, and when the tasks were looked at."""
        self._in_force: dict[str, tuple[int, Bundle]] = {}
        self._journaled: set[str] = set()

    def stop(self) -> None:
        """Let ``run`` end."""
        self._stopping.set()

    async def run(self) -> None:
        """Look for ever; a store that is away is waited for."""
        while not self._stopping.is_set():
            seconds = _POLL_S
            try:
                await self.look()
                seconds = max(_POLL_S, _SHARE_S * len(self._seen))
            except StoreUnavailable as error:
                _log.warning("store away", error=type(error).__name__)
                seconds = _RETRY_S
            await pause(self._stopping, seconds)

    async def look(self) -> int:
        """Journal the re-checks that are due at all clinics now; how many."""
        found = 0
        for org_id in await self._store.orgs():
            try:
                found += await self._look_over(org_id)
            except (InvalidBundle, UnknownBundle) as error:  # the others go on
                _log.error("bundle not to be used", org=org_id, error=type(error).__name__)
        return found

    async def _look_over(self, org_id: str) -> int:
        """Look at every clinic of one organization. Raises what its bundle in force raises."""
        bundle = await self._bundle(org_id)
        if bundle is None:
            return 0
        return sum([await self._look_at(bundle, clinic_id) for clinic_id in sorted(bundle.clinics)])

    async def _bundle(self, org_id: str) -> Bundle | None:
        """The bundle in force, asked for now and then, as its document is large."""
        now = self._clock()
        kept = self._in_force.get(org_id)
        if kept is not None and 0 <= now - kept[0] < _BUNDLE_MICROS:
            return kept[1]
        stored = await self._store.bundle(org_id)
        if stored is None:
            return None
        bundle = await self._bundles.get(org_id, stored.number)
        self._in_force[org_id] = (now, bundle)
        return bundle

    async def _look_at(self, bundle: Bundle, clinic_id: str) -> int:
        now, place = self._clock(), (bundle.org_id, clinic_id)
        known = await knowledge.at_clinic(self._store, bundle, clinic_id)
        number, before, at = self._seen.get(place, (0, known, 0))
        if number == bundle.number and before == known and now - at < _LOOK_MICROS:
            return 0
        people, found = bundle.people(clinic_id, known), 0
        async for rows in self._store.open_tasks(bundle.org_id, clinic_id):
            events = [event for row in rows if (event := await self._due(bundle, people, row, now)) is not None]
            if events:
                await self._store.append(events)
                self._remember(events)
            found += len(events)
        self._seen[place] = (bundle.number, known, now)
        return found

    async def _due(self, bundle: Bundle, people: People, row: TaskRow, now: int) -> NewEvent | None:
        """The re-check of a task that would change it."""
        for rules in await self._rules(bundle, row):
            change = wanted(Setting(rules, row.clinic_id, now), row.task, people)
            event = None if change is None else self._check(row, rules, change, people, now)
            if event is not None and event.event_id not in self._journaled:
                return event
        return None

    def _check(self, row: TaskRow, rules: Bundle, change: TaskChange, people: People, now: int) -> NewEvent:
        """The re-check of a task as it is now; another one for each bundle that asks for it."""
        envelope = {
            "org_id": row.org_id,
            "clinic_id": row.clinic_id,
            "case_id": row.case_id,
            "patient_id": row.patient_id,
        }
        event = check_of(row.task, change, envelope, people, now, f"{row.partition}.{row.position}.{rules.number}")
        body = f"{event.event_id}|{event.holder}".encode()  # not over the times, which differ in a repeat
        return NewEvent(
            row.org_id, event.event_id, row.case_id, event.TYPE, encode(event), blake2b(body, digest_size=16).digest()
        )

    async def _rules(self, bundle: Bundle, row: TaskRow) -> tuple[Bundle, ...]:
        """The bundle that the task's case goes by. Where the row does not say it, it is the one in force, or that by
        which the task was made."""
        if row.rules == IN_FORCE:
            return (bundle,)
        kept = await self._bundles.gone_by(bundle, row.org_id, rules_number(row))
        return (bundle, kept) if row.rules is None else (kept,)

    def _remember(self, events: list[NewEvent]) -> None:
        """What was asked once about a task as it is now is not asked again by this rechecker."""
        if len(self._journaled) > _FORGET:
            self._journaled.clear()
        self._journaled.update(event.event_id for event in events)
