"""`clinicflow send`, `messages` and `token`, as an operator uses them."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from typer.testing import CliRunner

from clinicflow.errors import UnknownId
from clinicflow.gateway import commands, message_commands, mllp
from tests.gateway.support import EVN, Network, arrival, message, pid, pv1
from tests.gateway.test_http_door import roomed

runner = CliRunner()


class Running:
    """A network that serves HTTP and MLLP in a thread of its own, on free ports of loopback."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.network = Network(home)
        self.call(self._start())

    def call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(60)

    async def _start(self) -> None:
        await self.network.start()
        self.door = await mllp.serve(self.network.services, [await self.network.feed()], any_port=True)
        config = uvicorn.Config(self.network.app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
        self.server = uvicorn.Server(config)
        self.serving = asyncio.create_task(self.server.serve())
        while not self.server.started:  # noqa: ASYNC110 - uvicorn tells it in no other way
            await asyncio.sleep(0.01)

    @property
    def mllp(self) -> str:
        return f"127.0.0.1:{self.door.ports['demo-his']}"

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"

    async def _stop(self) -> None:
        await self.door.stop()
        self.server.should_exit = True
        await self.serving

    def close(self) -> None:
        self.call(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    found = Running(tmp_path / "home")
    monkeypatch.setenv("CLINICFLOW_HOME", str(found.home))

    async def open_store(_settings: Any) -> Any:
        return found.network.store

    monkeypatch.setattr(message_commands, "open_store", open_store)
    yield found
    found.close()


Run = Callable[..., str]


def run(*words: str, code: int = 0) -> str:
    result = runner.invoke(commands.app, list(words))
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def counted(output: str) -> dict[str, int]:
    lines = (line.split() for line in output.splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) >= 2 and words[1].isdigit()}


def test_a_folder_of_messages_is_sent_in_order_and_the_answers_are_counted(running: Running, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    (folder / "b").mkdir(parents=True)
    (folder / "a.hl7").write_text(arrival().replace("\r", "\r\n"))
    batch = f"FHS|^~\\&|\rBHS|^~\\&|\r{arrival('A-2', 'V-2')}{arrival('A-3', 'V-3')}BTS|2\rFTS|1\r"
    (folder / "b" / "batch.txt").write_text("\ufeff" + batch)
    line = json.dumps({"id": 1, "text": message("ADT^A03", EVN, pid(), pv1(), control="D-1")})
    (folder / "c.ndjson").write_text(line + "\n\n")
    (folder / "readme.md").write_text("not sent")
    assert counted(run("send", str(folder), "--mllp", running.mllp)) == {"AA": 4, "total": 4}
    assert counted(run("messages", "counts")) == {"events": 4, "received": 4}


def test_the_feed_of_a_running_system_is_found_by_its_name(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "a.hl7"
    file.write_text(arrival())
    ports = {"demo-his": int(running.mllp.partition(":")[2]), "other": 1}
    (running.home / "mllp-ports.json").write_text(json.dumps(ports))
    assert counted(run("send", str(file), "--feed", "demo-his")) == {"AA": 1, "total": 1}
    assert "demo-his, other" in run("send", str(file), "--feed", "nobody", code=3)


def test_a_refused_message_is_named_and_the_exit_code_says_so(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "mixed.hl7"
    file.write_text(message("ADT^A01", EVN, pv1()) + arrival())
    output = run("send", str(file), "--mllp", running.mllp, code=1)
    assert "mixed.hl7:1: AR Expected a medical record number" in output
    assert counted(output) == {"AA": 1, "AR": 1, "total": 2}


def test_events_go_to_the_http_door_and_a_repeat_is_harmless(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [roomed(room_id=f"n-{n}") for n in (1, 2, 3)] + [roomed(room_id="attic")]
    file = tmp_path / "events.ndjson"
    file.write_text("\n".join(json.dumps(event) for event in events))
    secret = run("token", "create", "sender").strip()
    monkeypatch.setenv("CLINICFLOW_TOKEN", secret)
    first = run("send", str(file), "--http", running.http, code=1)
    again = run("send", str(file), "--http", running.http, code=1)
    assert counted(first) == {"accepted": 3, "refused": 1, "total": 4}
    assert counted(again) == {"duplicate": 3, "refused": 1, "total": 4}
    assert "room_id" in first


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.hl7", "PID|1\r", "expected MSH before segment PID"),
        ("x.hl7", "", "at least one message"),
        ("x.ndjson", "{", "expected JSON"),
        ("x.ndjson", "{}", "`type`"),
        ("x.pdf", "", "ends with one of"),
    ],
)
def test_files_that_hold_nothing_to_send_are_refused(tmp_path: Path, name: str, content: str, expected: str) -> None:
    file = tmp_path / name
    file.write_text(content)
    assert expected in run("send", str(file), "--mllp", "127.0.0.1:1", code=3)


def test_a_file_of_a_folder_that_holds_nothing_to_send_stops_no_other(running: Running, tmp_path: Path) -> None:
    (tmp_path / "a.hl7").write_text(arrival())
    (tmp_path / "b.txt").write_text("Shopping list\rmilk\r")
    (tmp_path / "c.ndjson").write_text('{"id": 1, "text": ' + json.dumps(arrival("A-9", "V-9")) + "}\n{]\n")
    (tmp_path / "d.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "e.hl7").write_text(arrival("A-2", "V-2"))

    output = run("send", str(tmp_path), "--mllp", running.mllp, code=1)

    assert f"{tmp_path}/b.txt: expected MSH before segment Sho" in output
    assert f"{tmp_path}/c.ndjson:2: expected JSON" in output
    assert f"{tmp_path}/d.json: expected text in UTF-8" in output
    lines = [line.split() for line in output.splitlines()]
    assert ["not", "sent", "3"] in lines
    assert ["AA", "2"] in lines
    assert ["total", "5"] in lines
    assert {line["control_id"] for line in map(json.loads, run("messages", "list", "--json").splitlines())} == {
        "A-1",
        "A-2",
    }, "nothing of a file with a fault was sent"


def test_what_cannot_be_delivered_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinicflow.gateway.clients._PAUSES", (0.0,))
    file = tmp_path / "a.hl7"
    file.write_text(arrival())
    assert "Expected --feed" in run("send", str(file), code=3)
    assert "--mllp HOST:PORT" in run("send", str(file), "--mllp", "127.0.0.1:99999", code=3)
    assert "Expected an answer" in run("send", str(file), "--mllp", "127.0.0.1:1", code=3)
    assert "neither" in run("send", str(tmp_path / "nothing"), code=3)


def test_a_token_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"type": "checked-in"}))
    assert f"{tmp_path} cannot be read" in run("send", str(file), "--token-file", str(tmp_path), code=3)


@pytest.mark.parametrize("status", [404, 200, 302])
def test_something_else_than_the_door_for_events_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"type": "checked-in"}))
    monkeypatch.setenv("CLINICFLOW_TOKEN", "t")
    page = httpx.MockTransport(lambda _request: httpx.Response(status, text="<html>"))
    client = partial(httpx.AsyncClient, transport=page)
    monkeypatch.setattr("clinicflow.gateway.clients.httpx.AsyncClient", client)
    told = run("send", str(file), "--http", "http://127.0.0.1:1", code=3)
    assert f"Expected the door for events at http://127.0.0.1:1/v1/events, but something answered {status}" in told


def test_an_unknown_outcome_or_organization_is_told(running: Running) -> None:
    assert "'no-effect'" in run("messages", "list", "--outcome", "lost", code=2)
    assert "'unmatched'" in run("messages", "resend", "--outcome", "events", code=2)
    for words in (["list"], ["counts"], ["resend", "--outcome", "unmatched"]):
        failed = runner.invoke(commands.app, ["messages", *words, "--org", "nobody"])
        assert str(failed.exception) == "Expected an organization with a bundle (demo), but got nobody"


def test_messages_are_listed_shown_and_raw_text_only_when_asked_for(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "two.hl7"
    file.write_text(arrival() + message("ADT^A02", EVN, pid(), pv1("NORTH^9"), control="C-2"))
    run("send", str(file), "--mllp", running.mllp, code=1)
    newest, oldest = (json.loads(line) for line in run("messages", "list", "--json").splitlines())
    assert (newest["control_id"], newest["outcome"], newest["acknowledgement"]) == ("C-2", "dead-letter", "AR")
    assert (oldest["message_type"], oldest["outcome"], len(oldest["event_ids"])) == ("ADT^A01", "events", 1)
    assert "A-1" in run("messages", "list", "--control-id", "A-1")
    assert "A-1" not in run("messages", "list", "--outcome", "dead-letter")
    shown = run("messages", "show", newest["message_id"])
    assert "maps to a room" in shown
    assert "Okafor" not in shown
    assert "Okafor" in run("messages", "show", newest["message_id"], "--raw")
    audit = running.network.store._tables.audit
    assert [(row.action, row.what) for row in audit][-1] == ("read-message", {"message_id": newest["message_id"]})


def test_what_the_agents_made_of_a_messages_events_is_told(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "two.hl7"
    file.write_text(arrival() + arrival("A-2", "V-2", "70002"))
    run("send", str(file), "--mllp", running.mllp)
    running.call(running.network.place())
    second, first = (json.loads(line) for line in run("messages", "list", "--json").splitlines())
    assert "checked-in  placed" in run("messages", "show", first["message_id"])
    assert "  refused " not in run("messages", "list")

    running.call(running.network.agents_pass(refuse="checked-in", reason="Expected an open visit"))

    shown = run("messages", "show", second["message_id"])
    assert f"{second['event_ids'][0]}  checked-in  refused" in shown
    assert "refused by flow: visit-ended, Expected an open visit" in shown
    [event] = json.loads(run("messages", "show", second["message_id"], "--json"))["events"]
    assert (event["state"], event["rejections"][0]["agent"]) == ("refused", "flow")
    assert all("  refused " in line for line in run("messages", "list").splitlines())
    listed = [json.loads(line) for line in run("messages", "list", "--json").splitlines()]
    assert [line["refused"] for line in listed] == [second["event_ids"], first["event_ids"]]


def test_what_is_no_id_of_a_message_is_told(running: Running) -> None:
    for words in (("show", "nope"), ("resend", "nope")):
        result = runner.invoke(commands.app, ["messages", *words])
        assert result.exit_code == 1
        assert isinstance(result.exception, UnknownId)
        assert str(result.exception) == "expected the id of a message (a UUID), but got nope"


def test_a_dead_letter_is_resent_after_the_feed_file_was_changed(running: Running, tmp_path: Path) -> None:
    file = tmp_path / "two.hl7"
    file.write_text(arrival() + message("ADT^A02", EVN, pid(), pv1("NORTH^9"), control="C-2"))
    run("send", str(file), "--mllp", running.mllp, code=1)
    run("messages", "resend", "--outcome", "dead-letter", code=1)
    feed = running.call(running.network.feed())
    feed.rooms["NORTH^9"] = "n-6"
    monkeyed = message_commands.Services
    try:
        message_commands.Services = lambda _store, _settings: running.network.services  # type: ignore[assignment,misc]
        assert counted(run("messages", "resend", "--outcome", "dead-letter")) == {"events": 1, "total": 1}
    finally:
        message_commands.Services = monkeyed  # type: ignore[misc]
    assert counted(run("messages", "counts")) == {"events": 2, "received": 2}


def test_resend_wants_ids_or_an_outcome(running: Running) -> None:
    run("messages", "resend", code=2)
    assert isinstance(runner.invoke(commands.app, ["messages", "resend", "no-such"]).exception, Exception)


def test_tokens_are_created_listed_and_revoked(running: Running, tmp_path: Path) -> None:
    secret = run("token", "create", "lab", "--clinic", "north").strip()
    listed = json.loads(run("token", "list", "--json"))
    assert (listed["client"], listed["clinics"]) == ("lab", ["north"])
    assert secret not in run("token", "list")
    out = tmp_path / "token"
    assert run("token", "create", "lab", "--replace", "--out", str(out)) == ""
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_text().strip() != secret
    run("token", "revoke", "lab")
    assert runner.invoke(commands.app, ["token", "revoke", "lab"]).exit_code == 1
