"""Events through the HTTP door: accepted, repeated, resolved, stamped, waited for."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import pytest

from clinicflow.core.ids import room_case
from clinicflow.core.task import Task
from clinicflow.gateway.personal import PREFIX
from clinicflow.store.rows import PartitionMove, Round, TaskRow
from tests.gateway.support import EVN, NOON, Network, arrival, message, pid, pv1

pytestmark = pytest.mark.asyncio

CASE = "11111111-1111-5111-8111-111111111111"
TASK = "22222222-2222-5222-8222-222222222222"
AT = "2026-09-21T07:05:00-07:00"
LAB = "ORDER-77"


def checked_in(**more: Any) -> dict[str, Any]:
    return {"type": "checked-in", "clinic_id": "north", "identifiers_matched": 2, "occurred_at": AT, **more}


def roomed(**more: Any) -> dict[str, Any]:
    return {"type": "roomed", "clinic_id": "north", "case_id": CASE, "room_id": "n-1", "occurred_at": AT, **more}


async def with_task(network: Network) -> None:
    """A task that the vitals agent has made at the north clinic."""
    task = Task(
        task_id=TASK, agent="vitals", rule="take-vitals", activity="take-vitals", roles=("MA",), credential="ma-basic",
        priority="routine", status="requested", created_at=NOON, due_at=NOON, cause=CASE, bundle=1,
    )  # fmt: skip
    row = TaskRow("demo", "north", CASE, "p-1", 0, 0, NOON, "created", task)
    await network.store.register_group("all", ["vitals"])
    checkpoint = (await network.store.assign("all", [0]))[0]
    move = PartitionMove(0, checkpoint.epoch, checkpoint.position, 0, None)
    assert await network.store.commit_round(Round("all", (move,), tasks=(row,))) == {0}


async def test_an_event_is_accepted_with_a_link_to_its_outcome(network: Network) -> None:
    async with network.http() as client:
        client.headers.update(network.token())
        answer = await client.post("/v1/events", json=roomed())
        assert answer.status_code == 202
        body = answer.json()
        assert answer.headers["location"] == body["href"] == f"/v1/events/{body['event_id']}"
        assert (await client.get(body["href"])).json()["state"] == "accepted"
        await network.place()
        assert (await client.get(body["href"])).json()["state"] == "placed"
        await network.agents_pass()
        assert (await client.get(body["href"])).json()["state"] == "applied"
    event = await network.only("roomed")
    assert (event.org_id, event.case_id, event.room_id, event.recorded_at) == ("demo", CASE, "n-1", NOON)
    assert event.source_system == "client-0"


async def test_with_prefer_wait_the_outcome_itself_is_answered(network: Network) -> None:
    async with network.http() as client:
        client.headers.update({**network.token(), "Prefer": "wait=10"})

        async def later() -> None:
            await asyncio.sleep(0.05)
            await network.agents_pass()

        answer, _ = await asyncio.gather(client.post("/v1/events", json=roomed()), later())
        assert (answer.status_code, answer.json()["state"]) == (200, "applied")


async def test_with_prefer_wait_a_refusal_is_a_conflict_with_its_reason(network: Network) -> None:
    async with network.http() as client:
        client.headers.update({**network.token(), "Prefer": "respond-async, wait=10"})

        async def later() -> None:
            await asyncio.sleep(0.05)
            await network.agents_pass(refuse="roomed", reason="Expected an open visit, but it ended with checked-out")

        answer, _ = await asyncio.gather(client.post("/v1/events", json=roomed()), later())
        body = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
        assert "ended with checked-out" in body["detail"]
        assert (body["type"], body["event_type"]) == ("urn:clinicflow:problem:refused", "roomed")
        assert body["rejections"][0]["code"] == "visit-ended"
        assert answer.headers["location"] == body["href"]


async def test_a_correction_waits_for_the_event_that_it_corrects(network: Network) -> None:
    target = str(uuid.uuid4())
    first = roomed(event_id=target)
    void = {
        "type": "event-voided", "reason": "entered_in_error", "corrects": target,
        "clinic_id": first["clinic_id"], "case_id": first["case_id"], "occurred_at": first["occurred_at"],
    }  # fmt: skip
    async with network.http() as client:
        client.headers.update(network.token())
        sent = (await client.post("/v1/events", json=void)).json()
        await network.agents_pass()
        seen = (await client.get(sent["href"])).json()["state"]
        again = await client.post("/v1/events", json=void, headers={"Prefer": "wait=1"})
        await client.post("/v1/events", json=first)
        journaled = (await client.get(sent["href"])).json()["state"]
        await network.agents_pass()
        came = (await client.get(sent["href"])).json()["state"]

    assert (seen, journaled, came) == ("waiting", "waiting", "applied")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")


async def test_a_correction_of_an_event_of_another_case_waits_for_ever(network: Network) -> None:
    target = str(uuid.uuid4())
    first = roomed(event_id=target)
    void = {
        "type": "event-voided", "reason": "entered_in_error", "corrects": target,
        "clinic_id": first["clinic_id"], "case_id": str(uuid.uuid4()), "occurred_at": first["occurred_at"],
    }  # fmt: skip
    async with network.http() as client:
        client.headers.update(network.token())
        await client.post("/v1/events", json=first)
        sent = (await client.post("/v1/events", json=void)).json()
        await network.agents_pass()
        assert (await client.get(sent["href"])).json()["state"] == "waiting"


async def test_what_is_not_final_in_time_is_accepted_only(network: Network) -> None:
    async with network.http() as client:
        client.headers.update({**network.token(), "Prefer": "wait=0"})
        assert (await client.post("/v1/events", json=roomed())).status_code == 202


async def test_the_same_key_again_stores_nothing_twice(network: Network) -> None:
    async with network.http() as client:
        client.headers.update({**network.token(), "Idempotency-Key": "k-1"})
        first = await client.post("/v1/events", json=roomed())
        network.now += 5_000_000
        again = await client.post("/v1/events", json=roomed())
        assert again.json()["event_id"] == first.json()["event_id"]
        assert (first.json()["status_at_door"], again.json()["status_at_door"]) == ("accepted", "duplicate")
        other = await client.post("/v1/events", json=roomed(room_id="n-2"))
        assert other.status_code == 422
        assert "another body" in other.json()["detail"]
    assert await network.types() == ["roomed"]


async def test_many_parallel_repeats_store_one_event(network: Network) -> None:
    async with network.http() as client:
        client.headers.update({**network.token(), "Idempotency-Key": "k-1"})
        answers = await asyncio.gather(*(client.post("/v1/events", json=roomed()) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {202}
    assert await network.types() == ["roomed"]


async def test_keys_of_two_clients_do_not_meet(network: Network) -> None:
    async with network.http() as client:
        for headers in (network.token(), network.token()):
            answer = await client.post("/v1/events", json=roomed(), headers={**headers, "Idempotency-Key": "k-1"})
            assert answer.json()["status_at_door"] == "accepted"


async def test_without_a_key_a_blind_repeat_of_the_body_is_a_duplicate(network: Network) -> None:
    async with network.http() as client:
        client.headers.update(network.token())
        await client.post("/v1/events", json=roomed())
        again = await client.post("/v1/events", json=roomed())
        assert again.json()["status_at_door"] == "duplicate"


async def test_a_client_may_give_the_events_id(network: Network) -> None:
    own = "33333333-3333-4333-8333-333333333333"
    async with network.http() as client:
        client.headers.update(network.token())
        answer = await client.post("/v1/events", json=roomed(event_id=own))
        assert answer.json()["event_id"] == own
        assert (await client.post("/v1/events", json=roomed(event_id=own, room_id="n-2"))).status_code == 422


async def test_a_batch_is_stored_whole_under_one_key(network: Network) -> None:
    lines = "\n".join(json.dumps(roomed(room_id=f"n-{n}")) for n in (1, 2, 3)) + "\n\n"
    async with network.http() as client:
        client.headers.update({**network.token(), "Idempotency-Key": "b", "Content-Type": "application/x-ndjson"})
        first = (await client.post("/v1/events", content=lines)).json()
        again = (await client.post("/v1/events", content=lines)).json()
    assert (first["accepted"], first["duplicate"]) == (3, 0)
    assert (again["accepted"], again["duplicate"]) == (0, 3)
    assert [one["event_id"] for one in first["events"]] == [one["event_id"] for one in again["events"]]


async def test_one_bad_line_refuses_the_batch_and_names_every_problem(network: Network) -> None:
    bad = [roomed(), roomed(room_id="attic"), {"type": "romed"}, roomed(colour="red", occurred_at="noon")]
    async with network.http() as client:
        client.headers.update(network.token())
        answer = await client.post("/v1/events", json=bad)
    assert answer.status_code == 422
    paths = [problem["path"] for problem in answer.json()["problems"]]
    assert sorted(paths) == ["[1].room_id", "[2].type", "[3].colour", "[3].occurred_at"]
    assert await network.events() == []


async def test_arrival_and_check_in_by_record_number_are_one_visit(network: Network) -> None:
    who = [{"authority": "demo-mrn", "kind": "mrn", "value": "70001"}]
    arrived = {"type": "patient-arrived", "clinic_id": "north", "mode": "walk_in", "occurred_at": AT}
    async with network.http() as client:
        client.headers.update(network.token())
        one = (await client.post("/v1/events", json={**arrived, "identifiers": who})).json()
        two = (await client.post("/v1/events", json=checked_in(identifiers=who))).json()
        out = {"type": "checked-out", "clinic_id": "north", "occurred_at": AT, "identifiers": who}
        three = (await client.post("/v1/events", json=out)).json()
        late = await client.post("/v1/events", json={**out, "type": "roomed", "room_id": "n-1"})
        next_visit = (await client.post("/v1/events", json=checked_in(identifiers=who, late_min=1))).json()
    assert one["case_id"] == two["case_id"] == three["case_id"] != next_visit["case_id"]
    assert late.status_code == 422
    assert "no known case" in late.json()["detail"]
    assert len({event.patient_id for event in await network.events()}) == 1


async def test_a_repeat_of_an_arrival_does_not_bring_an_ended_visit_back(network: Network) -> None:
    who = [{"authority": "demo-mrn", "kind": "mrn", "value": "70001"}]
    async with network.http() as client:
        client.headers.update(network.token())
        key = {"Idempotency-Key": "one"}
        first = (await client.post("/v1/events", json=checked_in(identifiers=who), headers=key)).json()
        out = {"type": "checked-out", "clinic_id": "north", "occurred_at": AT, "identifiers": who}
        await client.post("/v1/events", json=out)
        again = (await client.post("/v1/events", json=checked_in(identifiers=who), headers=key)).json()
        fresh = (await client.post("/v1/events", json=checked_in(identifiers=who, late_min=3))).json()
    assert (again["status_at_door"], again["event_id"]) == ("duplicate", first["event_id"])
    assert fresh["case_id"] != first["case_id"]


async def test_a_walk_in_without_identifiers_opens_a_case_of_its_own(network: Network) -> None:
    person = {"name": "Noor Haddad", "phone": "555-0177"}
    async with await network.signed_in("fd-lena") as client:
        answer = await client.post(
            "/v1/events", json={"type": "ticket-issued", "clinic_id": "north", "ticket": "KM47",
                                "display_consent": True, "person": person},
        )  # fmt: skip
        assert answer.status_code == 202, answer.text
    event = await network.only("ticket-issued")
    assert (event.occurred_at, event.actor_id, event.actor_role) == (NOON, "fd-lena", "FD")
    kept = await network.store.read_personal("demo", "fd-lena", [event.patient_id], "test", NOON)
    assert kept[event.patient_id] == person


async def test_an_order_by_number_is_found_by_its_result_message(network: Network) -> None:
    order = {
        "type": "lab-test-ordered", "clinic_id": "north", "occurred_at": AT, "order_number": "o-1",
        "test_code": "58410-2", "test_system": "loinc", "priority": "routine",
        "identifiers": [{"authority": "HIS", "kind": "order", "value": LAB}],
    }  # fmt: skip
    async with network.http() as client:
        client.headers.update(network.token())
        answer = (await client.post("/v1/events", json=order)).json()
    obr = f"OBR|1|{LAB}^HIS||58410-2^CBC^LN|||20260921070000|||||||||||||||20260921070900|||F"
    await network.receive(message("ORU^R01", pid(), pv1(), obr + "\rOBX|1|NM|K^K^L||4.1|mmol/L|||||F"))
    assert (await network.only("result-received")).case_id == answer["case_id"]


async def test_a_message_that_waits_is_resolved_by_an_event_of_the_door(network: Network) -> None:
    await network.receive(message("ADT^A03", EVN, pid(), pv1(visit="V-9"), control="D-1"))
    who = [{"authority": "demo-visit", "kind": "visit", "value": "V-9"}]
    async with network.http() as client:
        client.headers.update(network.token())
        opened = (await client.post("/v1/events", json=checked_in(identifiers=who))).json()
    assert (await network.only("checked-out")).case_id == opened["case_id"]


async def test_the_front_desk_says_where_an_unmatched_message_belongs(network: Network) -> None:
    await network.receive(arrival(visit=""))
    visit = await network.only("checked-in")
    waiting = await network.receive(message("ADT^A02", EVN, pid(), pv1("NORTH^2", "V-77"), control="C-2"))
    unmatched = await network.only("unmatched-received")
    says = {"type": "unmatched-resolved", "clinic_id": "north", "case_id": unmatched.case_id,
            "resolved_case_id": visit.case_id}  # fmt: skip
    async with await network.signed_in("fd-lena") as client:
        assert (await client.post("/v1/events", json=says)).status_code == 202
    assert (await network.only("roomed")).case_id == visit.case_id
    assert (await network.types()).count("unmatched-resolved") == 1
    kept = await network.store.message("demo", waiting.message_id)
    assert kept is not None
    assert kept.outcome == "events"
    await network.receive(message("ADT^A03", EVN, pid(), pv1(visit="V-77"), control="D-1"))
    assert (await network.only("checked-out")).case_id == visit.case_id


async def test_an_ending_at_the_door_ends_the_visit_for_messages_too(network: Network) -> None:
    await network.receive(arrival(visit=""))
    visit = await network.only("checked-in")
    out = {"type": "checked-out", "clinic_id": "north", "case_id": visit.case_id, "occurred_at": AT}
    async with network.http() as client:
        client.headers.update(network.token())
        await client.post("/v1/events", json=out)
    await network.receive(arrival("A-2", visit=""))
    assert len({event.case_id for event in await network.events()}) == 2


async def test_a_voided_ending_makes_the_visit_current_again(network: Network) -> None:
    await network.receive(arrival(visit=""))
    visit = await network.only("checked-in")
    base = {"clinic_id": "north", "case_id": visit.case_id, "occurred_at": AT}
    async with network.http() as client:
        client.headers.update(network.token())
        ended = (await client.post("/v1/events", json={"type": "checked-out", **base})).json()
        void = {"type": "event-voided", "reason": "entered_in_error", "corrects": ended["event_id"], **base}
        assert (await client.post("/v1/events", json=void)).status_code == 202
    await network.receive(message("ADT^A03", EVN, pid(), pv1(visit=""), control="D-1"))
    assert (await network.types()).count("checked-out") == 2
    assert "unmatched-received" not in await network.types()


async def test_a_rooms_own_case_is_derived_from_the_room(network: Network) -> None:
    async with await network.signed_in("ma-ana") as client:
        cleaned = {"type": "room-cleaned", "clinic_id": "north", "room_id": "n-2"}
        answer = await client.post("/v1/events", json=cleaned)
        assert answer.json()["case_id"] == room_case("demo", "n-2")
        assert (await client.post("/v1/events", json={**cleaned, "room_id": "s-2"})).status_code == 422
        assert (await client.post("/v1/events", json={"type": "room-cleaned", "clinic_id": "north"})).status_code == 422
        other = {"type": "room-cleaned", "clinic_id": "north", "case_id": room_case("demo", "n-3")}
        assert (await client.post("/v1/events", json=other)).status_code == 202


async def test_a_request_for_a_task_is_completed_from_the_task_and_stamped_from_the_bundle(network: Network) -> None:
    await with_task(network)
    async with await network.signed_in("ma-ana") as client:
        answer = await client.post("/v1/events", json={"type": "task-claim-requested", "task_id": TASK})
        assert answer.status_code == 202, answer.text
    claim = await network.only("task-claim-requested")
    assert (claim.agent, claim.case_id, claim.clinic_id, claim.patient_id) == ("vitals", CASE, "north", "p-1")
    assert (claim.actor_id, claim.actor_role, claim.occurred_at) == ("ma-ana", "MA", NOON)
    assert "ma-basic" in claim.actor_credentials
    assert (claim.on_shift, claim.clinic_assigned, claim.jurisdiction) == (True, True, "US-CA")
    assert claim.on_site_supervisors
    assert "ma-ana" not in claim.on_site_supervisors
    roles = {each.staff_id: each.role for each in claim.supervisors}
    assert set(roles.values()) == {"PHY", "PRV", "RN"} <= set(claim.on_site_supervisors)
    assert list(roles) == sorted(roles), "nobody was told to be on site, so they stand by id"


async def test_off_shift_is_stamped_whatever_the_client_claims(network: Network) -> None:
    await with_task(network)
    network.now += 12 * 3600 * 1_000_000
    async with await network.signed_in("ma-ana") as client:
        lied = {"type": "task-claim-requested", "task_id": TASK, "on_shift": True}
        refused = await client.post("/v1/events", json=lied)
        assert refused.status_code == 422
        assert refused.json()["problems"][0]["path"] == "on_shift"
        await client.post("/v1/events", json={"type": "task-claim-requested", "task_id": TASK})
    assert (await network.only("task-claim-requested")).on_shift is False


async def test_a_delegation_is_stamped_with_the_other_person(network: Network) -> None:
    await with_task(network)
    async with await network.signed_in("ma-ana") as client:
        ask = {"type": "task-delegate-requested", "task_id": TASK, "reason": "workload", "to_staff": "fd-lena"}
        assert (await client.post("/v1/events", json=ask)).status_code == 202
        refused = await client.post("/v1/events", json={**ask, "to_staff": "nobody"})
        assert refused.status_code == 422
        assert [problem["path"] for problem in refused.json()["problems"]] == ["to_staff"]
    asked = await network.only("task-delegate-requested")
    assert (asked.to_role, asked.to_on_shift, asked.to_clinic_assigned) == ("FD", True, True)


async def test_the_closing_event_and_the_completion_go_in_one_batch(network: Network) -> None:
    await with_task(network)
    vitals = {"type": "vitals-taken", "clinic_id": "north", "case_id": CASE,
              "event_id": "44444444-4444-4444-8444-444444444444",
              "temp": {"value": 37.2, "unit": "Cel"}, "note": "Patient says she feels warm"}  # fmt: skip
    done = {"type": "task-completion-requested", "task_id": TASK, "closing_event_id": vitals["event_id"]}
    async with await network.signed_in("ma-ana") as client:
        answer = await client.post("/v1/events", json=[vitals, done])
        assert answer.status_code == 202, answer.text
    taken = await network.only("vitals-taken")
    assert (taken.temp, taken.actor_role) == (372, "MA")
    assert taken.note.startswith(PREFIX)
    assert (await network.only("task-completion-requested")).closing_event_id == taken.event_id


@pytest.mark.parametrize(
    ("staff", "hours", "why"),
    [
        ("fd-lena", 0, "Expected role MA, but the role is FD."),
        ("ma-ana", 12, "Expected a person on shift at this clinic, but ma-ana is not."),
    ],
)
async def test_who_may_not_do_a_task_does_not_end_it_by_its_closing_event(
    network: Network, staff: str, hours: int, why: str
) -> None:
    await with_task(network)
    network.now += hours * 3600 * 1_000_000
    vitals = {"type": "vitals-taken", "clinic_id": "north", "case_id": CASE, "event_id": str(uuid.uuid4()),
              "temp": {"value": 37.2, "unit": "Cel"}}  # fmt: skip
    done = {"type": "task-completion-requested", "task_id": TASK, "closing_event_id": vitals["event_id"]}
    async with await network.signed_in(staff) as client:
        answer = await client.post("/v1/events", json=[vitals, done])
    assert (answer.status_code, answer.json()["problems"][0]["expected"]) == (403, why)
    assert await network.types() == []


async def test_a_client_may_act_for_staff_only_with_that_scope(network: Network) -> None:
    await with_task(network)
    claim = {"type": "task-claim-requested", "task_id": TASK, "actor_id": "ma-ana", "occurred_at": AT}
    async with network.http() as client:
        assert (await client.post("/v1/events", json=claim, headers=network.token())).status_code == 403
        simulator = network.token("simulator")
        assert (await client.post("/v1/events", json=claim, headers=simulator)).status_code == 202
        unknown = await client.post("/v1/events", json={**claim, "actor_id": "x"}, headers=simulator)
        nobody = await client.post(
            "/v1/events", json={k: v for k, v in claim.items() if k != "actor_id"}, headers=simulator
        )
        assert (unknown.status_code, nobody.status_code) == (422, 422)
    stamped = await network.only("task-claim-requested")
    assert (stamped.actor_role, stamped.on_shift) == ("MA", True)


async def test_with_the_store_away_503_says_when_to_come_back(network: Network) -> None:
    network.store.away = True
    async with network.http() as client:
        answer = await client.post("/v1/events", json=roomed(), headers=network.token())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_organization_without_bundle_is_told_how_to_get_one(network: Network) -> None:
    secret = network.auth.tokens.create("other", "elsewhere", "integration")
    async with network.http() as client:
        answer = await client.post("/v1/events", json=roomed(), headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 409
    assert "bundle apply" in answer.json()["detail"]


async def test_events_of_another_organization_are_unknown(network: Network) -> None:
    async with network.http() as client:
        href = (await client.post("/v1/events", json=roomed(), headers=network.token())).json()["href"]
        secret = network.auth.tokens.create("other", "elsewhere", "integration")
        assert (await client.get(href, headers={"Authorization": f"Bearer {secret}"})).status_code == 404


async def test_openapi_describes_the_door(network: Network) -> None:
    paths = network.app.openapi()["paths"]
    body = paths["/v1/events"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "application/x-ndjson"}
    event, _ = body["application/json"]["schema"]["oneOf"]
    assert "vitals-taken" in event["properties"]["type"]["enum"]
    assert "timer-fired" not in event["properties"]["type"]["enum"]
