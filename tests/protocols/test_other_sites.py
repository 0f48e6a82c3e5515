"""Clinics of another kind: their bundle is right, and a pack whose work nobody may do does not come into force."""

from pathlib import Path
from shutil import copytree

from clinicflow import bundle_files
from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from tests.agents.harness import START

DENTAL = data_dir("bundles") / "dental"


def problems(protocols: Path) -> list[str]:
    _, found = bundle_files.check(DENTAL, protocols, all_agents(), START)
    return [problem.message for problem in found if problem.level == "error"]


def test_the_bundle_of_dental_clinics_is_right() -> None:
    assert problems(data_dir("protocols")) == []


def test_a_pack_with_work_that_nobody_may_do_is_refused(tmp_path: Path) -> None:
    protocols = copytree(data_dir("protocols"), tmp_path / "protocols")
    scope = protocols / "scope" / "dental.yaml"
    scope.write_text(
        scope.read_text("utf-8").replace("[dental-chairside, dental-imaging]", "[dental-chairside]"), "utf-8"
    )
    found = problems(protocols)
    assert found
    assert all("who may do take-dental-images, but nobody may" in message for message in found)
