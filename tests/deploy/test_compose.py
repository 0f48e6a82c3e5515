"""docker-compose.yml and the Dockerfile, read as files: no Docker engine is needed to see that they fit together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_service_runs_a_command_that_exists(compose: dict[str, Any]) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "clinicflow.cli", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for name, service in compose["services"].items():
        if service.get("image") == "clinicflow:0.1.0":
            assert re.search(rf"\b{service['command'][0]}\b", shown), f"{name}: no such command"


def test_every_variable_is_in_the_example_file(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    wanted = set(re.findall(r"\$\{([A-Z_]+)", text))
    offered = set(re.findall(r"^([A-Z_]+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    assert wanted == offered


def test_settings_of_the_services_are_settings_that_exist(compose: dict[str, Any]) -> None:
    from clinicflow.settings import Settings

    known = {f"CLINICFLOW_{name.upper()}" for name in Settings.model_fields}
    for service in compose["services"].values():
        if service.get("image") == "clinicflow:0.1.0":
            assert set(service["environment"]) <= known


def test_no_service_waits_for_one_that_is_missing(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])


def test_what_the_image_copies_is_there() -> None:
    lines = (ROOT / "deploy/Dockerfile").read_text().splitlines()
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    assert copied
    for name in copied:
        assert (ROOT / name).exists(), name


def test_topics_are_never_made_by_accident(compose: dict[str, Any]) -> None:
    assert compose["services"]["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
