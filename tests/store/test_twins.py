"""Memory and PostgreSQL are given the same random days and must answer alike."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from clinicflow.core.outcome import AgentCase
from clinicflow.core.pack import pack
from clinicflow.errors import ClinicflowError
from clinicflow.store.memory import MemoryStore
from clinicflow.store.postgres import PostgresStore
from clinicflow.store.rows import Checkpoint, PartitionMove, PlacedRow, RejectionRow, Round
from tests.store.conftest import PARTITIONS
from tests.store.given import NOW, event, state, task, task_row, timer_row, uid

pytestmark = [pytest.mark.embedded, pytest.mark.asyncio]
STATUSES = ("requested", "accepted", "in-progress", "completed", "cancelled")
PRIORITIES = ("routine", "urgent", "asap", "stat")
AGENTS = ("flow", "rooming", "vitals")
GROUPS = ("all", "mine")


class Day:
    """Random operations that mean the same on any store; ``rows`` and ``marks`` are what the first store answered."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.rows: list[PlacedRow] = []
        self.marks: dict[tuple[str, int], Checkpoint] = {}
        self.epoch = 1

    def operation(self) -> tuple[str, tuple[Any, ...]]:
        """The name of a method and its arguments."""
        return self.dice.choice([self.append, self.place, self.place, self.round, self.round, self.round, self.other])()

    def append(self) -> tuple[str, tuple[Any, ...]]:
        pick = self.dice.randrange
        events = [
            event(f"e{pick(400)}", case=f"visit {pick(12)}", body=bytes([pick(2)]), org=f"org {pick(2)}")
            for _ in range(pick(1, 8))
        ]
        return "append", (events,)

    def place(self) -> tuple[str, tuple[Any, ...]]:
        return "place", (
            self.epoch + (self.dice.random() < 0.05),
            NOW + self.dice.randrange(-50, 50),
            self.dice.randrange(9),
        )

    def round(self) -> tuple[str, tuple[Any, ...]]:
        pick, group = self.dice.randrange, self.dice.choice(GROUPS)
        moves = []
        for (name, partition), mark in sorted(self.marks.items()):
            if name == group and self.dice.random() < 0.6:
                stale = self.dice.random() < 0.1
                moves.append(
                    PartitionMove(partition, mark.epoch - stale, mark.position, mark.position + pick(1, 4), pick(99))
                )
        if not self.rows or not moves:
            return self.place()
        some = self.dice.choices(self.rows, k=pick(6))
        rows = [row for row in some if row.partition in {move.partition for move in moves}]
        return "commit_round", (Round(group=group, moves=tuple(moves), **self.content(rows)),)

    def content(self, rows: list[PlacedRow]) -> dict[str, Any]:
        pick, choice = self.dice.randrange, self.dice.choice
        sides = {agent: AgentCase(position=pick(9)) for agent in AGENTS if pick(2)}
        return {
            "states": tuple(state(row, pack(sides), open=bool(pick(4)), incomplete=not pick(9)) for row in rows),
            "tasks": tuple(
                task_row(row, task(f"{row.case_id} {pick(4)}", status=choice(STATUSES), priority=choice(PRIORITIES)))
                for row in rows
            ),
            "timers_set": tuple(timer_row(row, f"{row.case_id} {pick(3)}", fires_at=NOW + pick(9)) for row in rows),
            "timers_cleared": tuple((row.partition, uid(f"{row.case_id} {pick(3)}")) for row in rows if pick(2)),
            "derived": tuple((row.partition, event(f"derived {pick(99)}", case=f"room {pick(4)}")) for row in rows),
            "rejections": tuple(
                RejectionRow(row.partition, row.position, row.org_id, row.event_id, choice(AGENTS), "no", "no")
                for row in rows
                if not pick(5)
            ),
        }

    def other(self) -> tuple[str, tuple[Any, ...]]:
        pick, choice = self.dice.randrange, self.dice.choice
        return choice(
            [
                ("assign", (choice(GROUPS), [pick(PARTITIONS), pick(PARTITIONS)])),
                ("assign", (choice(GROUPS), list(range(PARTITIONS)))),
                ("register_group", (choice(GROUPS), self.dice.sample(AGENTS, pick(1, 4)))),
                ("regroup", (choice(GROUPS), self.dice.sample(AGENTS, pick(1, 3)))),
                ("apply_bundle", (f"org {pick(2)}", f"hash {pick(3)}", {"n": pick(3)}, NOW)),
                ("request_resend", (pick(PARTITIONS), pick(50))),
                ("take_resends", ()),
            ]
        )

    def learn(self, name: str, arguments: tuple[Any, ...], answer: Any) -> None:
        if name == "place" and answer:
            self.rows += answer
        if name == "assign":
            self.marks |= {(arguments[0], partition): mark for partition, mark in answer.items()}
        if name == "commit_round":
            for move in arguments[0].moves:
                if move.partition in answer:
                    key = (arguments[0].group, move.partition)
                    self.marks[key] = msgspec.structs.replace(self.marks[key], position=move.to_position)


async def asked(store: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    try:
        answer = await getattr(store, name)(*arguments)
    except ClinicflowError as refusal:
        return type(refusal), str(refusal)
    return [(change.tasks, sorted(change.visits, key=repr)) for change in answer] if name == "changes" else answer


async def whole(store: Any) -> dict[str, Any]:
    """Everything that can be seen of a store."""
    orgs = ("org 0", "org 1", "demo")
    seen: dict[str, Any] = {"heads": await store.heads(), "due": await store.due(NOW + 5, 20)}
    seen["lag"] = (await store.health()).lag
    for org in orgs:
        seen[f"{org} visits"] = await store.visits(org, None)
        seen[f"{org} tasks"] = await store.tasks(org, open_only=False)
        seen[f"{org} open tasks"] = await store.tasks(org, clinic_id="north")
        seen[f"{org} incomplete"] = await store.incomplete_cases(org)
        seen[f"{org} forgotten"] = await store.forgotten(org)
        seen[f"{org} bundle"] = await store.bundle(org)
        seen[f"{org} outcomes"] = [await store.outcome(org, uid(f"e{n}")) for n in range(40)]
    for group in GROUPS:
        seen[f"{group} states"] = [row async for batch in store.states(group) for row in batch]
    seen["journal"] = [row async for batch in store.scan() for row in batch]
    seen["timers"] = [row async for batch in store.all_timers() for row in batch]
    seen["changes"] = await asked(store, "changes", ("", 1000))
    return seen


@pytest.mark.parametrize("seed", range(6))
async def test_both_stores_answer_alike(pg: PostgresStore, seed: int) -> None:
    memory, day = MemoryStore(PARTITIONS), Day(seed)
    for store in (memory, pg):
        lease = await store.take_lease("relay")
        assert lease is not None
        assert lease[0] == day.epoch
    for step in range(150):
        name, arguments = day.operation()
        expected = await asked(memory, name, arguments)
        assert await asked(pg, name, arguments) == expected, f"seed {seed}, step {step}: {name}"
        day.learn(name, arguments, expected)
        if step % 30 == 29:
            assert await whole(pg) == await whole(memory), f"seed {seed}, step {step}"
    assert len(day.rows) > 30
