"""The load: simulated days of a network of many clinics, made once and kept, with everything in its real order."""

from __future__ import annotations

import hashlib
import heapq
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

import clinicflow
from clinicflow import bundle_files
from clinicflow.agents import all_agents
from clinicflow.core.bundle import bundle_hash, compile_bundle
from clinicflow.data import data_dir

CLINICS = 120
"""About 2,000 visits are under way at once."""
FOLDER = Path(tempfile.gettempdir()) / "clinicflow-bench"
"""Where loads are kept."""
_EVENTS_A_VISIT = {"plain": 66, "all": 150}
"""At least; so that a load has enough of them."""
_PARTS = 8


class Told(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An event of the load, encoded, and when it was told (UTC microseconds)."""

    at: int
    org_id: str
    event_id: str
    case_id: str
    type: str
    payload: bytes


def network_document(clinics: int = CLINICS) -> dict[str, Any]:
    """The demo's bundle with its clinics, rooms and staff copied until there are so many clinics."""
    demo = bundle_files.load(data_dir("bundles") / "demo", data_dir("protocols"))
    copies = -(-clinics // len(demo["clinics"]))
    document = {**demo, "clinics": {}, "staff": {}}
    for number in range(copies):
        for name, clinic in sorted(demo["clinics"].items()):
            if len(document["clinics"]) < clinics:
                rooms = [{**room, "id": f"{room['id']}-{number}"} for room in clinic["rooms"]]
                document["clinics"][f"{name}-{number}"] = {**clinic, "id": f"{name}-{number}", "rooms": rooms}
        for name, person in sorted(demo["staff"].items()):
            shifts = [{**shift, "clinic": f"{shift['clinic']}-{number}"} for shift in person["shifts"]]
            where = [f"{clinic}-{number}" for clinic in person["clinics"]]
            document["staff"][f"{name}-{number}"] = {
                **person, "id": f"{name}-{number}", "clinics": where, "shifts": shifts,
            }  # fmt: skip
    document["feeds"] = {}
    return document


def load(events: int, clinics: int = CLINICS, *, primary: bool = False, areas: str = "plain") -> list[Told]:
    """So many events of a day of the network, in order of telling; of ``areas`` all, everything that a clinic does.

    They are the facts, requests, corrections and repeats from outside, and (unless ``primary``) what agents and timers
    make of them, at its place, so that every request comes after what made its task, as in a real journal.
    """
    file = _cache(f"{events}-{clinics}-{primary}-{areas}")
    if not file.exists():
        parts = min(_PARTS, clinics)
        visits = -(-events // (_EVENTS_A_VISIT[areas] * parts))
        work = [(number, parts, visits, clinics, primary, areas == "all") for number in range(parts)]
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            made = [msgspec.msgpack.decode(part, type=list[Told]) for part in pool.map(_part, work)]
        told = list(heapq.merge(*made, key=_at))
        draft = file.with_suffix(f".{os.getpid()}")
        draft.write_bytes(msgspec.msgpack.encode(told[:events]))
        draft.replace(file)
    return msgspec.msgpack.decode(file.read_bytes(), type=list[Told])


def _at(told: Told) -> int:
    return told.at


def _part(work: tuple[int, int, int, int, bool, bool]) -> bytes:
    """The days of some of the clinics: every so-manieth."""
    from clinicflow.simulate.synthetic import START, synthetic_day

    number, parts, visits, clinics, primary, all_areas = work
    document = network_document(clinics)
    bundle = compile_bundle(document, 1, all_agents())
    mine = sorted(bundle.clinics)[number::parts]
    day = synthetic_day(bundle, 100 + number, visits, start=START, clinics=mine, all_areas=all_areas)
    return msgspec.msgpack.encode(list(_told(day, primary)))


def _told(day: Any, primary: bool) -> Iterator[Told]:
    from clinicflow.codec import encode
    from clinicflow.core.derive import is_primary

    for placed in day.result.events:
        event = placed.event
        if not primary or is_primary(event):
            yield Told(placed.logged_at, event.org_id, event.event_id, event.case_id, event.TYPE, encode(event))


def _cache(name: str) -> Path:
    """Made anew when the program or the bundle changes."""
    FOLDER.mkdir(exist_ok=True)
    sources = Path(clinicflow.__file__).parent
    stamp = hashlib.sha256(bundle_hash(network_document(3)).encode())
    for part in ("core", "agents", "codec", "simulate"):
        for file in sorted((sources / part).rglob("*.py")):
            stamp.update(file.read_bytes())
    return FOLDER / f"load-{name}-{stamp.hexdigest()[:16]}.msgpack"
