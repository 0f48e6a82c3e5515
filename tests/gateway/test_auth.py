"""Tokens, sessions, and who is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clinicflow.auth import COOKIE, SESSION_SECONDS, Principal, Sessions, TokenFile, session_key
from clinicflow.errors import TokenFileError
from tests.gateway.support import NOON, Network

ANA = Principal("demo", "staff", "ma-ana", "MA", ("north",), ("events:write",))


def test_a_token_is_found_by_its_secret_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    secret = file.create("lab", "demo", "integration", ["north"])
    found = file.find(secret)
    assert found is not None
    assert found.principal() == Principal(
        "demo", "client", "lab", "integration", ("north",), ("events:write", "events:read")
    )
    assert secret not in file.path.read_text()
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_revoked_token_is_worthless_at_once(tmp_path: Path) -> None:
    file, other = TokenFile(tmp_path / "tokens.json"), TokenFile(tmp_path / "tokens.json")
    secret = file.create("lab", "demo", "integration")
    assert other.find(secret) is not None
    assert file.revoke("lab", "demo")
    assert not file.revoke("lab", "demo")
    assert other.find(secret) is None


def test_a_client_has_one_token_and_known_scopes(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    file.create("lab", "demo", "integration")
    with pytest.raises(TokenFileError, match="revoke it first"):
        file.create("lab", "demo", "integration")
    with pytest.raises(TokenFileError, match="Expected scopes"):
        file.create("x", "demo", "integration", scopes=["everything"])
    with pytest.raises(TokenFileError, match="or a role"):
        file.create("x", "demo", "wizard")


def test_files_that_others_can_read_are_refused(tmp_path: Path) -> None:
    file = TokenFile(tmp_path / "tokens.json")
    file.create("lab", "demo", "integration")
    file.path.chmod(0o644)
    with pytest.raises(TokenFileError, match="0600"):
        TokenFile(file.path).tokens()
    key = tmp_path / "session.key"
    assert session_key(key) == session_key(key)
    key.chmod(0o640)
    with pytest.raises(TokenFileError, match="0600"):
        session_key(key)


def test_a_broken_tokens_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text("{}")
    path.chmod(0o600)
    with pytest.raises(TokenFileError, match="JSON list"):
        TokenFile(path).tokens()


def test_a_session_names_its_person_until_it_is_over() -> None:
    sessions = Sessions(b"k" * 32)
    cookie = sessions.issue(ANA, NOON)
    assert sessions.read(cookie, NOON) == ANA
    assert sessions.read(cookie, NOON + SESSION_SECONDS * 1_000_000) is None


@pytest.mark.parametrize("forged", ["", ".", "abc", "abc.def", "{}.é"])
def test_a_forged_session_names_nobody(forged: str) -> None:
    assert Sessions(b"k" * 32).read(forged, NOON) is None


def test_a_session_of_another_key_or_with_changed_claims_names_nobody() -> None:
    cookie = Sessions(b"a" * 32).issue(ANA, NOON)
    assert Sessions(b"b" * 32).read(cookie, NOON) is None
    payload, _, signature = cookie.partition(".")
    assert Sessions(b"a" * 32).read(payload[:-4] + "AAAA." + signature, NOON) is None


@pytest.mark.asyncio
async def test_who_is_not_known_is_refused(network: Network) -> None:
    good = network.token()
    async with network.http() as client:
        cases = [
            ({}, ""),
            ({"Authorization": "Bearer nonsense"}, ""),
            ({"Authorization": good["Authorization"].replace("Bearer", "Basic")}, ""),
            ({"Authorization": "Bearer"}, ""),
            ({"Cookie": f"{COOKIE}=x.y"}, ""),
            (good, "?token=abc"),
            (good, "?access_token=abc"),
        ]
        for headers, query in cases:
            answer = await client.get("/v1/me" + query, headers=headers)
            assert answer.status_code == 401, (headers, query)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == "Bearer"
        assert (await client.get("/v1/me", headers=good)).json()["org"] == "demo"


@pytest.mark.asyncio
async def test_the_development_sign_in_gives_a_session_of_the_person(network: Network) -> None:
    async with await network.signed_in("ma-ana") as client:
        me = (await client.get("/v1/me")).json()
        assert (me["kind"], me["id"], me["role"], me["clinics"]) == ("staff", "ma-ana", "MA", ["north"])
        await client.post("/dev/sign-out")
        assert (await client.get("/v1/me")).status_code == 401


@pytest.mark.asyncio
async def test_the_cookie_is_kept_from_scripts_and_other_sites(network: Network) -> None:
    async with network.http() as client:
        answer = await client.post("/dev/sign-in", json={"staff_id": "ma-ana"})
        assert "ana" in json.dumps(answer.json()).lower()
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie


@pytest.mark.asyncio
async def test_a_session_that_changes_something_needs_the_header_of_our_own_pages(network: Network) -> None:
    async with await network.signed_in("ma-ana") as client:
        del client.headers["X-Clinicflow"]
        answer = await client.post("/v1/events", json={"type": "checked-in"})
        assert answer.status_code == 403
        assert "X-Clinicflow" in answer.json()["detail"]


@pytest.mark.asyncio
async def test_the_development_sign_in_is_closed_without_demo_and_off_loopback(network: Network) -> None:
    async with network.http() as client:
        listed = (await client.get("/dev/staff")).json()
        assert {"id", "name", "role", "clinics"} == set(listed["staff"][0])
        assert (await client.post("/dev/sign-in", json={"staff_id": "nobody"})).status_code == 422
        assert (await client.post("/dev/sign-in", json={"who": "x"})).status_code == 422
        assert (await client.post("/dev/sign-in", data={"staff_id": "ma-ana"})).status_code == 415
        for name, value in (("demo", False), ("bind", "0.0.0.0")):  # noqa: S104
            kept = getattr(network.settings, name)
            setattr(network.settings, name, value)
            assert (await client.post("/dev/sign-in", json={"staff_id": "ma-ana"})).status_code == 403
            assert (await client.get("/dev/staff")).status_code == 403
            setattr(network.settings, name, kept)
