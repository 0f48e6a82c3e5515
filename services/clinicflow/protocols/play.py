"""Playing scenarios: what happens is told to all agents, and every check that does not hold is a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from clinicflow.core.agent import Agent
from clinicflow.core.bundle import Bundle
from clinicflow.core.event import Event
from clinicflow.core.task import Task
from clinicflow.errors import InvalidScenario
from clinicflow.least_fields import MINUTE, Defaults
from clinicflow.protocols.names import unknown_names
from clinicflow.protocols.scenario import Check, Scenario, Step
from clinicflow.protocols.stage import START, Stage

Document = Mapping[str, Any]


class Played(msgspec.Struct, frozen=True):
    """What a scenario showed: nothing in ``faults`` means that it passes."""

    scenario: Scenario
    faults: list[str]

    @property
    def passes(self) -> bool:
        """Whether everything was as the scenario says."""
        return not self.faults


def play_all(
    scenarios: Iterable[Scenario],
    agents: Mapping[str, Agent[Any]],
    bundle: Bundle,
    defaults: Defaults,
    document: Document,
) -> list[Played]:
    """Play every scenario on a clinic of its own; one that names what ``document`` does not know fails unplayed."""
    told = [(scenario, list(unknown_names(scenario, document))) for scenario in scenarios]
    return [
        Played(scenario, faults) if faults else play(scenario, agents, bundle, defaults, document)
        for scenario, faults in told
    ]


def play(
    scenario: Scenario,
    agents: Mapping[str, Agent[Any]],
    bundle: Bundle,
    defaults: Defaults,
    document: Document | None = None,
) -> Played:
    """Play one scenario. It also fails when a rule's condition fails, or when a patient is left to nobody."""
    stage = Stage(agents, bundle, scenario.clinic, defaults, document)
    try:
        faults = list(_play(scenario, stage))
    except InvalidScenario as error:
        faults = [str(error)]
    faults += [f"the condition of rule {each}" for each in stage.rule_errors]
    faults += [f"after {kind} nobody looks after the patient" for kind in stage.forgotten_after]
    return Played(scenario, faults)


def _play(scenario: Scenario, stage: Stage) -> Iterator[str]:
    named: dict[str, str] = {}
    last: Event | None = None
    for turn in scenario.turns:
        for step in turn.when:
            last = _take(stage, step, named) or last
        for check in turn.then:
            yield from (f"{_subject(check)}: {fault}" for fault in _faults(stage, check, last, named))


def _take(stage: Stage, step: Step, named: dict[str, str]) -> Event | None:
    fields = {name: _newest(stage, _referred(value, named)) for name, value in step.fields.items()}
    if step.asks is not None:
        event = stage.asks(step.asks, stage.newest(str(step.of)), str(step.by), step.at, fields)
    elif step.from_now is not None:
        stage.change_bundle(step.at, step.from_now)
        return None
    elif step.event is not None:
        corrects = {} if step.corrects is None else {"corrects": _referred(f"={step.corrects}", named)}
        event = stage.happens(
            step.event, step.at, told=step.told, case=step.case, by=step.by, fields=fields, **corrects
        )
    else:
        stage.time_passes(START + round(step.at * MINUTE))
        return None
    if step.id is not None:
        named[step.id] = event.event_id
        named[f"{step.id}.case"] = event.case_id
    return event


def _newest(stage: Stage, value: Any) -> Any:
    """``@type`` is the newest event of a type, which the story itself has not told."""
    if not isinstance(value, str) or not value.startswith("@"):
        return value
    found = stage.happened(value[1:])
    if not found:
        raise InvalidScenario(f"expected an earlier {value[1:]}, which is meant, but there is none")
    return found[-1].event_id


def _referred(value: Any, named: Mapping[str, str]) -> Any:
    """``=id`` is the event that the story calls so, ``=id.case`` its case."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    if value[1:] not in named:
        raise InvalidScenario(
            f"expected an earlier step with id {value[1:].removesuffix('.case')!r}, but there is none"
        )
    return named[value[1:]]


def _subject(check: Check) -> str:
    return str(check.task or check.no_task or check.event or check.no_event or check.refused or "accepted")


def _faults(stage: Stage, check: Check, last: Event | None, named: Mapping[str, str]) -> Iterator[str]:
    if check.task is not None:
        yield from _task_faults(stage, check, check.task)
    elif check.no_task is not None:
        yield from (
            f"expected no open task, but it is {task.status}" for task in stage.tasks(check.no_task) if task.open
        )
    elif check.event is not None:
        yield from _event_faults(stage, check, stage.happened(check.event), named)
    elif check.no_event is not None:
        yield from (
            f"expected none, but it happened {len(found)} times" for found in [stage.happened(check.no_event)] if found
        )
    elif last is None:
        yield "expected a step before it"
    else:
        yield from _answer_faults(check, stage.refusals(last))


def _answer_faults(check: Check, refusals: Mapping[str, str]) -> Iterator[str]:
    if check.accepted is not None and bool(refusals) == check.accepted:
        yield f"expected {'nobody to refuse' if check.accepted else 'a refusal'}, but refused by {refusals or 'nobody'}"
    if check.refused is not None and check.refused not in refusals.values():
        yield f"expected this refusal, but got {refusals or 'none'}"


def _task_faults(stage: Stage, check: Check, rule: str) -> Iterator[str]:
    found = stage.tasks(rule)
    if check.times is not None and check.times != len(found):
        yield f"expected {check.times} tasks, but {len(found)} were made"
    if not found:
        yield "expected a task, but none was made"
        return
    task = stage.newest(rule)
    wanted = check.status or "open"
    if wanted != task.status and not (wanted == "open" and task.open):
        yield f"expected it {wanted}, but it is {task.status}"
    yield from _value_faults(check, task)


def _value_faults(check: Check, task: Task) -> Iterator[str]:
    due = (task.due_at - START) / MINUTE
    pairs: list[tuple[str, Any, Any]] = [
        ("priority", check.priority, task.priority),
        ("roles", None if check.roles is None else sorted(check.roles), sorted(task.roles)),
        ("owner", check.owner, task.owner or "nobody"),
        ("due", check.due, round(due, 3)),
        ("level", check.level, task.level),
        ("meant_for", check.meant_for, task.meant_for or "nobody"),
        ("reason", check.reason, task.reason or "none"),
        ("supervisor", check.supervisor, task.supervisor or "nobody"),
        ("about", check.about, [value for _, value in task.about]),
        ("marked", check.marked, task.cause_voided),
    ]
    for name, wanted, found in pairs:
        if wanted is not None and wanted != found:
            yield f"expected {name} {wanted}, but it is {found}"


def _event_faults(stage: Stage, check: Check, found: list[Event], named: Mapping[str, str]) -> Iterator[str]:
    if check.case is not None:
        case = stage.case_id(check.case, "", {})
        found = [event for event in found if event.case_id == case]
    if check.times is not None and check.times != len(found):
        yield f"expected {check.times} times, but it happened {len(found)} times"
    if not found:
        if check.times is None:
            yield "expected it, but it did not happen"
        return
    for name, wanted in check.fields.items():
        value = msgspec.to_builtins(getattr(found[-1], name, None))
        if value != _referred(wanted, named):
            yield f"expected {name} {wanted!r}, but it is {value!r}"
