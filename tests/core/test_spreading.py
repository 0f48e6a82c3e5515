"""The tasks of somebody who is away go to those who may do them, evenly, and back to the pool when nobody may."""

from typing import Any

import msgspec

from clinicflow.agents import all_agents
from clinicflow.core.bundle import compile_bundle
from clinicflow.core.requests import Setting
from clinicflow.core.scope import Person
from clinicflow.core.spreading import spread
from clinicflow.core.task import Task
from clinicflow.protocols.stage import START
from tests.store.given import task
from tests.support.bundles import shipped

BUNDLE = compile_bundle(shipped(), 1, all_agents())
SETTING = Setting(BUNDLE, "north", START)


def person(name: str, held: int = 0) -> Person:
    found = BUNDLE.person(name, "north", START)
    assert found is not None
    return msgspec.structs.replace(found, open_weight=held, languages=("en",))


def held(*names: str, **more: Any) -> list[Task]:
    return [task(name, **{"status": "accepted", "owner": "ma-eli", **more}) for name in names]


def test_tasks_go_evenly_to_those_who_may() -> None:
    people = [person("ma-ana"), person("ma-dewi"), person("fd-lena")]
    shares = spread(SETTING, held("a", "b", "c", "d"), people)
    assert sorted(str(share.to) for share in shares) == ["ma-ana", "ma-ana", "ma-dewi", "ma-dewi"]


def test_who_holds_much_already_gets_less() -> None:
    shares = spread(SETTING, held("a", "b", "c"), [person("ma-ana", 4), person("ma-dewi")])
    assert [share.to for share in shares] == ["ma-dewi"] * 3


def test_at_the_cap_a_task_goes_back_to_the_pool_with_the_reason() -> None:
    (share,) = spread(SETTING, held("a"), [person("ma-ana", 6), person("fd-lena")])
    assert (share.to, share.reasons) == (None, ("workload", "role"))


def test_the_most_urgent_is_dealt_out_first() -> None:
    tasks = held("later") + held("now", priority="stat")
    shares = spread(SETTING, tasks, [person("ma-ana", 6)])
    assert [(share.task.priority, share.to) for share in shares] == [("stat", "ma-ana"), ("routine", None)]


def test_nobody_gets_what_scope_of_practice_does_not_allow() -> None:
    blood = held("blood", activity="collect-blood", credential="ma-phleb")
    shares = spread(SETTING, blood, [person("ma-dewi"), person("ma-ana", 5)])
    assert [share.to for share in shares] == ["ma-ana"]
