"""Rules change and people change, in any order, whatever becomes of a task meanwhile: nothing is lost, done twice or
thrown away, and it ends as the rules and people of the end say."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from clinicflow.core.bundle import Bundle
from clinicflow.core.ids import endless_case
from clinicflow.core.outcome import AgentCase
from clinicflow.core.rechecks import STOPPED
from clinicflow.core.requests import Setting, still_may
from clinicflow.core.step import applies, bundle_for, step
from clinicflow.core.task import UNSIGNED, Task
from clinicflow.core.task_table import Permit
from tests.core.bundle.small import task
from tests.core.kit import VISIT
from tests.core.small_world import SmallWorld, agents, member, small_bundle

BLOOD: dict[str, Any] = {"activities": ["draw-blood"], "valid_from": "2020-01-01", "source": "test"}
NURSES = {**BLOOD, "id": "rn-draws", "role": ["RN"], "decision": "allowed"}
ASSISTANTS = {**BLOOD, "id": "ma-draws", "role": ["MA"], "decision": "allowed"}
SUPERVISED = {
    **ASSISTANTS,
    "id": "ma-draws-supervised",
    "decision": "allowed-with-supervision",
    "supervision": "on-site",
    "supervisor_roles": ["PRV"],
}
DRAW = {
    "id": "draw",
    "on": ["roomed"],
    "task": task("draw-blood", credential="ma-phleb", done_by=["vitals-taken"]),
}
WAITING = {**DRAW, "task": {**DRAW["task"], "waits_for": ["interpreter-booked"]}}
BY_TWO = {**DRAW, "task": {**DRAW["task"], "done_by": [], "two_person": True}}
CRITICAL = {**DRAW, "task": {**DRAW["task"], "critical": True}}
RULES = {"plain": DRAW, "waits": WAITING, "two persons": BY_TWO, "critical": CRITICAL}

SCOPES = {
    "assistants": [NURSES, ASSISTANTS],
    "supervised": [NURSES, SUPERVISED],
    "prohibited": [NURSES, {**ASSISTANTS, "id": "ma-no", "decision": "prohibited"}],
    "nobody": [],
}
TAGS = {"ana has it": ("ma-phleb",), "ana has it not": (), "ana is gone": None, "ana learns": ("ma-phleb", "trainee")}

MOVES: dict[str, list[str]] = {
    "offered": [],
    "claimed": ["claim"],
    "begun": ["start"],
    "paused": ["start", "pause"],
    "declined": ["decline"],
    "done once": ["start", "done"],
}
OF_PEOPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "revoked": ("credential-revoked", {"staff_id": "ana", "credential": "ma-phleb"}),
    "granted": ("credential-granted", {"staff_id": "ana", "credential": "ma-phleb"}),
    "gone home": ("shift-ended", {"staff_id": "ana", "open_tasks": 1}),
    "another role": (
        "staff-role-changed",
        {"staff_id": "ana", "previous_role": "MA", "new_role": "FD", "leads": False},
    ),
    "supervisor left": ("supervisor-left", {"supervisor_id": "prv", "others_on_site": False}),
    "supervisor came": ("supervisor-on-site", {"supervisor_id": "prv"}),
}
Parts = tuple[str, str, str]
Story = tuple[Parts, str, Parts, list[str]]
PARTS: st.SearchStrategy[Parts] = st.tuples(
    st.sampled_from(sorted(SCOPES)), st.sampled_from(sorted(TAGS)), st.sampled_from([*RULES, "gone"])
)
STORIES: st.SearchStrategy[Story] = st.tuples(
    st.tuples(
        st.sampled_from(("assistants", "supervised")),
        st.sampled_from(("ana has it", "ana learns")),
        st.sampled_from(sorted(RULES)),
    ),
    st.sampled_from(sorted(MOVES)),
    PARTS,
    st.lists(st.sampled_from(sorted(OF_PEOPLE)), max_size=3),
)
"""A bundle, what is asked of its task, the next bundle, what is told of people."""
ORDERS = (("rules", "people"), ("people", "rules"))
often = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Unseen(SmallWorld):
    """Looks at tasks only while ``looking``: else rules and people change unseen."""

    looking = True

    def _check_tasks(self) -> None:
        if self.looking:
            super()._check_tasks()


@cache
def bundle_of(number: int, parts: Parts) -> Bundle:
    scope, tags, rule = parts
    held = TAGS[tags]
    staff = [member("rosa", "RN", "rn"), member("prv", "PRV")]
    staff += [] if held is None else [member("ana", "MA", *held)]
    rules = [] if rule == "gone" else [RULES[rule]]
    return small_bundle(number, rules, scope=SCOPES[scope], staff=staff, activities={"draw-blood": []})


def begin(story: Story) -> Unseen:
    world = Unseen(bundle_of(1, story[0]))
    world.happens("checked-in")
    world.happens("roomed")
    for what in MOVES[story[1]]:
        if what != "done":
            world.asks(what, "ana")
        elif story[0][2] == "two persons":
            world.asks("completion", "ana")
        elif story[0][1] == "ana learns":  # by anybody else it would be done
            acts: dict[str, Any] = {"actor_role": "MA", "actor_credentials": list(TAGS["ana learns"] or ())}
            world.happens("vitals-taken", actor_id="ana", **acts)
    return world


def change(world: Unseen, which: str, story: Story) -> None:
    if which == "rules":
        world.migrated(bundle_of(2, story[2]))
        return
    for name in story[3]:
        kind, fields = OF_PEOPLE[name]
        of = ("staff", "ana") if "staff_id" in fields else ("clinic", "north")
        world.happens(kind, case=endless_case(of[0], "demo", of[1]), patient_id=None, **fields)


def played(story: Story, order: Sequence[str], *, between: bool) -> Unseen:
    """The changes in this order, ``between`` which tasks are looked at or not; then until nothing would change."""
    world = begin(story)
    world.looking = between
    for which in order:
        change(world, which, story)
    world.looking = True
    for _ in range(3):
        world.pass_time(world.now + 1)
        world._check_tasks()
    return world


def told_again(world: Unseen) -> dict[str, Task]:
    """All tasks, by the journal alone."""
    cases: dict[tuple[str, str], AgentCase] = {}
    found: dict[str, Task] = {}
    for placed in world.result.events:
        for name, agent in agents().items():
            key = (placed.event.case_id, name)
            bundle = world.bundles[bundle_for(agent, cases.get(key), placed)]
            if applies(agent, bundle, placed):
                outcome = step(agent, cases.get(key), placed, bundle)
                cases[key] = outcome.case
                found.update({change.task.task_id: change.task for change in outcome.tasks})
    return found


def permitted(world: Unseen, after: Task) -> Permit | None:
    """The permit by which whoever holds a task may still do it; None when they may not."""
    person = world.rechecking.people("north").person(after.owner or "", world.now)
    answer = None if person is None else still_may(Setting(world.bundle, "north", world.now), after, person)
    return answer if isinstance(answer, Permit) else None


def may_still(world: Unseen, after: Task) -> bool:
    return permitted(world, after) is not None


@often
@given(STORIES)
def test_what_was_not_seen_between_ends_the_same_in_either_order(story: Story) -> None:
    one, other = (played(story, order, between=False) for order in ORDERS)
    assert one.kept() == other.kept()


@often
@given(STORIES, st.sampled_from(ORDERS), st.booleans())
def test_nothing_is_lost_or_done_twice_and_begun_work_is_kept(
    story: Story, order: Sequence[str], between: bool
) -> None:
    before = begin(story).kept()
    world = played(story, order, between=between)
    after = world.kept()
    assert after.open
    assert (after.task_id, after.cause, after.declined_by) == (before.task_id, before.cause, before.declined_by)
    assert (after.doers, after.closing, after.critical) == (before.doers, before.closing, before.critical)
    assert set(before.roles) <= set(after.roles)
    if before.owner is not None and before.status != "accepted":
        assert (after.owner, after.status) in ((before.owner, "in-progress"), (before.owner, "on-hold"))
    if before.owner is not None and before.status == "on-hold":
        same = replace(after, supervisor=before.supervisor)
        assert same == before  # a person's break, or a signature that is awaited; on whom it rests may change


@often
@given(STORIES, st.sampled_from(ORDERS), st.booleans())
def test_it_ends_as_the_rules_and_people_of_the_end_say(story: Story, order: Sequence[str], between: bool) -> None:
    world = played(story, order, between=between)
    after = world.kept()
    person = world.rechecking.people("north").person("ana", world.now)
    assert list(world.rechecking.due(world.now)) == []
    assert not after.waits or story[2][2] == "waits"
    if after.status in ("accepted", "in-progress") and (person is None or person.on_shift):
        assert may_still(world, after)
    if after.owner is not None and after.status == "on-hold" and after.reason in STOPPED:
        assert not may_still(world, after)
    if after.owner is not None and after.reason != UNSIGNED and (person is None or person.on_shift):
        permit = permitted(world, after)
        assert after.supervisor == (None if permit is None else permit.supervisor)


@often
@given(STORIES)
def test_begun_work_ends_the_same_in_either_order_however_often_it_was_looked_at(story: Story) -> None:
    """What was given back on the way stays with all. Who is off shift is not stopped for want of a supervisor, so with
    them it counts who went first."""
    before = begin(story).kept()
    if before.owner is None or before.status == "accepted" or "gone home" in story[3]:
        return
    ends = [played(story, order, between=True).kept() for order in ORDERS]
    one, other = [(task.status, task.owner, task.reason, task.doers, task.closing) for task in ends]
    assert one == other


@often
@given(STORIES, st.sampled_from(ORDERS), st.booleans())
def test_the_journal_alone_tells_the_same(story: Story, order: Sequence[str], between: bool) -> None:
    world = played(story, order, between=between)
    assert told_again(world) == world.result.tasks
    assert world.result.cases[VISIT]["nurse"].bundle == 2
