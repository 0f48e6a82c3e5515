"""An agent that only hears of a visit takes a short way, and comes to what the plain course would lead it to."""

from collections.abc import Iterator
from typing import Any

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Placed
from clinicflow.core.outcome import AgentCase, Outcome
from clinicflow.core.step import applies, step
from clinicflow.errors import HistoryNeeded
from tests.replay.day import a_day, bundle, document


def without_short_way() -> Bundle:
    """The same bundle, under which every step takes the plain course."""
    found = compile_bundle(document(), 1, all_agents())
    found.heard = dict.fromkeys(found.heard, frozenset())
    return found


def folded(events: list[Placed], by: Bundle) -> Iterator[tuple[str, Placed, Outcome]]:
    """All steps of a day over all agents."""
    cases: dict[tuple[str, str], AgentCase] = {}
    rows: dict[str, list[Placed]] = {}
    for placed in events:
        case_id = placed.event.case_id
        rows.setdefault(case_id, []).append(placed)
        for name, agent in sorted(all_agents().items()):
            if applies(agent, by, placed):
                side: Any = cases.get((case_id, name))
                try:
                    outcome = step(agent, side, placed, by)
                except HistoryNeeded:
                    outcome = step(agent, side, placed, by, rows[case_id])
                cases[case_id, name] = outcome.case
                yield name, placed, outcome


def test_the_short_way_leads_to_the_same_outcomes() -> None:
    events = a_day(3, 40).result.events
    shortened = 0
    for (name, placed, outcome), (_, _, expected) in zip(
        folded(events, bundle()), folded(events, without_short_way()), strict=True
    ):
        assert outcome == expected, (name, placed.event.TYPE)
        shortened += placed.event.TYPE in bundle().heard[name]
    assert shortened > 500


def test_only_what_nothing_of_an_agent_looks_at_is_heard_only() -> None:
    by = bundle()
    for name, agent in all_agents().items():
        assert not by.heard[name] & (set(agent.handlers) | set(agent.derivations))
        assert by.heard[name] <= by.subscribed(name)
        for kind in by.heard[name]:
            plan = by.plan(name, kind)
            assert (plan.rules, plan.facts, plan.waiting) == ((), {}, ()), (name, kind)
    assert "patient-arrived" in by.heard["vitals"]
    assert "patient-arrived" not in by.heard["front_desk"]
    assert not by.heard["flow"]
