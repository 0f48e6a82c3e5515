"""What `clinicflow doctor` and the probes look at: each check says what it found and what to do about it."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Sequence
from typing import Literal

import msgspec

from clinicflow.codec.native import NATIVE
from clinicflow.core.waiting import ALARM_AFTER
from clinicflow.embedded.providers import metadata_answered
from clinicflow.settings import Settings
from clinicflow.store.ports import Store
from clinicflow.store.rows import Health

Grade = Literal["ok", "warn", "fail"]

UNPLACED_LIMIT_S = 5.0
LAG_LIMIT = 1000
STALE_LIMIT_S = 30.0
DISK_LIMIT_BYTES = 1 << 30
NAMED = 3
"""How many forgotten visits a finding names."""


class Check(msgspec.Struct, frozen=True):
    """One finding. ``remedy`` is empty when there is nothing to do."""

    name: str
    grade: Grade
    found: str
    remedy: str = ""


def of_health(health: Health) -> list[Check]:
    """Findings from the store's counts."""
    lag = {group: sum(parts.values()) for group, parts in health.lag.items()}
    behind = ", ".join(f"{group} {count}" for group, count in sorted(lag.items())) or "no worker has run yet"
    stale = {group: seconds for group, seconds in sorted(health.waits_s.items()) if seconds > STALE_LIMIT_S}
    return [
        _limit(
            "relay",
            health.oldest_unplaced_s <= UNPLACED_LIMIT_S,
            f"{health.unplaced} events wait for their place, the oldest for {health.oldest_unplaced_s:.1f} s",
            "start `clinicflow relay`; its log says why it does not place",
        ),
        _limit(
            "lag",
            bool(lag) and max(lag.values()) <= LAG_LIMIT,
            f"events not yet applied: {behind}",
            "start `clinicflow worker --agent all`, or more of them",
        ),
        _limit(
            "stale agents",
            not stale,
            ", ".join(f"group {group} has left an event for {seconds:.0f} s" for group, seconds in stale.items())
            or f"none has left an event for more than {STALE_LIMIT_S:.0f} s",
            "start the workers of these groups; their log says why they stop",
        ),
        _limit(
            "dead letters",
            health.dead_letters == 0,
            f"{health.dead_letters} wait",
            "`clinicflow dead-letters list`, then show and resubmit",
            grade="warn",
        ),
        _limit(
            "timers",
            health.timers_overdue == 0,
            f"{health.timers_overdue} should have fired",
            "start `clinicflow timekeeper`",
            grade="warn",
        ),
    ]


async def of_broker(bootstrap: str) -> Check:
    """Whether the broker answers."""
    answers = await metadata_answered(bootstrap)
    return _limit(
        "broker",
        answers,
        f"{bootstrap} {'answers' if answers else 'does not answer'}",
        "start the broker; intake goes on without it",
    )


async def of_forgotten(store: Store, orgs: Sequence[str], now: int) -> Check:
    """Whether a patient has been in a clinic without an open task or a running timer for longer than it may take."""
    found = [visit for org in orgs for visit in await store.forgotten(org)]
    oldest = max([0.0, *((now - visit.since) / 1e6 for visit in found)])
    where = ", ".join(f"{visit.clinic_id} {visit.case_id}" for visit in found[:NAMED])
    return _limit(
        "nobody forgotten",
        oldest <= ALARM_AFTER / 1e6,
        f"{len(found)} visits without an open task or timer"
        + (f", the oldest for {oldest:.0f} s: {where}{' ...' if len(found) > NAMED else ''}" if found else ""),
        "go to these patients: the boards of these clinics name them; then see which rule is missing",
    )


def of_machine(settings: Settings) -> list[Check]:
    """The key file's mode and the room on the disk."""
    key = settings.master_key
    mode = stat.S_IMODE(key.stat().st_mode) if key.exists() else None
    free = shutil.disk_usage(settings.home if settings.home.exists() else ".").free
    return [
        _limit(
            "key file",
            mode == 0o600,
            f"{key}: {'missing' if mode is None else oct(mode)}",
            "`clinicflow up` makes it; chmod 600 it, and keep a copy apart from the database",
        ),
        _limit("disk", free > DISK_LIMIT_BYTES, f"{free / (1 << 30):.1f} GiB free", "make room before it is full"),
    ]


def of_codec() -> Check:
    """In which form events are read: both are right, one is faster."""
    if NATIVE is not None:
        return Check("reading of events", "ok", "in C, as built on this machine")
    hint = "with a C compiler `python -m clinicflow.codec.native_build` builds the faster form"
    return Check("reading of events", "ok", f"in Python; {hint}")


def _limit(name: str, holds: bool, found: str, remedy: str, *, grade: Grade = "fail") -> Check:
    return Check(name, "ok", found) if holds else Check(name, grade, found, remedy)
