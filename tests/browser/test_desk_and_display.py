"""The front desk and the waiting room: what the desk does, the screen shows, and nothing else."""

from __future__ import annotations

import asyncio
import copy
import itertools
import re
import time
import uuid
from typing import Any

import pytest
from playwright.async_api import Page, expect

from clinicflow.codec.times import text_of
from clinicflow.core.bundle import bundle_hash
from clinicflow.store.rows import Personal
from tests.browser.people import House, shown_text
from tests.web.kit import MINUTE, World, document
from tests.web.serving import served

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

NAME = "CANARY Okafor"


def said(*texts: str) -> re.Pattern[str]:
    """One of these: which language the screen of a clinic shows at a moment is a matter of seconds."""
    return re.compile("|".join(re.escape(text) for text in texts))


PAUSED = said("Information paused", "Información en pausa", "Informasi dijeda")


async def walk_in(desk: Page, name: str = "", *, on_screen: bool = True) -> str:
    """Give a ticket to somebody; the code."""
    await desk.get_by_role("button", name="Walk-in").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_label("Name").fill(name)
    if not on_screen:
        await dialog.get_by_label("Show the code on the waiting-room screen").uncheck()
    await dialog.get_by_role("button", name="Give ticket").click()
    code = await dialog.locator(".big strong").inner_text()
    await dialog.get_by_role("button", name="Close").click()
    return code


async def test_a_walk_in_is_seen_in_the_waiting_room_by_the_code_only(house: House) -> None:
    screen = await house.window("/display/north", viewport={"width": 1920, "height": 1080})
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))

    code = await walk_in(desk, NAME)
    hidden = await walk_in(desk, "Somebody Private", on_screen=False)

    await expect(screen.locator(".waiting .code")).to_have_text([code])
    row = desk.locator(f'tr[data-ticket="{code}"]')
    await expect(row).to_contain_text(NAME)
    await row.get_by_role("button", name="Call").click()
    await expect(screen.locator(".call")).to_contain_text(
        said("Please come to the desk", "Acérquese al mostrador", "Silakan ke meja depan")
    )
    await expect(screen.get_by_role("status")).to_contain_text(
        said(f"{code}: please come to the desk", f"{code}: acérquese al mostrador", f"{code}: silakan ke meja depan")
    )
    seen = await shown_text(screen)
    assert "CANARY" not in seen
    assert hidden not in seen
    assert "CANARY" not in await screen.content()


async def test_check_in_makes_the_task_that_comes_next_and_undo_takes_both_back(house: House) -> None:
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))
    board = await house.window("/board/north", staff=await house.world.on_shift("MA"))
    code = await walk_in(desk)
    row = desk.locator(f'tr[data-ticket="{code}"]')

    await row.get_by_role("button", name="Check in").click()
    form = desk.get_by_role("dialog", name="Check in")
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Please fill this in")
    await form.get_by_label("Identifiers that matched").fill("2")
    await form.get_by_label("Age", exact=False).first.fill("34")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("patient_age_unit")
    await form.get_by_label("Age in").select_option("a")
    await form.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("Checked in")
    await expect(board.locator("cf-task-card", has_text="Bring the patient to a room")).to_contain_text(code)
    await desk.locator('[data-undo="checked-in"]').click()

    await expect(row).to_contain_text("Arrived")
    await expect(board.locator("cf-task-card", has_text="Bring the patient to a room")).to_have_count(0)
    await expect(desk.locator("aside li").first).to_contain_text("Undone")


async def test_the_desk_shows_how_long_somebody_has_waited_since_the_arrival(house: House) -> None:
    visit = await house.world.arrival("KT47", ago=25)
    await house.world.tell("checked-in", visit["case_id"], patient_id=visit["patient_id"], identifiers_matched=2)
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))

    row = desk.locator('tr[data-ticket="KT47"]')
    await expect(row).to_contain_text("Checked in")
    await expect(row.locator(".number")).to_have_text(re.compile("2[56] min"))


@pytest.mark.parametrize("page", ["desk", "board"])
async def test_who_may_not_see_a_clinic_is_told_so_and_shown_no_counts(house: House, page: str) -> None:
    house.offline = True  # the answer is a refusal
    window = await house.window(f"/{page}/south", staff=await house.world.on_shift("FD"))

    await expect(window.get_by_role("alert")).to_have_text("You may not see this clinic.")
    text = await shown_text(window)
    assert "Nobody is in the clinic" not in text
    assert "To do" not in text
    await window.get_by_role("link", name="Sign in as somebody else").click()
    await window.wait_for_url("**/sign-in?next=*")


async def test_the_desk_is_usable_on_a_phone(house: House) -> None:
    await house.world.arrival("KT47")
    desk = await house.window(
        "/desk/north", staff=await house.world.on_shift("FD"), viewport={"width": 360, "height": 740}
    )
    row = desk.locator('tr[data-ticket="KT47"]')
    for button in ("Check in", "Call"):
        box = await row.get_by_role("button", name=button).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360, "no scrolling sideways to find it"
    assert await desk.evaluate("document.documentElement.scrollWidth") <= 360


async def test_who_leaves_or_cancels_is_gone_from_desk_and_screen(house: House) -> None:
    screen = await house.window("/display/north")
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))
    codes = [await walk_in(desk), await walk_in(desk)]
    await expect(screen.locator(".waiting .code")).to_have_count(2)

    for code, action in zip(codes, ("Left unseen", "Cancel visit"), strict=True):
        row = desk.locator(f'tr[data-ticket="{code}"]')
        await row.get_by_label("More actions").click()
        await row.get_by_role("button", name=action).click()
        form = desk.get_by_role("dialog", name=action)
        if action == "Cancel visit":
            await form.get_by_label("Reason").select_option("patient_request")
        await form.locator(".dialog-foot .primary").click()
        await expect(form).to_be_hidden()

    await expect(screen.locator(".waiting .code")).to_have_count(0)
    await expect(desk.get_by_role("heading", name="Gone 2")).to_be_visible()
    await desk.locator('[data-undo="visit-cancelled"]').click()
    await expect(screen.locator(".waiting .code")).to_have_text([codes[1]])


async def left(house: House, kind: str, ticket: str, **fields: Any) -> dict[str, str]:
    """A visit that has ended."""
    visit = await house.world.arrival(ticket, ago=30)
    await house.world.tell(kind, visit["case_id"], patient_id=visit["patient_id"], **fields)
    await house.world.shown()
    return visit


async def test_who_was_checked_out_and_comes_back_goes_on_with_the_visit(house: House) -> None:
    await left(house, "checked-out", "KT47")
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))
    row = desk.locator('tr[data-ticket="KT47"]')

    await row.get_by_role("button", name="Came back").click()
    form = desk.get_by_role("dialog", name="Came back")
    await expect(form.get_by_label("Reason")).to_have_value("came_back")
    await form.get_by_role("button", name="Save").click()

    await expect(row).to_contain_text("Arrived")
    await expect(row.get_by_role("button", name="Check in")).to_be_visible()
    await expect(desk.get_by_role("heading", name="Gone")).to_have_count(0)


async def test_who_left_unseen_and_comes_back_has_a_new_visit_of_the_same_patient(house: House) -> None:
    before = await left(house, "left-without-being-seen", "KT47")
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))
    old = desk.locator('tr[data-ticket="KT47"]')

    await old.get_by_role("button", name="Came back").click()
    dialog = desk.get_by_role("dialog", name="Came back")
    await expect(dialog).to_contain_text("A new one begins, with a new ticket.")
    await expect(dialog.get_by_label("Name")).to_have_count(0)
    await dialog.get_by_role("button", name="Give ticket").click()
    code = await desk.locator("cf-walk-in .big strong").inner_text()
    await desk.get_by_role("dialog").get_by_role("button", name="Close").click()

    await expect(desk.locator(f'tr[data-ticket="{code}"]')).to_contain_text("Arrived")
    await expect(old.get_by_role("button", name="Came back")).to_have_count(0)
    views = {view.ticket: view for view in await house.world.store.visits("demo", "north")}
    assert views[code].patient_id == before["patient_id"]
    assert views[code].case_id != before["case_id"]


async def test_nobody_is_called_into_the_room_of_another_patient(house: House) -> None:
    screen = await house.window("/display/north")
    for ticket, room in (("BB22", "n-3"), ("CC33", None)):
        visit = await house.world.arrival(ticket)
        await house.world.tell("checked-in", visit["case_id"], patient_id=visit["patient_id"], identifiers_matched=2)
        if room is not None:
            await house.world.tell("room-assigned", visit["case_id"], patient_id=visit["patient_id"], room_id=room)
    await house.world.shown()
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))
    row = desk.locator('tr[data-ticket="CC33"]')

    await row.get_by_label("More actions").click()
    await row.get_by_role("button", name="Call to a room").click()
    form = desk.get_by_role("dialog", name="Call to a room")
    await form.get_by_label("Room").select_option("Room 3")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_role("alert")).to_contain_text("The room is assigned to another patient. (Expected a free")
    await expect(form.get_by_role("alert")).to_contain_text("ticket BB22")
    await form.get_by_label("Room").select_option("Room 4")
    await form.get_by_role("button", name="Save").click()

    await expect(form).to_be_hidden()
    await expect(row).to_contain_text("Room 4")
    await expect(screen.locator(".call", has_text="CC33")).to_contain_text("Room 4")


async def test_a_screen_says_within_seconds_that_it_is_not_current_and_recovers(house: House) -> None:
    await house.world.arrival("KT47")
    screen = await house.window("/display/north")
    await expect(screen.locator(".waiting .code")).to_have_text(["KT47"])

    came = ["KT47"]
    seconds = 99.0
    while seconds >= 7.5 and len(came) < 4:  # a machine that stops meanwhile is asked again
        house.world.store.answering.clear()
        began = time.monotonic()
        await expect(screen.get_by_role("alert")).to_contain_text(PAUSED)
        seconds = time.monotonic() - began
        assert "KT47" not in await shown_text(screen), "no stale code stays on the screen"
        house.world.store.answering.set()
        came.insert(0, f"BZ{30 - len(came)}")
        await house.world.arrival(came[0])
        await expect(screen.locator(".waiting .code")).to_have_text(came)

    assert seconds < 7.5


async def test_screens_go_on_by_themselves_when_the_server_comes_back(world: World, house: House) -> None:
    visit = await world.arrival("KT47")
    await world.settle()
    assistant = await world.on_shift("MA")
    async with served(world.app) as address:
        port = int(address.rsplit(":", 1)[1])
        house.address = address
        screen = await house.window("/display/north")
        board = await house.window("/board/north", staff=assistant)
        await expect(screen.locator(".waiting .code")).to_have_text(["KT47"])
        await expect(board.get_by_text("Live")).to_be_visible()
        house.offline = True

    await expect(screen.get_by_role("alert")).to_contain_text(PAUSED)
    await expect(board.get_by_text("Not up to date").first).to_be_visible()
    await world.tell("checked-in", visit["case_id"], patient_id=visit["patient_id"], identifiers_matched=2)
    await world.tell("room-assigned", visit["case_id"], patient_id=visit["patient_id"], room_id="n-5")
    await world.settle()
    async with served(world.app, port):
        await expect(screen.locator(".call")).to_contain_text("Room 5")
        await expect(board.locator("cf-task-card", has_text="Bring the patient to a room")).to_contain_text("KT47")
        await house.leave()


async def full_house(world: World) -> None:
    """Six calls and twenty who wait, with a long room name."""
    for number in range(20):
        await world.arrival(f"{'BCDFGHJKMNPRSTVWXZBC'[number]}W{22 + number}", ago=number, clinic="east")
    for number in range(6):
        visit = await world.arrival(f"WM{82 + number}", clinic="east")
        room = ["e-proc", "e-1", "e-2", "e-3", "e-4", "e-lab"][number]
        await world.tell("room-assigned", visit["case_id"], clinic="east", patient_id=visit["patient_id"], room_id=room)
    await world.settle()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (1280, 720), (3840, 2160)])
async def test_a_full_waiting_room_fits_on_every_screen(house: House, width: int, height: int) -> None:
    await full_house(house.world)
    screen = await house.window("/display/east", viewport={"width": width, "height": height})
    await expect(screen.locator(".call")).to_have_count(3)

    codes = await screen.locator(".code").all_inner_texts()
    assert len(codes) == 8
    outside = await screen.evaluate(
        """() => {
            const root = document.querySelector("cf-display").shadowRoot;
            const wrong = [];
            for (const each of root.querySelectorAll(".code, .where strong, .band, .note, .clock, h1, li")) {
                const box = each.getBoundingClientRect();
                const panel = (each.parentNode.closest("li, .panel, .foot, .top")).getBoundingClientRect();
                if (box.left < panel.left - 1 || box.right > panel.right + 1 || box.bottom > panel.bottom + 1)
                    wrong.push(each.className + " " + each.textContent.trim());
            }
            return wrong;
        }"""
    )
    assert outside == []
    small = width if width < height else height
    size = await screen.locator(".call .code").first.evaluate("code => parseFloat(getComputedStyle(code).fontSize)")
    assert size >= small * 0.08, "read from across the room"


async def test_pages_turn_slowly_and_in_the_languages_of_the_clinic(house: House) -> None:
    await full_house(house.world)
    screen = await house.window("/display/east")
    await expect(screen.locator(".call")).to_have_count(3)
    first = set(await screen.locator(".code").all_inner_texts())
    heading = await screen.locator("h2").first.inner_text()
    began = time.monotonic()
    while set(await screen.locator(".code").all_inner_texts()) == first:
        assert time.monotonic() - began < 12
        await asyncio.sleep(0.1)

    assert heading == "Now calling"
    await expect(screen.locator("main")).to_have_attribute("lang", "es")
    await expect(screen.locator("h2").first).to_have_text("Llamando ahora")
    assert re.fullmatch(r"Página 2 de \d", await screen.locator("h2 small").inner_text())


async def test_twenty_who_wait_come_up_page_by_page_as_the_clinic_says(house: House) -> None:
    network = copy.deepcopy(document())
    network["clinics"]["east"]["display"] = {"page_seconds": 9, "codes_per_page": 7}
    await house.world.store.apply_bundle("demo", bundle_hash(network), network, house.world.now())
    house.world.ahead += 5_000_000
    codes = {f"{letter}W{22 + number}" for number, letter in enumerate("BCDFGHJKMNPRSTVWXZBC")}
    for code in sorted(codes):
        await house.world.arrival(code, clinic="east")
    await house.world.shown()
    screen = await house.window("/display/east", viewport={"width": 1920, "height": 1080})
    await expect(screen.locator(".waiting .code")).to_have_count(7)

    pages: list[tuple[float, frozenset[str]]] = []
    while len(pages) < 4:
        shown = frozenset(await screen.locator(".waiting .code").all_inner_texts())
        if not pages or pages[-1][1] != shown:
            pages.append((time.monotonic(), shown))
        assert time.monotonic() - pages[0][0] < 60
        await asyncio.sleep(0.1)

    assert frozenset.union(*(shown for _, shown in pages[:3])) == codes
    assert [len(shown) for _, shown in pages] == [7, 7, 6, 7]
    assert pages[3][1] == pages[0][1], "then from the beginning"
    assert min(after - before for (before, _), (after, _) in itertools.pairwise(pages[1:])) > 8


async def test_the_desk_lines_up_who_waits_by_appointment_and_says_who_waits_long(house: House) -> None:
    now = house.world.now()
    for ticket, ago, booked in (("BB22", 40, 10), ("CC33", 20, 20), ("DD44", 50, None)):
        case, patient = str(uuid.uuid4()), f"p-{ticket}"
        at = None if booked is None else text_of(now - booked * MINUTE)
        about: dict[str, Any] = {"patient_id": patient, "ago": ago}
        await house.world.tell("patient-arrived", case, mode="walk_in", appointment_at=at, **about)
        await house.world.tell("ticket-issued", case, ticket=ticket, display_consent=True, **about)
    await house.world.shown()
    desk = await house.window("/desk/north", staff=await house.world.on_shift("FD"))

    await expect(desk.locator("tbody tr .ticket")).to_have_text(["DD44", "CC33", "BB22"])
    await expect(desk.locator('tr[data-ticket="DD44"]')).to_contain_text("Waits long")
    await expect(desk.locator('tr[data-ticket="CC33"]')).not_to_contain_text("Waits long")


async def test_a_screen_of_its_own_needs_its_token_and_keeps_it(house: House) -> None:
    house.world.settings.demo = False
    house.offline = True  # the first answers are refusals
    await house.world.arrival("KT47")
    token = house.world.token("display", ["north"])["Authorization"].split()[1]
    screen = await house.window("/display/north")

    await screen.get_by_label("Token of this screen").fill(token)
    await screen.get_by_role("button", name="Use token").click()

    await expect(screen.locator(".waiting .code")).to_have_text(["KT47"])
    assert token not in screen.url


async def test_names_of_the_store_never_reach_the_screen(house: House) -> None:
    for number in range(5):
        visit = await house.world.arrival(f"KT5{number}")
        async with house.world.store.intake() as transaction:
            await transaction.put_personal(
                [Personal("demo", visit["patient_id"], f"r{number}", "name", f"CANARY {number}")]
            )
    screen = await house.window("/display/north")
    await expect(screen.locator(".waiting .code")).to_have_count(5)

    kept = await screen.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "CANARY" not in await shown_text(screen) + kept
