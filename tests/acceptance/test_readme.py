"""What README.md and the guides tell people to type can be typed: the event is accepted, the commands exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from clinicflow import cli
from clinicflow.codec.times import text_of
from tests.gateway.support import Network

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("docs/guide/*.md"))),
)


@pytest.mark.asyncio
async def test_the_event_of_the_readme_is_accepted_and_its_repeat_is_a_duplicate(network: Network) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(r"cat > event\.json <<END\n(.*?)\nEND\n", text, re.DOTALL)
    assert shown
    event = json.loads(shown[1].replace("$(date -u +%FT%TZ)", text_of(network.now)))
    headers = network.token() | {"Idempotency-Key": "visit-17-arrived"}

    async with network.http() as http:
        answers = [await http.post("/v1/events", json=event, headers=headers) for _ in "12"]

    assert [answer.status_code for answer in answers] == [202, 202], answers[0].text
    assert [answer.json()["status_at_door"] for answer in answers] == ["accepted", "duplicate"]
    assert (await network.only("patient-arrived")).clinic_id == "north"


def told_commands(page: str) -> list[str]:
    """Every ``clinicflow ...`` in code, without what stands behind a pipe or in a comment."""
    text = (ROOT / page).read_text("utf-8")
    code = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    code += [line.strip() for line in re.findall(r"^    (.+)$", text, re.MULTILINE)]
    code += re.findall(r"^(.+)$", "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)), re.MULTILINE)
    return [found for line in code for found in re.findall(r"(?:^|\$\()(clinicflow [^)|#]+)", line)]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_is_told_exists_with_its_options(page: str) -> None:
    root = whole_program()
    wrong = [told for told in told_commands(page) if not exists(root, shlex.split(told)[1:])]
    assert wrong == []


def whole_program() -> Any:
    """The program with the commands of all parts, whichever test asks first."""
    cli.add_parts([])
    return typer.main.get_command(cli.app)


def exists(command: Any, words: list[str]) -> bool:
    """Whether these words lead to a command that has these options."""
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    return not getattr(command, "commands", {}) and all(word in known for word in words if word.startswith("--"))


def test_the_readme_tells_of_commands_at_all() -> None:
    told = told_commands("README.md")
    assert "clinicflow token create lab-robot" in told
    assert "clinicflow replay" in told
    root = whole_program()
    assert not exists(root, ["replya"])
    assert not exists(root, ["replay", "--fil"])
