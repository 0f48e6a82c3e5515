"""In one step the tasks of somebody who is away, or of a shift that ends, are in other hands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from clinicflow.gateway import staff_http
from tests.gateway.support import Network, arrival
from tests.store.given import a_round, task, task_row, uid, worker

pytestmark = pytest.mark.asyncio
CLINIC = "north"


@pytest_asyncio.fixture
async def net(tmp_path: Path) -> AsyncIterator[Network]:
    """The demo network where ma-ana holds three tasks and ma-dewi one."""
    network = await Network(tmp_path).start()
    network.app.include_router(staff_http.router(network.services))
    marks = await worker(network.store)
    await network.receive(arrival())
    await network.place()
    first, second = [await network.store.rows_from(number, 0, 1) for number in range(2)]
    row = (*first, *second)[0]
    rows = (
        task_row(row, task("vitals", status="accepted", owner="ma-ana")),
        task_row(row, task("stat", status="in-progress", owner="ma-ana", priority="stat")),
        task_row(row, task("blood", status="on-hold", owner="ma-ana", activity="collect-blood", credential="ma-surg")),
        task_row(row, task("hers", status="accepted", owner="ma-dewi")),
        task_row(row, task("free")),
    )
    await network.store.commit_round(a_round(marks[row.partition], row.position, tasks=rows))
    network.now += 1_000_000
    yield network


async def requests(net: Network) -> dict[str, Any]:
    """What was asked of tasks: by task id the event."""
    return {found.task_id: found for found in await net.events() if found.TYPE.startswith("task-")}  # type: ignore[attr-defined]


async def test_a_sheet_has_what_the_person_holds_the_most_urgent_first(net: Network) -> None:
    client = await net.signed_in("rn-grace")
    answer = await client.get("/v1/staff/ma-ana/sheet", params={"clinic_id": CLINIC})
    assert [line["task_id"] for line in answer.json()["tasks"]] == [uid("stat"), uid("vitals"), uid("blood")]


async def test_an_absence_gives_each_task_to_whoever_may_do_it(net: Network) -> None:
    client = await net.signed_in("rn-grace")
    answer = await client.post("/v1/staff/ma-ana/absence", json={"clinic_id": CLINIC, "reason": "ill"})
    assert answer.status_code == 202, answer.text
    shares = {share["task_id"]: share for share in answer.json()["tasks"]}
    given = [shares[uid(name)]["to"] for name in ("stat", "vitals")]
    assert given == ["ma-bilal", "ma-camila"], "who holds least comes first"
    assert shares[uid("blood")]["to"] is None
    asked = await requests(net)
    assert asked[uid("vitals")].TYPE == "task-delegate-requested"
    assert (asked[uid("vitals")].to_staff, asked[uid("vitals")].reason) == ("ma-camila", "other")
    assert asked[uid("blood")].TYPE == "task-release-requested"
    away = await net.only("staff-unavailable")
    assert (away.staff_id, away.reason, away.actor_id) == ("ma-ana", "ill", "rn-grace")


@pytest.mark.parametrize(
    ("who", "staff", "body", "status", "expected"),
    [
        ("ma-dewi", "ma-ana", {"clinic_id": CLINIC, "reason": "ill"}, 403, "a lead of the clinic"),
        ("rn-grace", "ma-nobody", {"clinic_id": CLINIC, "reason": "ill"}, 422, "a member of staff of the bundle"),
        ("rn-grace", "ma-ana", {"clinic_id": "west", "reason": "ill"}, 422, "one of"),
        ("rn-grace", "ma-ana", {"clinic_id": CLINIC}, 422, "a text"),
        ("rn-grace", "ma-ana", {"clinic_id": CLINIC, "reason": "holiday"}, 422, "emergency"),
    ],
)
async def test_what_is_not_right_about_an_absence_is_told_and_nothing_is_stored(
    net: Network, who: str, staff: str, body: dict[str, str], status: int, expected: str
) -> None:
    client = await net.signed_in(who)
    answer = await client.post(f"/v1/staff/{staff}/absence", json=body)
    assert (answer.status_code, expected in answer.text) == (status, True), answer.text
    assert await requests(net) == {}


async def test_a_shift_is_handed_over_when_the_colleague_accepts(net: Network) -> None:
    giver, receiver = await net.signed_in("ma-ana"), await net.signed_in("ma-dewi")
    offer = await giver.post("/v1/staff/handover", json={"clinic_id": CLINIC, "to_staff": "ma-dewi"})
    assert offer.status_code == 202, offer.text
    assert offer.json()["tasks"] == [uid("stat"), uid("vitals"), uid("blood")]
    assert await requests(net) == {}
    await net.place()
    for _ in range(2):  # the second time nothing more happens
        accepted = await receiver.post(f"/v1/staff/handover/{offer.json()['offer_event']}/acceptance")
        assert accepted.status_code == 202, accepted.text
    asked = await requests(net)
    assert {(each.TYPE, each.actor_id, each.to_staff) for each in asked.values()} == {
        ("task-delegate-requested", "ma-ana", "ma-dewi")
    }
    assert len(asked) == 3
    assert (await net.only("shift-handover-accepted")).actor_id == "ma-dewi"


async def test_only_the_colleague_who_is_named_accepts(net: Network) -> None:
    giver, other = await net.signed_in("ma-ana"), await net.signed_in("rn-grace")
    offer = await giver.post("/v1/staff/handover", json={"clinic_id": CLINIC, "to_staff": "ma-dewi"})
    await net.place()
    refused = await other.post(f"/v1/staff/handover/{offer.json()['offer_event']}/acceptance")
    assert (refused.status_code, "was made to somebody else" in refused.text) == (403, True)
    unknown = await other.post(f"/v1/staff/handover/{uid('no offer')}/acceptance")
    assert unknown.status_code == 404
