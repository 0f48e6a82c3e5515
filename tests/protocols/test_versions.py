"""Given two versions of a bundle, then what they change is shown: in words, and on a recorded day."""

import asyncio
import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.data import data_dir
from clinicflow.errors import UnknownId
from clinicflow.events import MailReceived
from clinicflow.protocols.commands import app
from clinicflow.protocols.differences import differences, of_packs_alone
from clinicflow.protocols.explain import explain_rule
from clinicflow.protocols.recorded_day import RuleOnDay, on_day
from clinicflow.replay.journal_file import export
from clinicflow.replay.sources import StoreSource
from tests.replay.day import Recorder, document, recorded_day


def rule_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    agent, _, rule_id = name.partition("/")
    return next(
        rule for each in found["protocols"] if each["agent"] == agent for rule in each["rules"] if rule["id"] == rule_id
    )


def changed() -> dict[str, Any]:
    """The demo with a shorter due time, a rule less, and another word in a table."""
    found = copy.deepcopy(document())
    rule_of(found, "vitals/take-vitals")["task"]["priority"] = "urgent"
    for each in found["protocols"]:
        each["rules"] = [rule for rule in each["rules"] if rule["id"] != "review-allergies"]
    found["tables"]["due-times"]["times"]["check-in"] = "PT3M"
    return found


def test_the_same_documents_do_not_differ() -> None:
    assert differences(document(), copy.deepcopy(document())) == []


def test_what_changed_is_told_with_values_before_and_after() -> None:
    found = {(one.kind, one.part, one.name): one.details for one in differences(document(), changed())}
    assert found == {
        ("changed", "rule", "vitals/take-vitals"): ("task.priority: nothing -> urgent",),
        ("removed", "rule", "rooming/review-allergies"): (
            "on: roomed",
            "when: case.roomings == 1 && !case.seen && !has(case.ended_at)",
            "task.activity: review-allergies",
            "task.roles: MA",
            "task.credential: ma-basic",
            "task.due.after: PT10M",
            "task.done_by: allergies-reviewed",
            "task.cancelled_by: visit-ended",
            "task.escalation[1].at: 150%",
            "task.escalation[1].to: RN",
            "task.title.en: Ask about allergies and list them",
        ),
        ("changed", "table", "due-times"): ("times.check-in: PT5M -> PT3M",),
    }


def test_what_a_clinic_puts_over_a_table_is_told_with_its_name() -> None:
    own = copy.deepcopy(document())
    own["clinics"]["north"]["tables"] = {"due-times": {"times": {"take-vitals": "PT3M"}}}

    (found,) = differences(of_packs_alone(own), own)

    assert found.lines() == [
        "changed  table due-times at clinic north",
        "           times.take-vitals: PT5M -> PT3M",
    ]


def test_values_are_told_as_a_person_would_write_them() -> None:
    after = changed()
    task = rule_of(after, "vitals/take-vitals")["task"]
    task["priority"] = "routine"
    task["roles"] = ["MA", "RN"]
    task["escalation"] = [{"at": "PT10M", "to": ["RN", "LEAD"]}]
    task["critical"] = True
    (found,) = (one.details for one in differences(document(), after) if one.name == "vitals/take-vitals")
    assert found == (
        "task.roles: MA -> MA, RN",
        "task.escalation[1].at: PT15M -> PT10M",
        "task.escalation[1].to: RN -> RN, LEAD",
        "task.priority: nothing -> routine",
        "task.critical: nothing -> yes",
    )


def test_on_a_recorded_day_only_the_changed_rules_differ() -> None:
    async def run() -> list[RuleOnDay]:
        recorder = await recorded_day(visits=8)
        old, new = (compile_bundle(each, 1, all_agents()) for each in (document(), changed()))
        return await on_day(StoreSource(recorder.store), old, new)

    counts = {f"{one.agent}/{one.rule}": one for one in asyncio.run(run())}
    differing = {name for name, one in counts.items() if one.differs}
    assert differing == {"vitals/take-vitals", "rooming/review-allergies", "front_desk/check-in"}
    assert counts["rooming/review-allergies"].new == 0 < counts["rooming/review-allergies"].old
    moved = counts["vitals/take-vitals"]
    assert moved.moved == moved.old == moved.new > 0


async def explained(rule: str, case_of: str) -> list[str]:
    recorder = await recorded_day(visits=8)
    source = StoreSource(recorder.store)
    rows = [row async for some in recorder.store.scan(partition=None) for row in some]
    case = next((row.case_id for row in rows if row.type == case_of), case_of)
    return await explain_rule(source, case, rule)


def test_a_task_is_explained_by_the_event_that_made_it() -> None:
    lines = asyncio.run(explained("vitals/take-vitals", "vitals-taken"))
    assert lines[0].split(" ", 1)[1].startswith("roomed: task ")
    assert " created, due " in lines[0]
    assert not lines[0].endswith("closes")


def test_a_task_that_is_due_as_the_clinic_closes_is_explained_so() -> None:
    case = "30000000-0000-7000-8000-000000000001"
    told = {"org_id": "demo", "clinic_id": "north", "case_id": case, "source_system": "desk", "document_kind": "other"}

    async def run() -> list[str]:
        recorder = await Recorder().begin()
        at = {"occurred_at": recorder.now, "recorded_at": recorder.now}
        await recorder.tell([MailReceived(event_id="30000000-0000-7000-8000-000000000002", **told, **at)])
        return await explain_rule(StoreSource(recorder.store), case, "records/index-document")

    (line,) = asyncio.run(run())
    assert line.endswith(" created, due 2026-11-24T08:00:00.000000Z, as the clinic closes")


def test_a_task_that_was_not_made_is_explained_by_what_the_condition_saw() -> None:
    lines = asyncio.run(explained("rooming/prepare-patient-again", "vitals-taken"))
    assert lines == ["no task: nothing has happened in this case that rooming/prepare-patient-again looks at"]
    lines = asyncio.run(explained("vitals/assess-now", "vitals-taken"))
    assert "no task, 'has(event.red_flag) && event.red_flag' with event.red_flag = " in lines[0]


@pytest.mark.parametrize(
    ("rule", "case", "expected"),
    [
        ("vitals/nothing", "vitals-taken", "they have no vitals/nothing"),
        ("vitals/take-vitls", "vitals-taken", "did you mean 'take-vitals'"),
        ("take-vitals", "vitals-taken", "Expected a rule such as"),
        ("vitals/take-vitals", "visit-17", "Expected the id of a case, such as .*, but got 'visit-17'"),
        ("vitals/take-vitals", "00000000-0000-0000-0000-000000000000", "has none"),
    ],
)
def test_an_unknown_rule_or_case_is_told(rule: str, case: str, expected: str) -> None:
    with pytest.raises(UnknownId, match=expected):
        asyncio.run(explained(rule, case))


def overlaid(folder: Path, **task: Any) -> Path:
    """A copy of the demo with an overlay that changes take-vitals."""
    for path in sorted((data_dir("bundles") / "demo").rglob("*.yaml")):
        target = folder / path.relative_to(data_dir("bundles") / "demo")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    with (folder / "bundle.yaml").open("a", encoding="utf-8") as bundle:
        bundle.write("overlay: ours\n")
    rule = copy.deepcopy(rule_of(document(), "vitals/take-vitals"))
    rule["task"] |= task
    own = {"protocol": "ours", "agent": "vitals", "version": 1, "owner": "us", "source": "us", "rules": [rule]}
    (folder / "ours" / "protocols").mkdir(parents=True)
    (folder / "ours" / "protocols" / "vitals.yaml").write_text(yaml.safe_dump(own), "utf-8")
    return folder


def test_the_commands_show_an_overlay_and_the_day_under_it(tmp_path: Path) -> None:
    async def record() -> None:
        recorder = await recorded_day(visits=8)
        await export(StoreSource(recorder.store), tmp_path / "journal")

    asyncio.run(record())
    folder = overlaid(tmp_path / "demo", priority="urgent")
    run = CliRunner().invoke
    assert run(app, ["protocols", "check", str(folder)]).exit_code == 0
    shown = run(app, ["protocols", "diff", str(folder), "--file", str(tmp_path / "journal")])
    assert "changed  rule vitals/take-vitals" in shown.output
    assert "1 differences" in shown.output
    assert "other rules make the same tasks on the recorded day" in shown.output
    bare = run(app, ["protocols", "diff", str(folder), "--no-day"])
    assert "recorded day" not in bare.output


def test_a_bundle_with_errors_fails_the_check(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["protocols", "check", str(overlaid(tmp_path, activity="take-vitls"))])
    assert done.exit_code == 1
    assert "unknown activity 'take-vitls'" in done.output
    assert "1 errors" in done.output


def test_scenarios_are_played_by_the_command() -> None:
    done = CliRunner().invoke(app, ["protocols", "test", "--duty", "23"])
    assert done.exit_code == 0
    assert "1 of 72 duties" in done.output
