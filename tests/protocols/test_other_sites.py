"""Clinics of another kind: their bundle is right, their rules are told in scenarios, and a pack with work that nobody
may do does not come into force."""

from pathlib import Path
from shutil import copytree, rmtree

import pytest
import yaml

from clinicflow import bundle_files
from clinicflow.agents import all_agents
from clinicflow.data import data_dir
from clinicflow.protocols.scenario import read_scenarios
from tests.agents.harness import START
from tests.support.bundles import shipped

DENTAL = data_dir("bundles") / "dental"


SITES = sorted(path.name for path in data_dir("bundles").iterdir() if path.name != "demo")


def problems(protocols: Path) -> list[str]:
    _, found = bundle_files.check(DENTAL, protocols, all_agents(), START)
    return [problem.message for problem in found if problem.level == "error"]


def test_there_is_a_template_for_each_kind_of_site() -> None:
    assert SITES == ["dental", "nursing-home", "physiotherapy"]


@pytest.mark.parametrize("site", SITES)
def test_the_bundle_of_a_site_has_no_problems(site: str) -> None:
    _, found = bundle_files.check(data_dir("bundles") / site, None, all_agents(), START)
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize("site", SITES)
def test_every_rule_of_a_site_of_its_own_is_told_in_a_scenario(site: str) -> None:
    told = {rule for story in read_scenarios(data_dir("scenarios")) if story.bundle == site for rule in story.rules}
    document = shipped(site)
    own = {
        f"{protocol['agent']}/{rule['id']}"
        for protocol in document["protocols"]
        for rule in protocol["rules"]
        if site in rule.get("settings", [])
    }
    assert len(own) >= 2
    assert own <= told


@pytest.mark.parametrize("kept", ["north", "south"])
def test_all_packs_are_right_in_a_network_of_one_country(kept: str, tmp_path: Path) -> None:
    """A rule that the law of another country asks for needs no staff here and is no condition that never holds."""
    folder = copytree(data_dir("bundles") / "demo", tmp_path / "demo")
    clinics = yaml.safe_load((folder / "clinics.yaml").read_text("utf-8"))
    staff = yaml.safe_load((folder / "staff.yaml").read_text("utf-8"))
    for person in staff:
        person["clinics"] = [name for name in person["clinics"] if name == kept]
        person["shifts"] = [shift for shift in person["shifts"] if shift["clinic"] == kept]
        if isinstance(person.get("lead"), list):
            person["lead"] = [name for name in person["lead"] if name == kept]
    own = [each for each in clinics if each["id"] == kept]
    (folder / "clinics.yaml").write_text(yaml.safe_dump(own), "utf-8")
    (folder / "staff.yaml").write_text(yaml.safe_dump([each for each in staff if each["clinics"]]), "utf-8")
    rmtree(folder / "feeds")
    _, found = bundle_files.check(folder, data_dir("protocols"), all_agents(), START)
    assert [str(problem) for problem in found if problem.level == "error"] == []


def test_a_pack_with_work_that_nobody_may_do_is_refused(tmp_path: Path) -> None:
    protocols = copytree(data_dir("protocols"), tmp_path / "protocols")
    scope = protocols / "scope" / "dental.yaml"
    scope.write_text(
        scope.read_text("utf-8").replace("[dental-chairside, dental-imaging]", "[dental-chairside]"), "utf-8"
    )
    found = problems(protocols)
    assert found
    assert all("who may do take-dental-images, but nobody may" in message for message in found)
