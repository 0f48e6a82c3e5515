"""Given a recorded day, when its primary events go through another bundle, then the differing tasks are counted."""

from __future__ import annotations

import asyncio
import copy

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.replay.other_rules import OTHER, RuleCount, compare_rules
from clinicflow.replay.sources import StoreSource
from tests.replay.day import document, recorded_day


def counted(bundle: Bundle) -> dict[str, RuleCount]:
    async def run() -> list[RuleCount]:
        recorder = await recorded_day(visits=8)
        source = StoreSource(recorder.store)
        return (await compare_rules(source, await source.recorded(), bundle)).rules

    return {f"{one.agent}/{one.rule}": one for one in asyncio.run(run())}


def test_under_the_same_rules_the_same_tasks_are_made() -> None:
    counts = counted(compile_bundle(document(), OTHER, all_agents()))

    assert counts
    assert [one for one in counts.values() if not one.recorded == one.other == one.same] == []


def test_without_a_rule_its_tasks_are_not_made_and_all_others_stay() -> None:
    other = copy.deepcopy(document())
    for protocol in other["protocols"]:
        protocol["rules"] = [rule for rule in protocol["rules"] if rule["id"] != "review-allergies"]

    counts = counted(compile_bundle(other, OTHER, all_agents()))

    dropped = counts.pop("rooming/review-allergies")
    assert dropped.recorded > 0
    assert dropped.other == 0
    assert counts["vitals/take-vitals"].same == counts["vitals/take-vitals"].recorded > 0
