"""What only a real database shows: slow transactions, cut connections, cancelled callers, waiting rows."""

from __future__ import annotations

import asyncio
import contextlib
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from clinicflow.embedded.postgres import EmbeddedPostgres
from clinicflow.embedded.processes import free_port
from clinicflow.errors import KeyFileError, StoreRefused, StoreUnavailable
from clinicflow.store.migrate import migrate
from clinicflow.store.postgres import PostgresStore, connect
from clinicflow.store.rows import Personal
from tests.store.given import (
    NOW,
    ORG,
    a_round,
    event,
    journaled,
    place,
    placed,
    state,
    task,
    task_row,
    uid,
    worker,
)
from tests.support.database import Database

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]


@pytest_asyncio.fixture
async def superuser(database: Database) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database.superuser_dsn())
    yield connection
    await connection.close()


async def eventually(holds: Callable[[], Awaitable[bool]], within: float = 30.0) -> None:
    deadline = asyncio.get_running_loop().time() + within
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come true in time"
        await asyncio.sleep(0.02)


async def cut(superuser: Any, where: str) -> int:
    """End the sessions of services that match; how many."""
    rows = await superuser.fetch(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        f"where usename = 'clinicflow_app' and datname = current_database() and ({where})"
    )
    return len(rows)


@contextlib.asynccontextmanager
async def checkpoints_held(superuser: Any) -> AsyncIterator[None]:
    """Nobody can write a checkpoint meanwhile."""
    async with superuser.transaction():
        await superuser.execute("lock table checkpoint in exclusive mode")
        yield


async def until_waiting(superuser: Any) -> None:
    """Wait until a session of a service waits for a lock."""
    waiting = "select count(*) from pg_stat_activity where usename = 'clinicflow_app' and wait_event_type = 'Lock'"
    async with asyncio.timeout(20):
        while not await superuser.fetchval(waiting):
            await superuser.execute("select pg_stat_clear_snapshot()")
            await asyncio.sleep(0.01)


async def until_it_answers(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask again as every caller does: a cut may have met a connection that was idle, and who takes it next is told."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await ask()
            except StoreUnavailable:
                await asyncio.sleep(0.01)


async def test_rows_of_slow_transactions_are_placed_late_and_positions_stay_dense(pg: PostgresStore) -> None:
    dice = random.Random(7)
    sent: list[str] = []

    async def writer(number: int) -> None:
        for batch in range(6):
            events = [event(f"{number} {batch} {n}", case=f"visit {dice.randrange(20)}") for n in range(5)]
            async with pg.intake() as transaction:
                await transaction.append(events)
                await asyncio.sleep(dice.choice([0, 0, 0.002, 0.05]))
            sent.extend(each.event_id for each in events)

    async def relay() -> list[Any]:
        rows = []
        while True:
            rows += (got := await place(pg, limit=7))
            if not got and finished.is_set():
                return rows
            await asyncio.sleep(0.001)

    finished = asyncio.Event()
    placing = asyncio.create_task(relay())
    await asyncio.gather(*(writer(number) for number in range(4)))
    finished.set()
    rows = await placing
    assert sorted(row.event_id for row in rows) == sorted(sent)
    for partition, head in (await pg.heads()).items():
        assert [row.position for row in rows if row.partition == partition] == list(range(head + 1))


async def test_a_dead_relay_is_followed_by_another_and_can_place_nothing_more(
    pg: PostgresStore, superuser: Any
) -> None:
    old = await pg.take_lease("old")
    assert old is not None
    assert await pg.take_lease("new") is None
    await superuser.execute("update lease set expires_at = now_micros() - 1")
    new = await pg.take_lease("new")
    assert new is not None
    assert (new[0], new[1]) == (old[0] + 1, old[1])
    await journaled(pg, event("a"))
    assert await pg.place(old[0], NOW, 10) is None
    assert await pg.set_tasks_cursor(old[0], "1") is False
    assert [row.event_id for row in await pg.place(new[0], NOW, 10) or ()] == [uid("a")]


async def test_placing_and_taking_over_at_once_never_place_a_row_twice(pg: PostgresStore, superuser: Any) -> None:
    await journaled(pg, *(event(f"e{n}", case=f"visit {n}") for n in range(200)))

    async def relay(name: str) -> list[Any]:
        rows: list[Any] = []
        for _ in range(30):
            await superuser_lock_free("update lease set expires_at = now_micros() - 1")
            lease = await pg.take_lease(name)
            if lease is not None:
                rows += await pg.place(lease[0], NOW, 5) or []
        return rows

    lock = asyncio.Lock()

    async def superuser_lock_free(statement: str) -> None:
        async with lock:
            await superuser.execute(statement)

    rows = [row for part in await asyncio.gather(*(relay(f"relay {n}") for n in range(4))) for row in part]
    rows += await _place_rest(pg, superuser)
    assert len(rows) == len({row.event_id for row in rows}) == 200


async def _place_rest(pg: PostgresStore, superuser: Any) -> list[Any]:
    await superuser.execute("update lease set expires_at = now_micros() - 1")
    lease = await pg.take_lease("the last")
    assert lease is not None
    return await pg.place(lease[0], NOW, 1000) or []


async def test_a_cut_connection_is_unavailable_rolls_back_and_the_next_call_works(
    pg: PostgresStore, superuser: Any
) -> None:
    async def interrupted() -> None:
        async with pg.intake() as transaction:
            await transaction.append([event("lost")])
            assert await cut(superuser, "state = 'idle in transaction'") == 1
            await transaction.append([event("never")])

    with pytest.raises(StoreUnavailable, match="trying again can help"):
        await interrupted()
    assert [answer.status for answer in await journaled(pg, event("lost"))] == ["stored"]


async def some_idle_connections(pg: PostgresStore) -> list[Any]:
    """Several that wait in the pool."""
    await asyncio.gather(*(pg.heads() for _ in range(4)))
    found = [holder._con for holder in pg._pool._raw._holders if holder._con is not None]
    assert len(found) > 1
    return found


async def cut_all(database: Database) -> None:
    """End all sessions of services and wait until they are gone."""
    of_services = "from pg_stat_activity where usename = 'clinicflow_app' and datname = current_database()"
    connection = await asyncpg.connect(database.superuser_dsn())
    while await connection.fetchval(f"select count(pg_terminate_backend(pid)) {of_services}"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await connection.close()


async def test_connections_cut_while_this_process_was_busy_are_not_handed_out(
    pg: PostgresStore, database: Database
) -> None:
    await some_idle_connections(pg)
    cutting = threading.Thread(target=lambda: asyncio.run(cut_all(database)))
    cutting.start()
    cutting.join()  # the event loop stands still meanwhile, as when an agent computes
    assert set(await pg.heads()) == {0, 1, 2, 3}

    await some_idle_connections(pg)
    cutting = threading.Thread(target=lambda: asyncio.run(cut_all(database)))
    cutting.start()
    cutting.join()
    assert [answer.status for answer in await journaled(pg, event("a"))] == ["stored"]


async def test_connections_that_were_told_of_their_end_are_not_used(pg: PostgresStore) -> None:
    last = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
    for ask in (pg.heads, lambda: journaled(pg, event("a"))):
        for connection in await some_idle_connections(pg):  # its end itself comes a little later than the word
            connection._protocol.data_received(b"E" + (len(last) + 4).to_bytes(4, "big") + last)
        assert await ask()


async def test_a_connection_cut_before_commit_is_not_taken_for_a_commit(pg: PostgresStore, superuser: Any) -> None:
    async def interrupted() -> None:
        async with pg.intake() as transaction:
            await transaction.append([event("lost")])
            await cut(superuser, "state = 'idle in transaction'")

    with pytest.raises(StoreUnavailable):
        await interrupted()
    assert await pg.outcome(ORG, uid("lost")) is None


async def test_a_cancelled_caller_leaves_no_transaction_behind(pg: PostgresStore, superuser: Any) -> None:
    reached = asyncio.Event()

    async def slow() -> None:
        async with pg.intake() as transaction:
            await transaction.append([event("cancelled")])
            reached.set()
            await asyncio.sleep(60)

    caller = asyncio.create_task(slow())
    await reached.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller

    async def nobody_in_transaction() -> bool:
        query = "select count(*) from pg_stat_activity where usename = 'clinicflow_app' and state like 'idle in%'"
        return bool(await superuser.fetchval(query) == 0)

    await eventually(nobody_in_transaction)
    assert await place(pg) == []
    assert [answer.status for answer in await journaled(pg, event("cancelled"))] == ["stored"]


async def test_a_caller_cancelled_while_a_round_waits_leaves_the_store_usable(
    pg: PostgresStore, superuser: Any
) -> None:
    marks = await worker(pg)
    [row] = await placed(pg, event("a"))
    blocker = superuser.transaction()
    await blocker.start()
    await superuser.execute("select from checkpoint for update")
    commit = asyncio.create_task(pg.commit_round(a_round(marks[row.partition], 0)))
    await asyncio.sleep(0.1)
    commit.cancel()
    with pytest.raises(asyncio.CancelledError):
        await commit
    await blocker.rollback()
    assert await pg.commit_round(a_round(marks[row.partition], 0)) == {row.partition}


async def test_numbers_of_changes_appear_in_order_while_rounds_commit_at_once(pg: PostgresStore) -> None:
    groups = {"first": "flow", "second": "vitals", "third": "rooming"}
    marks = {group: await worker(pg, [agent], group) for group, agent in groups.items()}
    [row] = await placed(pg, event("a"))

    async def work(group: str) -> None:
        mark = marks[group][row.partition]
        for number in range(30):
            changed = task_row(row, task(f"{group} {number}"))
            assert await pg.commit_round(a_round(mark, number, group=group, tasks=(changed,))) == {row.partition}
            mark = msgspec.structs.replace(mark, position=number)

    async def screen() -> list[str]:
        cursor, told = await pg.cursor(), []
        while not done.is_set() or await pg.changes(cursor, 1):
            for change in await pg.changes(cursor, limit=3):
                told.append(change.tasks[0].task.task_id)
                cursor = change.cursor
        return told

    done = asyncio.Event()
    watching = asyncio.create_task(screen())
    await asyncio.sleep(0)
    await asyncio.gather(*map(work, groups))
    done.set()
    told = await watching
    assert sorted(told) == sorted(uid(f"{group} {number}") for group in groups for number in range(30))


async def test_a_round_that_waits_for_a_row_holds_up_no_other_round(pg: PostgresStore, superuser: Any) -> None:
    one, two = await worker(pg, ["flow"], "first"), await worker(pg, ["vitals"], "second")
    [row] = await placed(pg, event("a"))
    made = task_row(row, task("t"))
    await pg.commit_round(a_round(one[row.partition], 0, group="first", tasks=(made,)))
    blocker = superuser.transaction()
    await blocker.start()
    await superuser.execute("select from task for update")
    mark = msgspec.structs.replace(one[row.partition], position=0)
    waiting = asyncio.create_task(pg.commit_round(a_round(mark, 1, group="first", tasks=(made,))))
    await asyncio.sleep(0.1)
    other = a_round(two[row.partition], 0, group="second", tasks=(task_row(row, task("other")),))
    assert await asyncio.wait_for(pg.commit_round(other), timeout=30) == {row.partition}
    assert not waiting.done()
    await blocker.rollback()
    assert await waiting == {row.partition}
    assert [change.tasks[0].task.task_id for change in await pg.changes("")] == [uid("t"), uid("other"), uid("t")]


async def test_an_open_intake_transaction_does_not_hold_up_boards(pg: PostgresStore) -> None:
    marks = await worker(pg)
    [row] = await placed(pg, event("a"))
    async with pg.intake() as transaction:
        await transaction.append([event("slow")])
        await pg.commit_round(a_round(marks[row.partition], 0, states=(state(row),)))
        assert [view.case_id for change in await pg.changes("") for view in change.visits] == [row.case_id]


async def test_a_screen_is_woken_again_after_its_connection_was_cut(pg: PostgresStore, superuser: Any) -> None:
    marks = await worker(pg)
    [row] = await placed(pg, event("a"))
    woken = asyncio.Event()
    async with pg.wake(woken.set):
        await asyncio.wait_for(woken.wait(), timeout=30)  # it listens
        woken.clear()
        assert await cut(superuser, "application_name = ''") == 1  # the pool's have a name
        await asyncio.wait_for(woken.wait(), timeout=30)
        woken.clear()
        await pg.commit_round(a_round(marks[row.partition], 0, tasks=(task_row(row, task()),)))
        await asyncio.wait_for(woken.wait(), timeout=30)
    assert await superuser.fetchval("select count(*) from pg_stat_activity where query ilike 'listen%'") in (0, 1)


async def test_what_a_column_cannot_hold_is_refused_without_repeating_it(pg: PostgresStore) -> None:
    with pytest.raises(StoreRefused, match="ids are UUID text") as caught:
        await pg.task(ORG, "Jane Doe")
    assert "Jane" not in str(caught.value)


async def test_a_process_without_key_file_journals_but_reads_nothing_personal(database: Database) -> None:
    store = await connect(database.dsn("app"))
    assert [answer.status for answer in await journaled(store, event("a"))] == ["stored"]
    async with store.intake() as transaction:
        with pytest.raises(KeyFileError, match="started without one"):
            await transaction.put_personal([Personal(ORG, "p", "r", "name", "Jane")])
    with pytest.raises(KeyFileError):
        await store.read_personal(ORG, "me", ["p"], "board", NOW)
    await store.close()


async def test_a_round_whose_connection_is_cut_at_any_moment_is_written_once(pg: PostgresStore, superuser: Any) -> None:
    marks = await worker(pg)
    [row] = await placed(pg, event("a"))
    mark, dice, interrupted = marks[row.partition], random.Random(11), 0
    for number in range(40):
        round_ = a_round(mark, number, tasks=(task_row(row, task(f"t{number}")),))
        async with checkpoints_held(superuser) if number % 10 == 0 else contextlib.nullcontext():
            commit = asyncio.create_task(pg.commit_round(round_))
            if number % 10 == 0:  # for certain in the middle; else wherever it happens to be
                await until_waiting(superuser)
            else:
                await asyncio.sleep(dice.random() * 0.004)
            await cut(superuser, "query ilike '%unnest%move%' or state = 'active'")
        try:
            matched = await commit
        except StoreUnavailable:
            interrupted += 1
            matched = await until_it_answers(lambda now=round_: pg.commit_round(now))
        assert matched == {row.partition}
        mark = msgspec.structs.replace(mark, position=number)
    assert interrupted >= 4
    told = [change.tasks[0].task.task_id for change in await until_it_answers(lambda: pg.changes(""))]
    assert told == [uid(f"t{number}") for number in range(40)]


@pytest.fixture
def own_server(open_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test, always at the same port."""
    server = EmbeddedPostgres(open_folder / "data", free_port())
    asyncio.run(server.start())
    migrate(server.dsn("owner"))
    yield server
    server.kill()


async def test_services_outlive_a_restart_of_the_database(own_server: EmbeddedPostgres) -> None:
    store = await connect(own_server.dsn("app"))
    await journaled(store, event("before"))
    await own_server.stop()
    with pytest.raises(StoreUnavailable):
        await journaled(store, event("during"))
    await own_server.start()
    assert [answer.status for answer in await journaled(store, event("before"), event("after"))] == [
        "duplicate",
        "stored",
    ]
    await store.close()
    await own_server.stop()


async def test_what_was_acknowledged_before_the_database_was_killed_is_there(own_server: EmbeddedPostgres) -> None:
    store = await connect(own_server.dsn("app"))
    acknowledged: list[str] = []

    async def client(number: int) -> None:
        with contextlib.suppress(StoreUnavailable):
            for n in range(100_000):
                name = f"{number} {n}"
                await journaled(store, event(name), event(f"{name} too"))
                acknowledged.extend((name, f"{name} too"))

    clients = [asyncio.create_task(client(number)) for number in range(3)]
    async with asyncio.timeout(30):
        while len(acknowledged) <= 10:  # noqa: ASYNC110 - several clients add to it
            await asyncio.sleep(0.02)
    own_server.kill()
    await asyncio.gather(*clients)
    await own_server.start()
    again = await store.append([event(name) for name in acknowledged])
    assert len(again) > 10
    assert {answer.status for answer in again} == {"duplicate"}
    health = await store.health()
    assert health.journal_events + health.unplaced >= len(acknowledged)
    await store.close()
    await own_server.stop()
