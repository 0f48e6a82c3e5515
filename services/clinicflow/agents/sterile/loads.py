"""A load from the start of the sterilizer to its release; what has failed is set apart and never released."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.sterile.state import LoadSide, SterileState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import AutoclaveLoadCompleted, AutoclaveLoadStarted, LoadQuarantined, LoadReleased


def register(agent: Agent[SterileState]) -> None:
    """Let the agent hear of loads."""
    agent.on(AutoclaveLoadStarted)(started)
    agent.on(AutoclaveLoadCompleted)(completed)
    agent.on(LoadQuarantined)(quarantined)
    agent.on(LoadReleased)(released)
    agent.derives(AutoclaveLoadStarted)(tell_device)
    agent.derives(AutoclaveLoadCompleted)(judge)


def started(state: SterileState, event: AutoclaveLoadStarted, facts: Facts) -> SterileState | Rejection:
    """The sterilizer runs. A load is run once: what is sterilized again is another load."""
    if state.load.device is not None:
        return Rejection("already-started", "Expected a new load, but this one was started before.")
    implant = state.load.implant or event.implant
    return with_load(state, device=event.device_id, runner=event.actor_id or state.load.runner, implant=implant)


def completed(state: SterileState, event: AutoclaveLoadCompleted, facts: Facts) -> SterileState | Rejection:
    """It has ended."""
    if state.load.completed:
        return Rejection("already-completed", "Expected a load that runs, but this one had ended before.")
    return with_load(
        state,
        device=event.device_id,
        runner=state.load.runner or event.actor_id,
        implant=state.load.implant or event.implant,
        completed=True,
        failed=failure(event, facts.tables["sterile-policy"]["cycles"]) is not None,
    )


def quarantined(state: SterileState, event: LoadQuarantined, facts: Facts) -> SterileState:
    """It may not be used, also when somebody had released it."""
    return with_load(state, quarantined=True, released=False)


def released(state: SterileState, event: LoadReleased, facts: Facts) -> SterileState | Rejection:
    """Its packs may be used. Of a load that was run elsewhere only this is told."""
    refused = _not_good(state.load, event)
    return with_load(state, released=True) if refused is None else refused


def _not_good(load: LoadSide, event: LoadReleased) -> Rejection | None:
    if load.failed or load.quarantined or load.recalled:
        return Rejection("load-quarantined", "Expected a load in order, but this one may not be used.")
    if load.device is not None and not load.completed:
        return Rejection("not-completed", "Expected a load whose program has ended, but it has not.")
    if load.implant and load.indicator != "negative":
        return Rejection("indicator-missing", "Expected a negative indicator before an implant is released.")
    if load.implant and event.actor_id == load.runner:
        return Rejection("same-person", "Expected somebody else than who ran the sterilizer, as it holds an implant.")
    return None


def tell_device(
    before: SterileState, after: SterileState, event: AutoclaveLoadStarted, facts: Facts
) -> Sequence[Raise]:
    """The sterilizer keeps which loads it ran since it was last tested."""
    return (_device_ran(event, event.purpose, after.load.implant),)


def judge(before: SterileState, after: SterileState, event: AutoclaveLoadCompleted, facts: Facts) -> Sequence[Raise]:
    """Compare what the sterilizer showed with its program; a load of which only the end is told is told to it too."""
    raised = []
    if before.load.device is None:
        raised.append(_device_ran(event, "instruments", after.load.implant))
    reason = failure(event, facts.tables["sterile-policy"]["cycles"])
    if reason is not None:
        raised.append(Raise("load-quarantined", {"load_id": event.load_id, "reason": reason}))
    return raised


def failure(event: AutoclaveLoadCompleted, cycles: Mapping[str, Any]) -> str | None:
    """Why the load may not be used; None when all that was read is good. Values are tenths of Cel and of a minute."""
    if not event.mechanical_ok:
        return "mechanical_failed"
    if not event.chemical_external_ok or event.chemical_internal_ok is False:
        return "chemical_failed"
    least = cycles.get(event.cycle, {})
    for value, name in ((event.temp, "temp"), (event.minutes, "minutes"), (event.pressure, "pressure")):
        if value is not None and value < least.get(name, value):
            return "values_not_met"
    return None


def _device_ran(event: AutoclaveLoadStarted | AutoclaveLoadCompleted, purpose: str, implant: bool) -> Raise:
    fields = {"asset_id": event.device_id, "load_id": event.load_id, "purpose": purpose, "implant": implant}
    return Raise("autoclave-used", fields, case_id=endless_case("asset", event.org_id, event.device_id))


def with_load(state: SterileState, **changes: Any) -> SterileState:
    """The state with another load side."""
    load: LoadSide = replace(state.load, **changes)
    return replace(state, load=load)
