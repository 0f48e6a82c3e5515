"""Laws of folding on random visits: a correction leaves what would stand had the truth been known from the start."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from clinicflow.core.event import Event
from clinicflow.core.outcome import AgentCase
from clinicflow.core.step import next_hash, pack, step, unpack
from clinicflow.errors import HistoryNeeded
from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks

RULES = [
    {
        "id": "take",
        "on": ["roomed"],
        "when": "!has(case.temp)",
        "task": task(done_by=["vitals-taken"], escalation=[{"at": "100%", "to": ["RN"]}]),
    },
    {"id": "hot", "on": ["vitals-taken"], "when": "has(event.temp) && event.temp > 39.0", "task": task("call")},
    {
        "id": "alarm",
        "on": ["vitals-taken"],
        "when": "has(event.temp) && event.temp > 40.0",
        "task": task("alarm", roles=["RN"], critical=True, done_by=["critical-vitals-acknowledged"]),
    },
    {"id": "slow", "on": ["roomed"], "wait": {"after": "PT30M", "unless": ["provider-entered"]}, "task": task("look")},
    {
        "id": "see",
        "on": ["ready-for-provider"],
        "task": task("see", survives="visit-end", done_by=["provider-entered"]),
    },
]
STORY = Story(RULES)

facts = st.one_of(
    st.just(("patient-arrived", {})),
    st.just(("checked-in", {"patient_age": 40, "patient_age_unit": "a"})),
    st.sampled_from(["n-1", "n-2"]).map(lambda room: ("roomed", {"room_id": room})),
    st.sampled_from([None, 370, 395, 405]).map(lambda temp: ("vitals-taken", {"temp": temp, "actor_id": "ana"})),
    st.just(("ready-for-provider", {})),
    st.just(("provider-entered", {"actor_id": "pat"})),
    st.just(("critical-vitals-acknowledged", {"actor_id": "rose", "actor_role": "RN"})),
    st.just(("checked-out", {})),
)
requests = st.tuples(
    st.sampled_from(["claim", "start", "release", "decline", "completion", "fail"]),
    st.integers(0, 9),
    st.sampled_from(["ana", "ben"]),
)
days = st.lists(st.one_of(facts, facts, requests), min_size=1, max_size=14)


def fresh() -> Story:
    return Story(agent=STORY.agent, bundle=STORY.bundle)


def played(day: list[Any]) -> Story:
    """The day as it went; requests that were refused are left out, as a refusal outlives its reason."""
    story, kept = fresh(), []
    for at, entry in enumerate(day):
        event = _event_of(story, entry, at)
        if event is None:
            continue
        refused = story.when(event).rejection
        if refused is None or not event.TYPE.startswith("task-"):
            kept.append(event)
    return fresh().given(*kept)


def _event_of(story: Story, entry: Any, at: int) -> Event | None:
    if len(entry) == 2:
        return an_event(entry[0], str(at), at=at, **entry[1])
    known = list(story.tasks.values())
    if not known:
        return None
    return asks(entry[0], known[entry[1] % len(known)], entry[2], key=str(at), at=at)


def standing(story: Story) -> Any:
    """What stands at the end: state, phase, timers, and all tasks but errors and those kept although void."""
    case = story.case or AgentCase(data=story.agent.state())
    tasks = {
        task.task_id: (task.status, task.owner, task.level, task.due_at, task.doers, task.declined_by, task.roles)
        for task in story.tasks.values()
        if task.status != "entered-in-error" and not task.cause_voided
    }
    return case.data, case.phase, case.patient, sorted(timer.timer_id for timer in case.timers), tasks


def voiding(event: Event, key: str = "") -> Event:
    return an_event("event-voided", f"of {event.event_id}{key}", at=20, corrects=event.event_id)


def events_of(story: Story) -> list[Event]:
    return [placed.event for placed in story.history]


@settings(deadline=None, max_examples=150)
@given(days, st.data())
def test_a_voided_event_leaves_what_would_stand_without_it(day, data):
    story = played(day)
    events = events_of(story)
    if not events:
        return
    gone = data.draw(st.sampled_from(events))
    truth = fresh().given(*(event for event in events if event is not gone))
    story.given(voiding(gone))
    assert standing(story) == standing(truth)


@settings(deadline=None, max_examples=100)
@given(days, st.data())
def test_a_void_that_comes_before_its_event_leaves_the_same(day, data):
    story = played(day)
    events = events_of(story)
    if not events:
        return
    gone = data.draw(st.sampled_from(events))
    place = data.draw(st.integers(0, events.index(gone)))
    early = fresh().given(*events[:place], voiding(gone), *events[place:])
    assert standing(early) == standing(story.given(voiding(gone)))


@settings(deadline=None, max_examples=100)
@given(days, st.data(), st.sampled_from([None, 370, 395, 405]))
def test_a_replacement_leaves_what_would_stand_had_it_come_in_its_place(day, data, temp):
    story = played(day)
    events = events_of(story)
    readings = [event for event in events if event.TYPE == "vitals-taken"]
    if not readings:
        return
    old = data.draw(st.sampled_from(readings))
    new = msgspec.structs.replace(old, temp=temp)
    truth = fresh().given(*(new if event is old else event for event in events))
    correction = msgspec.structs.replace(new, event_id=an_event("vitals-taken", "new").event_id, corrects=old.event_id)
    assert standing(story.given(correction)) == standing(truth)


@settings(deadline=None, max_examples=100)
@given(days, st.data())
def test_a_void_and_its_void_leave_the_case_as_it_was(day, data):
    story = played(day)
    events = events_of(story)
    if not events:
        return
    before = standing(story)
    gone = data.draw(st.sampled_from(events))
    story.given(voiding(gone), voiding(voiding(gone)))
    assert standing(story) == before


@settings(deadline=None, max_examples=60)
@given(days, st.data())
def test_storing_and_loading_between_any_two_events_changes_nothing(day, data):
    story = played(day)
    events = events_of(story)
    if events:
        story.given(voiding(data.draw(st.sampled_from(events))))
    case = None
    for index, (placed, expected) in enumerate(zip(story.history, story.outcomes, strict=True)):
        stored = unpack(pack({"nurse": case}))["nurse"] if case is not None else None
        previous = b"" if case is None else case.hash
        try:
            outcome = step(story.agent, stored, placed, story.bundle)
        except HistoryNeeded:
            outcome = step(story.agent, stored, placed, story.bundle, tuple(story.history[:index]))
        assert pack({"nurse": outcome.case}) == pack({"nurse": expected.case})
        assert (outcome.tasks, outcome.derived, outcome.timers_set) == (
            expected.tasks,
            expected.derived,
            expected.timers_set,
        )
        assert next_hash(previous, placed, outcome) == outcome.case.hash
        case = outcome.case
