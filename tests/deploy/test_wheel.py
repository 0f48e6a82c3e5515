"""The wheel has all that the program needs, and works where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = {
    "schemas": "clinicflow/_data/schemas",
    "protocols": "clinicflow/_data/protocols",
    "bundles": "clinicflow/_data/bundles",
    "services/clinicflow/store": "clinicflow/store",
    "services/clinicflow/web/static/dist": "clinicflow/web/static/dist",
}


def run(*words: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    command = [sys.executable, *map(str, words)]
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", ROOT, "-w", folder)
    [made] = folder.glob("clinicflow-*.whl")
    return made


@pytest.mark.parametrize("folder", SHIPPED)
def test_every_file_that_the_program_reads_is_in_the_wheel(wheel: Path, folder: str) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = [path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()]
    wanted = {f"{SHIPPED[folder]}/{path.as_posix()}" for path in files if "__pycache__" not in path.parts}

    assert len(wanted) > 3
    assert sorted(wanted - names) == []


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    strange = ("node_modules", "__pycache__", "/tests/", "/var/", ".env")
    assert [name for name in zipfile.ZipFile(wheel).namelist() if any(word in name for word in strange)] == []


def test_the_installed_wheel_finds_its_own_files(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    run("-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", place, wheel)
    where = run(
        "-c", "from clinicflow.data import data_dir; print(data_dir('bundles'))", cwd=tmp_path, PYTHONPATH=str(place)
    )

    assert Path(where.strip()).is_relative_to(place)
    told = run("-m", "clinicflow.cli", "bundle", "check", f"{where.strip()}/demo", cwd=tmp_path, PYTHONPATH=str(place))
    assert ": right. 3 clinics" in told
