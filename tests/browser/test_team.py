"""A team at its page: a shift goes to a colleague, somebody is away, a sheet is read."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.people import House
from tests.browser.test_board import roomed
from tests.web.test_team import take

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


async def test_a_shift_goes_to_a_colleague_by_the_sheet(house: House) -> None:
    await roomed(house.world)
    await take(house.world, "ma-ana", "take-vitals", "review-allergies")
    sheet = await house.window("/sheet/north", staff="ma-ana")
    await expect(sheet.get_by_role("heading", level=1)).to_have_text("Open tasks of Ana P.")
    await expect(sheet.locator("[data-task]")).to_have_count(2)
    await expect(sheet.locator("[data-task]").first).to_contain_text("Take vital signs")
    await expect(sheet.locator("[data-task]").first).to_contain_text("KT47")

    await sheet.get_by_role("button", name="Hand over").click()
    form = sheet.get_by_role("dialog", name="Hand over my open tasks")
    await form.get_by_role("button", name="Offer").click()
    await expect(form).to_contain_text("Please fill this in")
    await form.get_by_label("To").select_option("ma-dewi")
    await form.get_by_role("button", name="Offer").click()
    await expect(sheet.get_by_role("heading", name="Offered to Dewi S.")).to_be_visible()

    team = await house.window("/team/north", staff="ma-dewi", locale="es-ES")
    await expect(team.locator("[data-offer]")).to_contain_text("Ana P. le ofrece tareas abiertas (2)")
    await team.locator("[data-offer]").get_by_role("button", name="Hacerse cargo").click()
    await expect(team.locator('[data-member="ma-dewi"]')).to_contain_text("2 de 6")
    await expect(team.locator('[data-member="ma-ana"]')).to_contain_text("0 de 6")
    await expect(team.locator("[data-offer]")).to_have_count(0)
    await expect(sheet.locator("[data-task]")).to_have_count(0)


async def test_a_lead_says_that_somebody_is_away_and_sees_where_each_task_went(house: House) -> None:
    await roomed(house.world)
    await take(house.world, "ma-ana", "take-vitals")
    page = await house.window("/team/north", staff="rn-grace")

    away = page.locator('[data-member="ma-ana"]').get_by_role("button", name="Away")
    await away.focus()
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Ana P. is away")
    await form.get_by_label("Reason").select_option("ill")
    await form.get_by_role("button", name="Spread the work").click()

    result = page.get_by_role("status").filter(has_text="The work of Ana P. was spread")
    await expect(result.get_by_role("listitem")).to_have_count(1)
    await expect(result.get_by_role("listitem")).to_contain_text("Take vital signs — KT47: to ")
    await expect(page.locator('[data-member="ma-ana"]')).to_contain_text("0 of 6")


async def test_who_is_no_lead_cannot_send_anybody_away(house: House) -> None:
    page = await house.window("/team/north", staff="ma-dewi")

    await expect(page.locator('[data-member="ma-ana"]')).to_be_visible()
    await expect(page.get_by_role("button", name="Away")).to_have_count(0)


async def test_a_break_begins_once_and_a_second_one_is_refused_in_the_readers_language(house: House) -> None:
    page = await house.window("/team/north", staff="ma-ana", locale="id-ID")

    await page.get_by_role("button", name="Mulai istirahat").click()
    await expect(page.get_by_role("heading", name="Istirahat Anda dimulai.")).to_be_visible()
    await page.get_by_role("button", name="Mulai istirahat").click()

    problem = page.get_by_role("alert")
    await expect(problem).to_contain_text("Ditolak: Istirahat sudah dimulai. (Expected a person at work")


async def test_a_card_says_why_it_is_first_and_a_refusal_is_told_in_spanish(house: House) -> None:
    await roomed(house.world)
    desk = await house.window("/board/north", staff=await house.world.on_shift("FD"), locale="es-ES")
    await desk.get_by_role("button", name="Todas").click()
    wanted = desk.locator('cf-task-card:has([data-action="claim"])', has_text="signos vitales").first
    await expect(wanted.locator(".because")).to_contain_text("Porque: ")
    await expect(wanted.locator(".because")).to_contain_text("paciente en fila desde las")

    await wanted.get_by_role("button", name="Tomar").click()

    await expect(wanted.get_by_role("alert")).to_contain_text("Esta tarea es para otra función. (Expected role MA")


async def test_a_sheet_prints_without_what_is_for_the_screen_only(house: House) -> None:
    await roomed(house.world)
    await take(house.world, "ma-ana", "take-vitals")
    sheet = await house.window("/sheet/north", staff="ma-ana")
    await expect(sheet.locator("[data-task]")).to_have_count(1)
    await expect(sheet.get_by_text("Signature")).to_be_hidden()

    await sheet.emulate_media(media="print")

    await expect(sheet.get_by_text("Signature")).to_be_visible()
    await expect(sheet.get_by_role("button", name="Print")).to_be_hidden()
    await expect(sheet.get_by_role("navigation")).to_be_hidden()
