"""The pages under docs/reference say what the program does, and links in the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clinicflow import reference
from clinicflow.cli import COMMANDS
from clinicflow.events import EVENT_TYPES
from clinicflow.settings import Settings

ROOT = Path(__file__).parents[1]


def test_the_committed_pages_are_those_that_are_made_today(capsys: pytest.CaptureFixture[str]) -> None:
    assert reference.main(["--check"]) == 0, capsys.readouterr().err


def test_a_stale_page_is_found_and_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)

    assert reference.main(["--check"]) == 1
    assert "make codegen" in capsys.readouterr().err
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    assert reference.main(["--verify"]) == 2


def test_nothing_is_left_out() -> None:
    pages = reference.pages()

    assert [name for name in EVENT_TYPES if f"### {name}\n" not in pages["events.md"]] == []
    commands = [name for names in COMMANDS.values() for name in names]
    assert [name for name in commands if f"## `clinicflow {name}`\n" not in pages["commands.md"]] == []
    settings = [f"`CLINICFLOW_{name.upper()}`" for name in Settings.model_fields]
    assert [name for name in settings if name not in pages["settings.md"]] == []


@pytest.mark.parametrize("page", sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/**/*.md")))
def test_links_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []
