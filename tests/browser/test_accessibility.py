"""WCAG 2.2 AA as far as a program can judge it: every screen, light and dark, with people and tasks on it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.people import House
from tests.browser.test_board import roomed
from tests.browser.test_desk_and_display import full_house

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page, axe: str) -> list[str]:
    """What axe-core finds wrong."""
    await page.evaluate(axe)
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    return [
        f"{each['id']}: {each['help']} at {[node['target'] for node in each['nodes']][:3]}"
        for each in found["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_screen(house: House, axe: str, scheme: str) -> None:
    world = house.world
    visit = await roomed(world)
    await full_house(world)
    await world.tell(
        "vitals-taken", visit["case_id"], patient_id=visit["patient_id"], temp={"value": "41.2", "unit": "Cel"}
    )
    await world.arrival("BZ22")
    await world.settle()
    ma, fd = await world.on_shift("MA"), await world.on_shift("FD")
    found: dict[str, list[str]] = {}

    page = await house.window("/", color_scheme=scheme)
    await expect(page.locator(".clinic")).to_have_count(3)
    found["start"] = await violations(page, axe)
    await page.goto(f"{house.address}/sign-in")
    await expect(page.locator("[data-staff]").first).to_be_visible()
    found["sign-in"] = await violations(page, axe)
    await page.evaluate(f"localStorage.setItem('cf-theme', '{scheme}')")
    await page.goto(f"{house.address}/display/east")
    await expect(page.locator(".call")).to_have_count(3)
    found["display"] = await violations(page, axe)

    board = await house.window("/board/north", staff=ma, color_scheme=scheme)
    await expect(board.locator("cf-task-card").first).to_be_visible()
    await board.get_by_role("button", name="All").click()
    found["board"] = await violations(board, axe)
    task = board.locator("cf-task-card", has_text="Bring").or_(board.locator("cf-task-card")).first
    await task.get_by_role("button", name="Why?").click()
    await expect(board.get_by_role("dialog").locator("li").first).to_be_visible()
    found["why"] = await violations(board, axe)
    await board.keyboard.press("Escape")
    await task.get_by_label("More actions").click()
    await task.get_by_role("button", name="Decline").click()
    await expect(board.get_by_role("dialog")).to_be_visible()
    found["form"] = await violations(board, axe)
    await board.keyboard.press("Escape")
    await board.get_by_role("button", name="Patients").click()
    await expect(board.locator("cf-patients article").first).to_be_visible()
    found["patients"] = await violations(board, axe)

    nurse = await world.on_shift("RN", leads=True)
    team = await house.window("/team/north", staff=nurse, color_scheme=scheme)
    await expect(team.locator("[data-member]").first).to_be_visible()
    found["team"] = await violations(team, axe)
    await team.locator(f'[data-member="{ma}"]').get_by_role("button", name="Away").click()
    await expect(team.get_by_role("dialog")).to_be_visible()
    found["absence"] = await violations(team, axe)
    await board.goto(f"{house.address}/sheet/north")
    await expect(board.get_by_role("heading", level=1)).to_be_visible()
    found["sheet"] = await violations(board, axe)

    desk = await house.window("/desk/north", staff=fd, color_scheme=scheme)
    await expect(desk.locator("tbody tr").first).to_be_visible()
    found["desk"] = await violations(desk, axe)
    await desk.get_by_role("button", name="Walk-in").click()
    found["walk-in"] = await violations(desk, axe)

    assert [f"{name}: {each}" for name, wrong in found.items() for each in wrong] == []
