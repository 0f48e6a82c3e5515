"""The walk-through of CONTRIBUTING.md, done word for word in a copy of the project: three files make an event."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("services", "schemas", "protocols", "bundles", "tests", "pyproject.toml", "CONTRIBUTING.md")


def told_files() -> dict[str, str]:
    """Each file that the walk-through shows: its path, and the block below it."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    return dict(re.findall(r"^`([\w./-]+)`\n```\w+\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without what was installed or built."""
    skip = shutil.ignore_patterns("node_modules", "dist", "__pycache__", ".*cache*")
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=skip)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def run(folder: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder / "services")}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{words}: {done.stdout}\n{done.stderr}"
    return done.stdout


def write(folder: Path, path: str, shown: str) -> None:
    """A schema gets the envelope, rules go below those that are there, a test is a new file."""
    target = folder / path
    if path.endswith(".avsc"):
        schema = json.loads(shown)
        envelope = json.loads((folder / "schemas/avro/envelope.avsc").read_text())["fields"]
        assert isinstance(schema["fields"][0], str)
        schema["fields"] = envelope + schema["fields"][1:]
        target.write_text(json.dumps(schema, indent=2) + "\n")
    elif path.endswith(".yaml"):
        target.write_text(target.read_text().rstrip("\n") + "\n\n" + shown)
    else:
        target.write_text(shown)


def test_three_files_make_an_event(copy: Path) -> None:
    files = told_files()
    assert len(files) == 3

    for path, shown in files.items():
        write(copy, path, shown)
    run(copy, "-m", "clinicflow.codegen")

    run(copy, "-m", "clinicflow.codec.lint")
    assert "right" in run(copy, "-m", "clinicflow.cli", "bundle", "check", "bundles/demo")
    test = next(path for path in files if path.startswith("tests/"))
    assert "2 passed" in run(copy, "-m", "pytest", test, "-p", "no:cacheprovider")
