"""The command line as a user meets it."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from clinicflow import __version__
from clinicflow.cli import COMMANDS


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "clinicflow.cli", *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", sorted(COMMANDS))
def test_every_command_of_a_part_is_reached_by_its_name(module: str) -> None:
    part = importlib.import_module(f"clinicflow.{module}").app
    commands = {each.name or each.callback.__name__.rstrip("_").replace("_", "-") for each in part.registered_commands}
    groups = {each.name for each in part.registered_groups}
    assert commands | groups == set(COMMANDS[module])


def test_without_words_it_lists_every_command() -> None:
    shown = run().stdout
    assert all(name in shown for names in COMMANDS.values() for name in names)


def test_the_version() -> None:
    assert run("--version").stdout.strip() == __version__


@pytest.mark.parametrize(("command", "unused"), [("worker", "fastapi"), ("token", "fastapi"), ("serve", "alembic")])
def test_a_command_starts_without_what_it_does_not_use(command: str, unused: str) -> None:
    told = f"import sys; from clinicflow import cli; cli.add_parts([{command!r}]); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert "typer" in loaded
    assert {unused, "prompt_toolkit"} & set(loaded) == set()


def test_an_unknown_command_is_told_and_ends_with_two() -> None:
    done = run("replya")
    assert done.returncode == 2
    assert "replay" in done.stderr


def test_a_problem_is_one_sentence_and_ends_with_one(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CLINICFLOW_HOME", str(tmp_path))
    done = run("dead-letters", "list")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "clinicflow up" in done.stderr
