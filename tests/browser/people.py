"""People and screens in the tests: each has a browser window of its own."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.web.kit import World

expect.set_options(timeout=30_000)


class House:
    """A world with its address. ``problems`` are errors in any page, and requests to other servers."""

    def __init__(self, world: World, browser: Browser, address: str) -> None:
        self.world = world
        self.address = address
        self.problems: list[str] = []
        self.offline = False
        """While true, failing requests are expected."""
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    async def window(self, path: str, *, staff: str | None = None, **options: Any) -> Page:
        """Open a page, signed in if ``staff`` is given."""
        wanted = {"viewport": {"width": 1500, "height": 950}, "locale": "en-GB", **options}
        context = await self._browser.new_context(**wanted)
        self._contexts.append(context)
        if staff is not None:
            headers = {"Content-Type": "application/json"}
            answer = await context.request.post(
                f"{self.address}/dev/sign-in", data={"staff_id": staff}, headers=headers
            )
            assert answer.ok
        page = await context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", self._request)
        await page.goto(self.address + path)
        return page

    async def leave(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            await context.close()

    def _console(self, message: ConsoleMessage) -> None:
        refused = any(f"status of {status}" in message.text for status in (401, 409, 422))
        if message.type == "error" and not refused and not self.offline:
            self.problems.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.problems.append(f"asked another server: {request.url}")


async def shown_text(page: Page) -> str:
    """All text of a page, with what its components show."""
    text: str = await page.evaluate(
        """() => {
            const texts = [];
            const walk = (node) => {
                if (node.shadowRoot) walk(node.shadowRoot);
                if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
                if (node.attributes) for (const each of node.attributes) texts.push(each.value);
                for (const child of node.childNodes) walk(child);
            };
            walk(document.documentElement);
            return texts.join("\\n");
        }"""
    )
    return text
