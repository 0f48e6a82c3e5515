"""The commands ``clinicflow bundle check | apply | show``: nothing in part, and the same content changes nothing."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from clinicflow.settings import Settings
from clinicflow.store import bundle_commands
from clinicflow.store.memory import MemoryStore
from tests.core.bundle.folder import FILES, small_agents, write
from tests.core.bundle.test_overlay import OVERLAY


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    """The commands work on this store and with the agent of these tests."""
    store = MemoryStore(partitions=8)

    async def opened(settings: Settings) -> MemoryStore:
        return store

    monkeypatch.setattr(bundle_commands, "open_store", opened)
    monkeypatch.setattr(bundle_commands.agents, "all_agents", small_agents)
    return store


def run(*arguments: Any) -> tuple[int, str]:
    """Exit code and all output of a command."""
    result = CliRunner().invoke(bundle_commands.app, ["bundle", *(str(argument) for argument in arguments)])
    return result.exit_code, result.output


def test_a_right_bundle_is_applied_once_and_shown(store: MemoryStore, tmp_path: Path) -> None:
    folder = write(tmp_path)
    options = ("--protocols", tmp_path / "protocols")

    first = run("apply", folder, *options)
    again = run("apply", folder, *options)
    shown = run("show")

    assert first[0] == again[0] == shown[0] == 0
    assert "bundle 1 of net is in force now" in first[1]
    assert "bundle 1 of net unchanged" in again[1]
    assert "net: bundle 1" in shown[1]
    assert "2 clinics, 2 staff, 3 rules, 2 tables, 3 scope rules, 1 feeds" in shown[1]


def test_a_change_gets_the_next_number(store: MemoryStore, tmp_path: Path) -> None:
    options = ("--protocols", tmp_path / "protocols")
    run("apply", write(tmp_path), *options)

    folder = write(tmp_path, {"net/bundle.yaml": FILES["net/bundle.yaml"].replace("Two clinics", "Our clinics")})

    assert "bundle 2 of net is in force now" in run("apply", folder, *options)[1]
    assert run("show", "--org", "net", "--number", "1")[0] == 0
    assert run("show", "--org", "net", "--number", "3")[0] == 1


def test_a_bundle_with_an_error_is_not_applied(store: MemoryStore, tmp_path: Path) -> None:
    wrong = (
        FILES["protocols/core/vitals.yaml"].replace("roles: [MA]", "roles: [MAA]").replace("event.temp)", "event.tmp)")
    )
    folder = write(tmp_path, {"protocols/core/vitals.yaml": wrong})

    code, output = run("apply", folder, "--protocols", tmp_path / "protocols")

    assert code == 1
    assert "protocols/core/vitals.yaml:12: unknown role 'MAA'" in output
    assert "protocols/core/vitals.yaml:22: unknown field of event 'tmp'" in output
    assert "2 problems, nothing was applied" in output
    assert "no bundle is in force" in run("show")[1]


def test_check_says_what_is_in_a_right_bundle_and_stores_nothing(store: MemoryStore, tmp_path: Path) -> None:
    code, output = run("check", write(tmp_path), "--protocols", tmp_path / "protocols")

    assert code == 0
    assert "right. 2 clinics" in output
    assert "no bundle is in force" in run("show")[1]


def test_the_check_says_how_an_overlay_is_shown_as_a_difference(store: MemoryStore, tmp_path: Path) -> None:
    plain = "".join(line for line in FILES["net/clinics.yaml"].splitlines(True) if "  tables:" not in line)
    several = (OVERLAY, {}, {"net/clinics.yaml": plain})
    told = [run("check", write(tmp_path, each), "--protocols", tmp_path / "protocols") for each in several]

    assert [code for code, _ in told] == [0, 0, 0]
    assert ["clinicflow protocols diff" in output for _, output in told] == [True, True, False]
    assert ["its overlay ours" in output for _, output in told] == [True, False, False]
    assert ["its clinics' own tables" in output for _, output in told] == [False, True, False]
