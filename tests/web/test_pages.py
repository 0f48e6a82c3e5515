"""The pages let nothing in from elsewhere, and the build is done once."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from clinicflow.web import build, pages
from clinicflow.web.pages import DIST, PAGES

built = pytest.mark.skipif(not (DIST / "index.html").is_file(), reason="the screens are not built: make install")


def an_app(folder: Path) -> httpx.AsyncClient:
    routes, app = APIRouter(), FastAPI()
    pages.add(routes, folder)
    app.include_router(routes)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://screens")


@pytest.mark.asyncio
@built
@pytest.mark.parametrize("path", [path.replace("{clinic}", "north") for path in PAGES])
async def test_a_page_may_load_from_its_own_server_only(path: str) -> None:
    answer = await an_app(DIST).get(path)

    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<style|style=|<script>|onclick=|javascript:", answer.text), "nothing inline"
    links = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert links
    assert all(link.startswith("/assets/") for link in links)


@built
def test_the_built_files_name_no_other_server() -> None:
    namespaces = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", "http://www.w3.org/1999/xlink"}
    for path in DIST.rglob("*"):
        if path.suffix in (".js", ".css", ".html"):
            text = path.read_text()
            addresses = set(re.findall(r"https?://[^\s\"'`)<>]+", text)) - namespaces
            assert addresses == set(), path.name
            assert "//cdn" not in text


@pytest.mark.asyncio
@built
async def test_only_built_files_are_given_out() -> None:
    client = an_app(DIST)
    asset = next((DIST / "assets").glob("*.js")).name

    found = await client.get(f"/assets/{asset}")
    missing = [
        (await client.get(f"/assets/{name}")).status_code
        for name in ("nothing.js", "..%2findex.html", "%2e%2e%2f.built-from", f"{asset}%00", ".built-from")
    ]

    assert found.status_code == 200
    assert "immutable" in found.headers["cache-control"]
    assert set(missing) == {404}


@pytest.mark.asyncio
async def test_without_built_screens_the_page_says_how_to_build_them(tmp_path: Path) -> None:
    answer = await an_app(tmp_path).get("/board/north")

    assert answer.status_code == 503
    assert "python -m clinicflow.web.build" in answer.text


def test_any_change_of_a_source_asks_for_a_new_build(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "package-lock.json").write_text("{}")
    page = tmp_path / "src" / "a.ts"
    page.write_text("1")
    first = build.fingerprint(build.sources(tmp_path), tmp_path)

    page.write_text("2")
    changed = build.fingerprint(build.sources(tmp_path), tmp_path)
    page.rename(page.with_name("b.ts"))
    renamed = build.fingerprint(build.sources(tmp_path), tmp_path)

    assert len({first, changed, renamed}) == 3


@built
def test_the_built_screens_are_those_of_the_sources() -> None:
    assert build.is_built(), "run python -m clinicflow.web.build"


def test_the_lock_file_holds_hashes_and_no_address_of_a_registry() -> None:
    lock = json.loads((build.UI / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    pinned = json.loads((build.UI / "package.json").read_text())
    assert all(
        re.fullmatch(r"\d+\.\d+\.\d+", version)
        for version in (pinned["dependencies"] | pinned["devDependencies"]).values()
    )
