"""What no route answers is told like every other error of the API."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from clinicflow.embedded.serve import create_app
from clinicflow.gateway.services import Services
from clinicflow.settings import Settings
from clinicflow.store.memory import MemoryStore

pytestmark = pytest.mark.asyncio


async def asked(home: Path, method: str, path: str) -> httpx.Response:
    app = create_app(Services(MemoryStore(2), Settings(home=home, demo=True)))
    transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        return await client.request(method, path)


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/events/a/b/c", "/ui/nothing", "/dev/nothing"])
async def test_an_unknown_path_of_the_api_is_a_problem(tmp_path: Path, path: str) -> None:
    answer = await asked(tmp_path, "GET", path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "urn:clinicflow:problem:unknown-path",
        "title": "Unknown path",
        "status": 404,
        "detail": "Expected a path that /v1/openapi.json lists",
    }


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/v1/events"), ("PUT", "/ui/start"), ("GET", "/v1/staff/handover")]
)
async def test_an_unknown_method_is_a_problem_that_names_the_known_ones(tmp_path: Path, method: str, path: str) -> None:
    answer = await asked(tmp_path, method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert answer.json()["title"] == "Unknown method"
    assert answer.headers["allow"] in answer.json()["detail"]


async def test_a_page_that_there_is_not_is_no_matter_of_the_api(tmp_path: Path) -> None:
    answer = await asked(tmp_path, "GET", "/nothing")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json")
