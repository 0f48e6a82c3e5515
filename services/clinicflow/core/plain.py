"""An event that is no correction, applied to one agent's side of a case; and which events concern which agent."""

from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.cosigning import await_signature, cosigned, learns
from clinicflow.core.event import Placed
from clinicflow.core.fold import course, evolve, follow
from clinicflow.core.hearing import heard
from clinicflow.core.outcome import AgentCase, Outcome, Rejection
from clinicflow.core.overload import tell_overload
from clinicflow.core.rechecks import rechecked
from clinicflow.core.requests import ROWS, answer_to, refuse
from clinicflow.core.task import TaskChange
from clinicflow.core.task_table import Refused
from clinicflow.core.timers import fired
from clinicflow.core.work import Work

RECHECK, COSIGNED = "task-permission-checked", "task-cosigned"

ADDRESSED = frozenset({*ROWS, COSIGNED, RECHECK, "timer-fired"})
"""Types that name the agent they are for."""


def plain(agent: Agent[Any], case: AgentCase, placed: Placed, bundle: Bundle) -> Outcome:
    """Apply an event that is no correction."""
    kind = placed.event.TYPE
    if kind in bundle.heard[agent.name] and not case.tasks and not case.timers:
        outcome = heard(agent, case, placed)
        if outcome is not None:
            return outcome
    work = Work(agent, case, placed, bundle)
    if kind in (COSIGNED, RECHECK):
        (cosigned if kind == COSIGNED else rechecked)(work)
        return work.outcome()
    if kind in ADDRESSED:
        return work.outcome(fired(work) if kind == "timer-fired" else asked(work))
    if kind == "bundle-migrated" and case.bundle:
        return _migrated(work)
    return work.outcome(course(work))


def _migrated(work: Work) -> Outcome:
    """The case goes by other rules from here on. Its open tasks are told anew, which lets them be looked at again: what
    becomes of them depends on people too, of whom this event says nothing (see ``rechecks``)."""
    refused = course(work)
    for task in work.tasks:
        if task.open:
            work.put(TaskChange("marked", task))
    outcome = work.outcome(refused)
    return msgspec.structs.replace(outcome, case=msgspec.structs.replace(outcome.case, bundle=work.event.to_bundle))


def asked(work: Work) -> Rejection | None:
    """Fold a person's request: the table decides; what is granted is an event to the agent like any other.

    The agent's function sees the task as it was before.
    """
    answer = answer_to(work)
    if isinstance(answer, Refused):
        return refuse(work, answer)
    if answer is None:
        return None
    before, phase, task = work.state, work.phase, work.task(work.event.task_id)
    refused = evolve(work)
    if refused is not None:
        return refuse(work, refused)
    if answer.kind in ("completed", "co-signed") and learns(work.event):
        after = answer.task
        await_signature(work, work.task(work.event.task_id) or after, after.scope_rule, after.supervisor)
    else:
        work.put(answer)
        tell_overload(work, task, answer.task)
    follow(work, before, phase)
    return None


def applies(agent: Agent[Any], bundle: Bundle, placed: Placed) -> bool:
    """Whether the event concerns the agent: by its type, or because it names the agent."""
    if placed.target_agent is not None and placed.target_agent != agent.name:
        return False
    event: Any = placed.event
    kind = event.TYPE
    if kind not in bundle.subscriptions[agent.name]:
        return False
    return kind not in ADDRESSED or bool(event.agent == agent.name)


def addressed(agents: tuple[Agent[Any], ...], event: Any) -> tuple[Agent[Any], ...]:
    """Of agents that look at events of this type, those that need be asked: all, or the one that the event names."""
    if event.TYPE not in ADDRESSED:
        return agents
    named = event.agent
    for agent in agents:
        if agent.name == named:
            return (agent,)
    return ()


def bundle_for(agent: Agent[Any], case: AgentCase | None, placed: Placed) -> int:
    """The number of the bundle to apply an event under: the case's own when it keeps one, else the row's. A migration
    is the first event under the new one."""
    event: Any = placed.event
    if event.TYPE == "bundle-migrated" and case is not None and case.bundle:
        return int(event.to_bundle)
    return case.bundle if case is not None and case.bundle else placed.bundle
