"""What is pushed to screens: frames to displays, changes to boards, and a heartbeat to both.

A heartbeat comes each second with the age of the feed, so that a screen knows that it is current, or says that it is
not. The id of each message is the cursor up to which the screen has seen everything.
"""

from collections.abc import AsyncIterator

from clinicflow.auth import Principal
from clinicflow.store.rows import Change
from clinicflow.web.alarm import Alarm
from clinicflow.web.board import changed, patients_of
from clinicflow.web.display import SHOWN_BY, STALE_AFTER
from clinicflow.web.hub import Hub
from clinicflow.web.mirror import Mirror
from clinicflow.web.names import names_of
from clinicflow.web.screen import Screen
from clinicflow.web.services import Services
from clinicflow.web.sse import message
from clinicflow.web.work_list import WorkList

BEAT = 1.0
LIFETIME = 900 * 1_000_000
"""Microseconds after which a stream ends: the screen opens it again at its cursor, and must still be allowed to."""


async def display_stream(services: Services, hub: Hub, screen: Screen, mirror: Mirror) -> AsyncIterator[bytes]:
    """Frames of a clinic: one at once, then whenever something in it changes."""
    sent = -1
    beat_at = 0
    end = services.clock() + LIFETIME
    while (now := services.clock()) < end:
        frame = screen.frame(mirror, hub.age(SHOWN_BY), now)
        if frame.version != sent:
            sent = frame.version
            yield message("frame", frame, hub.cursor)
        if now - beat_at >= BEAT * 900_000:
            beat_at = now
            hub.tend()
            yield message("beat", {"age": round(hub.age(SHOWN_BY), 2), "version": sent, "now": now}, hub.cursor)
        await hub.wait(BEAT)


async def board_stream(
    services: Services, hub: Hub, mirror: Mirror, reader: Principal, clinic_id: str, cursor: str
) -> AsyncIterator[bytes]:
    """Every change of a clinic's board after ``cursor``, each once and in order; ``reset`` when it cannot be told.

    Before changes comes the order of the work list as it is with them, as far as it is another one.
    """
    if not await hub.knows(cursor):
        yield message("reset", {"now": services.clock()}, hub.cursor)
        return
    beat_at = 0
    named: set[str | None] = set()
    incomplete = mirror.incomplete
    order = WorkList(mirror, clinic_id, reader)
    alarm = Alarm(mirror, clinic_id)
    end = services.clock() + LIFETIME
    while services.clock() < end:
        found = await hub.after(cursor)
        ranked = order.news(found, services.clock())
        if ranked is not None:
            yield message("ranked", ranked, cursor)
        for change in found:
            cursor = change.cursor
            sent = await _board_change(services, mirror, reader, clinic_id, change, named)
            if sent:
                yield sent
        now = services.clock()
        if now - beat_at >= BEAT * 900_000:
            beat_at = now
            hub.tend()
            age = hub.age()
            if mirror.incomplete != incomplete:
                incomplete = mirror.incomplete
                yield message("incomplete", {"cases": sorted(incomplete), "now": now}, cursor)
            forgotten = alarm.news(now)
            if forgotten is not None:
                yield message("forgotten", forgotten, cursor)
            yield message("beat", {"age": round(age, 2), "stale": age > STALE_AFTER, "now": now}, cursor)
        if not found:
            await hub.wait(BEAT)


async def _board_change(
    services: Services, mirror: Mirror, reader: Principal, clinic_id: str, change: Change, named: set[str | None]
) -> bytes | None:
    now = services.clock()
    tasks, visits = changed(change, mirror, clinic_id, now)
    if not tasks and not visits:
        return None
    fresh = patients_of(tasks, visits) - named
    named |= fresh
    names = await names_of(services, reader, fresh, "board")
    return message("change", {"tasks": tasks, "visits": visits, "names": names, "now": now}, change.cursor)
