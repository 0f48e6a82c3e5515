"""Why a rule made a task in a case, or did not: every event that it looks at, and what its condition saw."""

import re
from collections.abc import Iterator
from typing import Any

from clinicflow.agents import all_agents
from clinicflow.bundle_check.problems import hint
from clinicflow.codec.times import text_of
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.cel import Condition, Fields, context
from clinicflow.core.event import Placed
from clinicflow.core.outcome import AgentCase
from clinicflow.core.rules import Rule
from clinicflow.core.step import bundle_for
from clinicflow.core.task import TaskChange
from clinicflow.core.visit import ended
from clinicflow.errors import RuleFailed, UnknownId
from clinicflow.events import EVENT_TYPES
from clinicflow.replay.fold import Fold, placed_of
from clinicflow.replay.sources import Bundles, Source

_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EXAMPLE = "0f8fad5b-d9cb-469f-a165-70867728950e"


async def explain_rule(source: Source, case_id: str, rule_name: str) -> list[str]:
    """Lines that say for each event of the case what the rule ``agent/rule`` made of it.

    Raises ``UnknownId`` for a case without events or a rule that no bundle of the case has.
    """
    agent_name, _, rule_id = rule_name.partition("/")
    agent = all_agents().get(agent_name)
    if agent is None or not rule_id:
        raise UnknownId(f"Expected a rule such as vitals/take-vitals, but got {rule_name}")
    if not _ID.fullmatch(case_id):
        raise UnknownId(f"Expected the id of a case, such as {_EXAMPLE}, but got {case_id!r}")
    rows = [placed for row in await source.case_rows(case_id) if (placed := placed_of(row)) is not None]
    if not rows:
        raise UnknownId(f"Expected the id of a case with events, but {case_id} has none")
    fold, bundles, lines = Fold(source, await source.recorded()), Bundles(source, all_agents()), []
    looked = False
    for placed in rows:
        before = fold.cases.get(case_id, {}).get(agent_name)
        bundle = await bundles.get(placed.event.org_id, bundle_for(agent, before, placed))
        changes = await fold.one(placed)
        if not bundle.has_rule(agent_name, rule_id):
            continue
        looked = True
        after = fold.cases[case_id].get(agent_name) or AgentCase()
        made = [each for each in changes if (each.task.agent, each.task.rule) == (agent_name, rule_id)]
        lines += [f"{_place(placed)}: task {each.task.task_id} {each.kind}{_by_when(bundle, each)}" for each in made]
        if not any(each.kind == "created" for each in made):
            lines += _not_made(agent, bundle, bundle.rule(agent_name, rule_id), placed, before, after)
    if not looked:
        near = hint(rule_id, {rule.id for rule in bundle.rules_of(agent_name)})
        raise UnknownId(f"Expected a rule of the bundles that the case was under, but they have no {rule_name}{near}")
    return lines or [f"no task: nothing has happened in this case that {rule_name} looks at"]


def _by_when(bundle: Bundle, change: TaskChange) -> str:
    """By when a task that was made is due, and why then if it is as the clinic closes."""
    if change.kind != "created":
        return ""
    spec = bundle.rule(change.task.agent, change.task.rule).task
    why = ", as the clinic closes" if spec is not None and spec.due.closing else ""
    return f", due {text_of(change.task.due_at)}{why}"


def _place(placed: Placed) -> str:
    return f"{text_of(placed.event.occurred_at)} {placed.event.TYPE}"


def _not_made(
    agent: Agent[Any], bundle: Bundle, rule: Rule, placed: Placed, before: AgentCase | None, after: AgentCase
) -> Iterator[str]:
    """Why the rule made no task of this event, if it looks at it at all."""
    kind = placed.event.TYPE
    if kind not in rule.on:
        return
    if before is not None and ended(before.phase) and ended(after.phase) and not rule.after_end:
        yield f"{_place(placed)}: no task, the visit had ended before"
    elif rule.clinics is not None and placed.event.clinic_id not in rule.clinics:
        yield f"{_place(placed)}: no task, the rule holds in other jurisdictions or settings than this clinic's"
    elif rule.wait is not None:
        yield f"{_place(placed)}: the rule waits; it looks again when its timer fires"
    elif rule.when is None:
        yield f"{_place(placed)}: no task, the event was refused or the rule's task was there before"
    else:
        yield f"{_place(placed)}: {_verdict(agent, bundle, rule.when, placed, after)}"


def _verdict(agent: Agent[Any], bundle: Bundle, when: Condition, placed: Placed, after: AgentCase) -> str:
    fields = Fields(EVENT_TYPES[placed.event.TYPE], when.paths)
    clinic, tables = bundle.place(placed.event.clinic_id)
    data: Any = after.data
    case = agent.exposed(data) if isinstance(data, agent.state) else agent.exposed(agent.state())
    made = context(fields, placed, case, after.patient, clinic, tables)
    seen = ", ".join(f"{'.'.join(path)} = {_seen(path, placed, case, after)}" for path in when.paths)
    try:
        answer = "true, but the event was refused" if when.holds(made) else "no task"
    except RuleFailed as error:
        answer = f"the condition failed ({error})"
    return f"{answer}, {when.source!r} with {seen or 'no fields'}"


def _seen(path: tuple[str, ...], placed: Placed, case: dict[str, Any], after: AgentCase) -> str:
    if path[0] == "event" and len(path) > 1:
        event: Any = placed.event
        value = None if path[1] in event.PERSONAL else getattr(event, path[1], None)
    elif path[0] == "case" and len(path) > 1:
        value = case.get(path[1])
    elif path[0] == "patient" and len(path) > 1:
        value = getattr(after.patient, path[1], None)
    else:
        return "as in the bundle"
    return "absent" if value is None else repr(value)
