"""What is pushed to screens: nothing missing, nothing twice, and a word when it is not current."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.web.kit import World, a_world
from tests.web.serving import Message, messages, served, until

pytestmark = pytest.mark.asyncio


def changes(found: list[Message]) -> list[Message]:
    return [message for message in found if message.event == "change"]


def steps(found: list[Message]) -> list[tuple[str, str, str]]:
    """What happened to which task, as a screen heard it."""
    return [(task["task_id"], task["kind"], message.id) for message in changes(found) for task in message.data["tasks"]]


async def a_client(world: World, base: str) -> httpx.AsyncClient:
    signed = await world.signed_in("ma-ana")
    return httpx.AsyncClient(base_url=base, cookies=signed.cookies, timeout=30)


async def test_a_board_that_was_cut_off_resumes_exactly(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, served(world.app) as base, await a_client(world, base) as client:
        start = (await client.get("/ui/board/north")).json()["cursor"]
        whole = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": start})
        cut = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": start})
        visit = await world.arrival("KT47")
        await world.settle()
        before = await until(cut, lambda m: m.event == "beat" and m.id == world.hub.cursor)
        await cut.aclose()

        # While the second screen is away, much happens; another clinic's news are not for it.
        await world.tell("checked-in", visit["case_id"], patient_id=visit["patient_id"], identifiers_matched=2)
        await world.arrival("BZ22")
        await world.arrival("XX33", clinic="south")
        await world.settle()
        last_seen = before[-1].id
        again = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": last_seen})
        after = await until(again, lambda m: m.event == "beat" and m.id == world.hub.cursor)
        everything = await until(whole, lambda m: m.event == "beat" and m.id == world.hub.cursor)
        await again.aclose()
        await whole.aclose()

    assert changes(after), "something happened while it was away"
    assert steps(before) + steps(after) == steps(everything)
    assert max(Counter(steps(everything)).values()) == 1
    assert {task["clinic_id"] for m in changes(everything) for task in m.data["tasks"]} == {"north"}


async def test_a_snapshot_and_its_stream_fit_together(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, served(world.app) as base, await a_client(world, base) as client:
        await world.arrival("KT47")
        await world.settle()
        snapshot = (await client.get("/ui/board/north")).json()
        stream = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": snapshot["cursor"]})
        await world.arrival("BZ22")
        await world.settle()
        found = await until(stream, lambda m: m.event == "beat" and m.id == world.hub.cursor)
        await stream.aclose()

    tasks = {task["task_id"] for task in snapshot["tasks"]}
    fresh = {task_id for task_id, kind, _ in steps(found) if kind == "created"}
    assert [visit["ticket"] for visit in snapshot["visits"]] == ["KT47"]
    assert tasks
    assert fresh
    assert not tasks & fresh


async def test_a_cursor_of_another_database_is_not_guessed_at(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, served(world.app) as base, await a_client(world, base) as client:
        for foreign in ("999999", "abc"):
            stream = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": foreign})
            (found,) = [message async for message in stream]
            assert found.event == "reset"


async def test_a_board_that_was_away_longer_than_changes_are_kept_begins_anew(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, served(world.app) as base, await a_client(world, base) as client:
        await world.arrival("KT47")
        await world.settle()
        long_ago = (await client.get("/ui/board/north")).json()["cursor"]
        for ticket in ("BZ22", "XX33"):
            await world.arrival(ticket)
            await world.settle()
        newest = await world.store.cursor()
        async with asyncio.timeout(60):
            while world.hub.cursor != newest:
                await world.hub.wait(0.1)
        assert int(long_ago) + 1 < int(newest)
        world.hub._kept.clear()
        tables = world.store._tables
        tables.changes = [(at, change) for at, change in tables.changes if int(change.cursor) >= int(newest)]

        assert not await world.hub.knows(long_ago)
        assert await world.hub.knows(str(int(newest) - 1)), "the next change is there"
        assert await world.hub.knows(newest)
        stream = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": long_ago})
        (found,) = [message async for message in stream]
    assert found.event == "reset"


def called(frame: Message) -> bool:
    """Whether somebody is asked into a room; none is while the screen is paused, as after a stop of the machine."""
    return any(entry["state"] == "please-go-to" for entry in frame.data["entries"])


async def test_a_display_hears_of_a_call_and_its_versions_only_grow(tmp_path: Path) -> None:
    async with (
        a_world(tmp_path) as world,
        served(world.app) as base,
        httpx.AsyncClient(base_url=base, timeout=30) as screen,
    ):
        stream = messages(screen, "/ui/display/north/stream")
        visit = await world.arrival("KT47")
        first = await until(stream, lambda m: m.event == "frame" and m.data["entries"])
        await world.tell("room-assigned", visit["case_id"], patient_id=visit["patient_id"], room_id="n-3")
        second = await until(stream, lambda m: m.event == "frame" and called(m))
        await stream.aclose()

    versions = [m.data["version"] for m in (*first, *second) if m.event == "frame"]
    assert first[-1].data["entries"] == [{"ticket": "KT47", "state": "waiting", "room": None, "call": 0}]
    assert second[-1].data["entries"][0]["room"] == "Room 3"
    assert versions == sorted(set(versions))


async def test_screens_say_that_they_are_not_current_while_events_wait_for_their_agents(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world, served(world.app) as base, await a_client(world, base) as client:
        await world.arrival("KT47")
        display = messages(client, "/ui/display/north/stream")
        await until(display, lambda m: m.event == "frame" and m.data["entries"])
        cursor = (await client.get("/ui/board/north")).json()["cursor"]
        board = messages(client, "/ui/board/north/stream", **{"Last-Event-ID": cursor})
        world.working.clear()
        await world.arrival("BZ22", ago=1)
        paused = await until(display, lambda m: m.event == "frame" and m.data["paused"])
        await until(board, lambda m: m.event == "beat" and m.data["stale"])
        told = (await client.get("/ui/start")).json()
        world.working.set()
        back = await until(display, lambda m: m.event == "frame" and not m.data["paused"])
        await until(board, lambda m: m.event == "beat" and not m.data["stale"])
        await display.aclose()
        await board.aclose()

    assert paused[-1].data["entries"] == [], "nobody is called by a screen that stands still"
    assert told["stale"]
    assert "KT47" in [entry["ticket"] for entry in back[-1].data["entries"]]


async def test_a_display_does_not_pause_for_agents_that_it_shows_nothing_of(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        await world.hub.mirror("demo")
        world.hub._behind = {"flow": 0.1, "refills": 600.0}
        world.hub._fresh_at = time.monotonic() + 60  # however long this takes, the store has answered

        assert world.hub.age("flow") == 0.1
        assert world.hub.age() == 600.0


async def test_a_display_is_told_each_second_how_old_its_data_are(tmp_path: Path) -> None:
    async with (
        a_world(tmp_path) as world,
        served(world.app) as base,
        httpx.AsyncClient(base_url=base, timeout=30) as screen,
    ):
        await world.arrival("KT47")
        stream = messages(screen, "/ui/display/north/stream")
        await until(stream, lambda m: m.event == "frame" and m.data["entries"])
        beats = 0
        for _ in range(3):  # a machine that stops for seconds leaves out beats
            world.store.answering.clear()
            heard = await until(stream, lambda m: m.event == "frame" and m.data["paused"], 30)
            world.store.answering.set()
            back = await until(stream, lambda m: m.event == "frame" and not m.data["paused"], 30)
            ages = [m.data["age"] for m in heard if m.event == "beat"]
            assert ages == sorted(ages)
            assert heard[-1].data["entries"] == [], "no stale code stays on the screen"
            assert [entry["ticket"] for entry in back[-1].data["entries"]] == ["KT47"]
            if (beats := len(ages)) >= 4:
                break
        await stream.aclose()

    assert beats >= 4
