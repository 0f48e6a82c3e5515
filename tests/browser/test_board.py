"""Members of staff at the board: sign in, take, do, refuse, ask why."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from clinicflow import codec
from clinicflow.store.rows import CaseRows
from tests.browser.people import House
from tests.web.kit import World

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


async def roomed(world: World, ticket: str = "KT47") -> dict[str, str]:
    """A patient whose vital signs are to be taken."""
    visit = await world.arrival(ticket, ago=8)
    about: dict[str, Any] = {"patient_id": visit["patient_id"]}
    await world.tell("checked-in", visit["case_id"], ago=4, identifiers_matched=2, **about)
    await world.tell("roomed", visit["case_id"], ago=1, room_id="n-1", **about)
    await world.settle()
    return visit


def column(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def card(where: Page | Locator, title: str) -> Locator:
    return where.locator("cf-task-card", has_text=title)


async def test_sign_in_claim_and_complete_with_the_form_of_the_closing_event(house: House) -> None:
    visit = await roomed(house.world)
    assistant = await house.world.on_shift("MA")
    page = await house.window("/board/north")
    await page.wait_for_url("**/sign-in?next=*")
    await page.locator(f'[data-staff="{assistant}"]').click()
    await page.wait_for_url("**/board/north")

    await card(column(page, "To do"), "Take vital signs").get_by_role("button", name="Claim").click()
    mine = card(column(page, "Mine"), "Take vital signs")
    await expect(mine).to_contain_text("KT47")
    await mine.get_by_role("button", name="Complete").click()
    form = page.get_by_role("dialog", name="Take vital signs")
    await expect(form).to_contain_text("°C")
    await form.get_by_label("Temperature").fill("39,25")
    await form.get_by_role("button", name="Save and complete").click()
    await expect(form).to_contain_text("A number with at most 1 decimals")
    await form.get_by_label("Temperature").fill("38,1")
    await form.get_by_label("Heart rate").fill("88")
    await form.get_by_role("button", name="Save and complete").click()

    await expect(form).to_be_hidden()
    await expect(card(page, "Take vital signs")).to_have_count(0)
    rows = await house.world.store.case_histories([await rows_of(house.world, visit)])
    (taken,) = [codec.decode(row.payload) for row in rows if row.type == "vitals-taken"]
    assert (taken.temp, taken.heart_rate, taken.actor_id) == (381, 88, assistant)  # type: ignore[attr-defined]
    (task,) = [
        row.task
        for row in await house.world.store.tasks("demo", case_id=visit["case_id"], open_only=False)
        if row.task.activity == "take-vitals"
    ]
    assert (task.status, task.closing, task.doers) == ("completed", taken.event_id, (assistant,))


async def rows_of(world: World, visit: dict[str, str]) -> CaseRows:
    """All rows of a visit: up to a position after its last."""
    (partition,) = {row.partition for row in await world.store.tasks("demo", case_id=visit["case_id"], open_only=False)}
    return CaseRows("demo", visit["case_id"], partition, 1_000_000)


async def test_a_refusal_is_shown_where_it_was_asked_with_its_reason(house: House) -> None:
    await roomed(house.world)
    desk = await house.window("/board/north", staff=await house.world.on_shift("FD"))
    await desk.get_by_role("button", name="All").click()
    wanted = card(desk, "Take vital signs")

    await wanted.get_by_role("button", name="Claim").click()

    problem = wanted.get_by_role("alert")
    await expect(problem).to_contain_text("Refused: ")
    assert len(await problem.inner_text()) > len("Refused: Dismiss") + 15, "there is a reason"
    await problem.get_by_role("button", name="Dismiss").click()
    await expect(problem).to_have_count(0)
    await expect(card(column(desk, "To do"), "Take vital signs")).to_have_count(1)


async def test_what_one_does_the_others_see_and_a_pause_says_why(house: House) -> None:
    await roomed(house.world)
    assistant = await house.world.on_shift("MA")
    mine = await house.window("/board/north", staff=assistant)
    other = await house.window("/board/north", staff=await house.world.on_shift("RN"))
    await other.get_by_role("button", name="All").click()

    await card(mine, "Take vital signs").get_by_role("button", name="Start").click()
    theirs = card(column(other, "With colleagues"), "Take vital signs")
    await expect(theirs).to_contain_text("In progress")
    await card(mine, "Take vital signs").get_by_role("button", name="Pause").click()
    form = mine.get_by_role("dialog")
    await form.get_by_label("Reason").select_option("waiting_for_patient")
    await form.get_by_role("button", name="Pause").click()

    await expect(theirs).to_contain_text("On hold: Waiting for the patient")
    await card(mine, "Take vital signs").get_by_role("button", name="Resume").click()
    await expect(theirs).to_contain_text("In progress")
    await card(mine, "Take vital signs").get_by_label("More actions").click()
    await card(mine, "Take vital signs").get_by_role("button", name="Release").click()
    await form.get_by_label("Reason").select_option("busy")
    await form.get_by_role("button", name="Release").click()
    await expect(card(column(other, "To do"), "Take vital signs")).to_have_count(1)


async def test_who_holds_a_task_is_told_when_somebody_else_has_done_it(house: House) -> None:
    visit = await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("MA"))
    await card(page, "Take vital signs").get_by_role("button", name="Claim").click()
    await expect(card(column(page, "Mine"), "Take vital signs")).to_have_count(1)

    nurse = await house.world.on_shift("RN")
    who = {"patient_id": visit["patient_id"], "actor_id": nurse, "actor_role": "RN", "actor_credentials": ["rn"]}
    await house.world.tell("vitals-taken", visit["case_id"], temp={"value": "36.9", "unit": "Cel"}, **who)

    notice = page.locator(".notices p")
    await expect(notice).to_contain_text("“Take vital signs” (KT47 · Room 1) was completed by what somebody else did")
    await notice.get_by_role("button", name="Dismiss").click()
    await expect(notice).to_have_count(0)


async def test_a_form_asks_for_nothing_that_the_task_knows_already(house: House) -> None:
    visit = await roomed(house.world)
    who = {"patient_id": visit["patient_id"], "actor_id": await house.world.on_shift("MA"), "actor_role": "MA"}
    await house.world.tell("vitals-taken", visit["case_id"], spo2={"value": "84", "unit": "%"}, **who)
    nurse = await house.window("/board/north", staff=await house.world.on_shift("RN"))
    title = "Critical vital signs"
    await card(nurse, title).get_by_label("More actions").click()
    await card(nurse, title).get_by_role("button", name="Complete").click()
    form = nurse.get_by_role("dialog", name=title)
    await expect(form.get_by_label("Action")).to_be_focused()
    shown = await form.locator("input:visible").evaluate_all("inputs => inputs.map(each => each.value)")
    assert [value for value in shown if value] == [], "no reference that means nothing to a nurse"
    await form.get_by_label("Action").select_option("assessed")
    await form.get_by_role("button", name="Save and complete").click()

    await expect(form).to_be_hidden()
    rows = await house.world.store.case_histories([await rows_of(house.world, visit)])
    events = {row.type: codec.decode(row.payload) for row in rows}
    flagged = events["critical-vitals-acknowledged"].flag_event  # type: ignore[attr-defined]
    assert flagged == events["vitals-critical-flagged"].event_id


async def test_a_provider_who_has_left_the_room_says_so_and_the_visit_goes_on(house: House) -> None:
    visit = await roomed(house.world)
    provider = await house.world.on_shift("PRV")
    who = {"patient_id": visit["patient_id"], "actor_id": provider, "actor_role": "PRV"}
    await house.world.tell("provider-entered", visit["case_id"], **who)
    page = await house.window("/board/north", staff=provider)
    await page.get_by_role("button", name="Patients").click()

    await page.get_by_role("button", name="Provider has left").click()
    await page.get_by_role("dialog").get_by_role("button", name="Provider has left").click()

    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Provider has left")).to_have_count(0)
    await page.get_by_role("button", name="Tasks").click()
    await page.get_by_role("button", name="All").click()
    await expect(page.locator("cf-task-card", has_text="KT47").first).to_be_visible()
    assert await house.world.tasks("complete-orders", visit["case_id"])


async def test_a_wrong_number_is_named_by_what_is_expected(house: House) -> None:
    await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("MA"))
    await card(page, "Take vital signs").get_by_label("More actions").click()
    await card(page, "Take vital signs").get_by_role("button", name="Complete").click()
    form = page.get_by_role("dialog", name="Take vital signs")
    await form.get_by_label("Systolic").fill("12o")
    await form.get_by_role("button", name="Save and complete").click()

    await expect(form).to_contain_text("A whole number")
    await expect(form.get_by_label("Systolic")).to_be_focused()


async def test_a_task_without_a_closing_event_asks_plainly(house: House) -> None:
    await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("FD"))
    task = card(page, "Collect the copayment")

    await task.get_by_role("button", name="Start").click()
    await card(column(page, "Mine"), "Collect the copayment").get_by_role("button", name="Complete").click()
    form = page.get_by_role("dialog")
    await expect(form).to_contain_text("Is this done?")
    await form.get_by_role("button", name="Complete").click()

    await expect(task).to_have_count(0)


async def test_the_keyboard_is_enough(house: House) -> None:
    await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("MA"))
    first = page.locator("cf-task-card article").first
    await first.focus()

    await page.keyboard.press("ArrowDown")
    second = page.locator("cf-task-card article").nth(1)
    await expect(second).to_be_focused()
    await page.keyboard.press("w")
    await expect(page.get_by_role("dialog", name="Why do I have this task?")).to_contain_text("In room")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Why do I have this task?")).to_be_hidden()
    await second.focus()
    await page.keyboard.press("c")

    await expect(column(page, "Mine").locator("cf-task-card")).to_have_count(1)


async def test_why_shows_the_rule_and_the_way_back_to_the_first_event(house: House) -> None:
    await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("MA"))

    await card(page, "Take vital signs").get_by_role("button", name="Why?").click()

    drawer = page.get_by_role("dialog", name="Why do I have this task?")
    await expect(drawer.locator("li")).to_have_count(3)
    await expect(drawer).to_contain_text("Protocol vitals, version 1, bundle 1")
    await expect(drawer.locator("li").last).to_contain_text("Patient arrived")


async def test_titles_are_in_the_language_that_was_chosen(house: House) -> None:
    await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("MA"))
    await expect(card(page, "Take vital signs")).to_have_count(1)

    await page.get_by_label("Language").select_option("es")
    await expect(page.get_by_role("button", name="Tomar").first).to_be_visible()
    spanish = await page.locator("cf-task-card h3").all_inner_texts()
    await page.get_by_label("Idioma").select_option("id")
    await expect(page.get_by_role("button", name="Ambil").first).to_be_visible()
    indonesian = await page.locator("cf-task-card h3").all_inner_texts()

    assert len(set(spanish) & set(indonesian)) == 0
    assert await page.evaluate("document.documentElement.lang") == "id"


async def test_a_card_and_its_why_name_the_supervisor_in_each_language(house: House) -> None:
    await roomed(house.world)
    page = await house.window("/board/north", staff=await house.world.on_shift("MA"))
    await card(page, "Take vital signs").get_by_role("button", name="Start").click()
    mine = column(page, "Mine").locator("cf-task-card")
    await expect(mine).to_contain_text("supervised by ")
    (row,) = await house.world.tasks("take-vitals")
    bundle = await house.world.services.bundles.get("demo")
    name = bundle.staff_all[str(row.task.supervisor)]["name_ref"]

    await expect(mine).to_contain_text(f"supervised by {name}")
    await mine.get_by_role("button", name="Why?").click()
    drawer = page.get_by_role("dialog", name="Why do I have this task?")
    await expect(drawer).to_contain_text(f"supervised by {name}")
    await drawer.get_by_role("button", name="Close").click()
    await page.get_by_label("Language").select_option("es")
    await expect(page.locator("cf-task-card", has_text=f"supervisa {name}")).to_have_count(1)
    await page.get_by_label("Idioma").select_option("id")
    await expect(page.locator("cf-task-card", has_text=f"diawasi {name}")).to_have_count(1)
