"""The guides under docs/guide, done word for word: network, feed and rule are right, and do what is said."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clinicflow import bundle_files
from clinicflow.agents import all_agents
from clinicflow.core.bundle import bundle_hash, compile_bundle
from clinicflow.core.event import Event
from clinicflow.core.whatif import what_if
from clinicflow.events import EVENT_TYPES
from tests.gateway.support import NOON, Network

GUIDES = Path(__file__).parents[2] / "docs" / "guide"
VISIT = "11111111-1111-5111-8111-111111111111"


def write(folder: Path, *guides: str) -> Path:
    """The files that these guides show, in the order of reading."""
    for guide in guides:
        text = (GUIDES / f"{guide}.md").read_text("utf-8")
        shown = re.findall(r"^`([\w./-]+)`\n```\w+\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        assert shown, guide
        for name, content in shown:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, "utf-8")
    return folder / "lakeside"


def document(bundle: Path) -> dict[str, Any]:
    """The bundle after its check by command."""
    command = [sys.executable, "-m", "clinicflow.cli", "bundle", "check", bundle.name]
    done = subprocess.run(command, cwd=bundle.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("lakeside: right."), done.stdout
    return bundle_files.load(bundle)


def test_the_network_of_the_first_guide_is_right_without_a_warning(tmp_path: Path) -> None:
    assert set(document(write(tmp_path, "network"))["clinics"]) == {"main"}


@pytest.mark.asyncio
async def test_the_message_of_the_feed_s_guide_brings_the_patient_to_the_clinic(
    tmp_path: Path, network: Network
) -> None:
    told = document(write(tmp_path, "network", "hl7-feed"))
    await network.store.apply_bundle("lakeside", bundle_hash(told), told, NOON)
    feed = (await network.services.bundles.in_force("lakeside")).feeds["registration"]

    receipt = await network.receive((tmp_path / "arrival.hl7").read_text("utf-8").replace("\n", "\r"), feed)

    event = await network.only("patient-arrived")
    assert (receipt.outcome, receipt.codes, event.clinic_id) == ("events", ["AA"], "main")


def test_the_rule_of_its_guide_calls_a_nurse_for_a_very_high_fever_only(tmp_path: Path) -> None:
    bundle = compile_bundle(document(write(tmp_path, "network", "rule")), 1, all_agents())

    def fevers(temp: int) -> list[str]:
        day = [happened("patient-arrived", 0, mode="walk_in"), happened("vitals-taken", 5, temp=temp)]
        made = what_if(all_agents(), bundle, day).tasks.values()
        return [task.activity for task in made if task.rule == "very-high-fever"]

    assert (fevers(400), fevers(399)) == (["assess-now"], [])


def test_the_story_of_its_guide_passes_and_fails_without_the_rule(tmp_path: Path) -> None:
    write(tmp_path, "network", "rule", "scenario")
    command = [sys.executable, "-m", "clinicflow.cli", "protocols", "test", "lakeside", "--scenarios", "stories"]
    played = subprocess.run([*command, "--mutants"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stderr
    assert "1 of 1 rules are missed by each scenario that names them" in played.stdout
    assert "2 of 2 scenarios pass" in played.stdout


def happened(kind: str, minute: int, **fields: Any) -> Event:
    at = NOON + minute * 60_000_000
    envelope = {"org_id": "lakeside", "clinic_id": "main", "case_id": VISIT, "source_system": "test"}
    number = f"22222222-2222-5222-8222-{minute:012}"
    return EVENT_TYPES[kind](event_id=number, occurred_at=at, recorded_at=at, **envelope, **fields)
