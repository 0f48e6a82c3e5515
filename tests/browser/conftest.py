"""A real Chromium before a real server; without Chromium the lane is left out loudly, with CI set it fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from clinicflow.errors import BuildFailed
from clinicflow.web import build
from tests.browser.people import House
from tests.web.kit import World, a_world
from tests.web.serving import served

ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-sync", "--no-first-run", "--mute-audio",
]  # fmt: skip


def lacking(why: str) -> None:
    """The lane cannot run."""
    if os.environ.get("CI"):
        pytest.fail(f"{why}, which CI must have")
    pytest.skip(f"{why}: the browser lane is left out")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the distribution's Chromium is."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        lacking("Expected Chromium (apt-get install chromium)")
    return str(found)


@pytest.fixture(scope="session")
def screens() -> None:
    """The screens, built."""
    try:
        build.build()
    except BuildFailed as failed:
        lacking(f"Expected the screens to be built ({failed})")


@pytest.fixture(scope="session")
def axe() -> Iterator[str]:
    """The accessibility rules of axe-core, to be run in a page."""
    script = build.UI / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        build.install()
    return script.read_text(encoding="utf-8")


@pytest_asyncio.fixture(loop_scope="session")
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """The demo network, at work."""
    async with a_world(tmp_path) as found:
        yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium for the whole session; each window has cookies and a storage of its own."""
    async with async_playwright() as tools:
        found = await tools.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            yield found
        finally:
            await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def house(world: World, browser: Browser, screens: None) -> AsyncIterator[House]:
    """The world behind a server, and people who open its pages."""
    async with served(world.app) as address:
        found = House(world, browser, address)
        yield found
        await found.leave()
        assert found.problems == [], "the browser complained"
