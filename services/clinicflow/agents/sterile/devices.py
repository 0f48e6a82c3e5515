"""Sterilizers: the loads since the last negative indicator, and what a positive one means for them."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from clinicflow.agents.sterile.state import DeviceSide, SterileState
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import Rejection
from clinicflow.events import AutoclaveTested, AutoclaveUsed, EquipmentFaulted, EquipmentReturned, EquipmentTaggedOut

RECALL_AT = {"first": 1, "repeat": 2}
"""At how many positive indicators since the last negative one all loads are recalled."""


def register(agent: Agent[SterileState]) -> None:
    """Let the agent hear of sterilizers."""
    agent.on(AutoclaveUsed)(used)
    agent.on(AutoclaveTested)(tested)
    agent.on(EquipmentTaggedOut)(stopped)
    agent.on(EquipmentFaulted)(stopped)
    agent.on(EquipmentReturned)(returned)
    agent.derives(AutoclaveUsed)(unsafe_run)
    agent.derives(AutoclaveTested)(recall)


def used(state: SterileState, event: AutoclaveUsed, facts: Facts) -> SterileState:
    """One more load since the last negative indicator."""
    loads = tuple(load for load in state.device.loads if load[0] != event.load_id)
    return _with(state, asset_id=event.asset_id, loads=(*loads, (event.load_id, event.implant)))


def tested(state: SterileState, event: AutoclaveTested, facts: Facts) -> SterileState:
    """A negative indicator clears the loads up to its own; later ones wait for the next. Invalid ones say nothing."""
    device = state.device
    if event.result == "negative":
        names = [load for load, _ in device.loads]
        later = device.loads[names.index(event.load_id) + 1 :] if event.load_id in names else device.loads
        return _with(state, asset_id=event.asset_id, loads=later, result="negative", positives=0)
    if event.result == "positive":
        return _with(state, asset_id=event.asset_id, result="positive", positives=device.positives + 1, out=True)
    return _with(state, asset_id=event.asset_id)


def stopped(state: SterileState, event: EquipmentTaggedOut | EquipmentFaulted, facts: Facts) -> SterileState:
    """It may not be used."""
    return _with(state, out=True)


def returned(state: SterileState, event: EquipmentReturned, facts: Facts) -> SterileState | Rejection:
    """It is in service again, never with a positive indicator as the last one."""
    if state.device.result == "positive":
        return Rejection("indicator-positive", "Expected a negative indicator first, but the last one was positive.")
    return _with(state, out=False)


def unsafe_run(before: SterileState, after: SterileState, event: AutoclaveUsed, facts: Facts) -> Sequence[Raise]:
    """Set apart what was run in a sterilizer that is out of service; ask for an indicator when none is known of it."""
    raised = []
    if before.device.out and event.purpose != "test":
        fields = {"load_id": event.load_id, "reason": "device_out_of_service"}
        raised.append(Raise("load-quarantined", fields, case_id=endless_case("load", event.org_id, event.load_id)))
    if before.device.result is None and not before.device.loads:
        raised.append(Raise("bi-overdue", {"asset_id": event.asset_id}))
    return raised


def recall(before: SterileState, after: SterileState, event: AutoclaveTested, facts: Facts) -> Sequence[Raise]:
    """Recall the loads since the last negative indicator: all of them as the site's policy says, implants always."""
    if event.result != "positive":
        return ()
    everything = after.device.positives >= RECALL_AT[facts.tables["sterile-policy"]["recall_at"]]
    return [
        Raise(
            "load-recalled",
            {"load_id": load, "reason": "biological_positive"},
            case_id=endless_case("load", event.org_id, load),
            key=load,
        )
        for load, implant in after.device.loads
        if everything or implant
    ]


def _with(state: SterileState, **changes: Any) -> SterileState:
    device: DeviceSide = replace(state.device, **changes)
    return replace(state, device=device)
