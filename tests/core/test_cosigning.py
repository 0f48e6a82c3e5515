"""What a trainee does waits for a preceptor's signature, as a fact or as a request, and counts when it has come."""

from typing import Any

import pytest

from clinicflow.core.event import Event
from tests.core.bundle.small import task
from tests.core.kit import Story, an_event, asks, kinds

TRAINEE: dict[str, Any] = {"actor_id": "ana", "actor_role": "MA", "actor_credentials": ["ma-basic", "trainee"]}
BY_FACT = {"id": "take", "on": ["roomed"], "task": task("take-vitals", roles=["MA"], done_by=["vitals-taken"])}
BY_WORD = {"id": "take", "on": ["roomed"], "task": task("take-vitals", roles=["MA"])}


def roomed(rule: dict[str, Any] = BY_FACT) -> Story:
    return Story([rule]).given(an_event("checked-in"), an_event("roomed"))


def fact(key: str = "", at: int = 3, **actor: Any) -> Event:
    return an_event("vitals-taken", key, at=at, temp=370, **actor)


def signature(story: Story, by: str = "rose", at: int = 9, **over: Any) -> Event:
    fields = {"task_id": story.the_task().task_id, "agent": "nurse", "act_event": story.derived[-1].event_id}
    return an_event("task-cosigned", by, at=at, **{**fields, "signed_by": by, **over})


def test_a_fact_of_a_trainee_waits_and_is_an_act_of_the_trainees_own_case() -> None:
    story = roomed()
    outcome = story.when(fact(**TRAINEE))
    found = story.the_task()
    assert (kinds(outcome), found.status, found.reason, found.owner) == (
        ["co-signed"],
        "on-hold",
        "awaiting-signature",
        "ana",
    )
    [act] = outcome.derived
    assert (act.TYPE, act.staff_id, act.task_id, act.task_agent) == (
        "supervised-act-performed",
        "ana",
        found.task_id,
        "nurse",
    )
    assert act.task_case_id == story.history[-1].event.case_id
    assert act.case_id != act.task_case_id
    assert act.patient_id is None


def test_the_signature_completes_it_by_the_fact_that_showed_it_and_by_both() -> None:
    story = roomed().given(fact(**TRAINEE))
    shown = story.history[-1].event.event_id
    outcome = story.when(signature(story))
    found = story.the_task()
    assert (kinds(outcome), found.status, found.closing) == (["completed"], "completed", shown)
    assert found.doers == ("ana", "rose")
    assert outcome.tasks[0].told == "ana"


def test_a_request_of_a_trainee_waits_too() -> None:
    story = roomed(BY_WORD)
    story.given(asks("start", story.the_task(), actor_credentials=["ma-basic", "trainee"]))
    outcome = story.when(asks("completion", story.the_task(), at=4, actor_credentials=["ma-basic", "trainee"]))
    assert (kinds(outcome), story.the_task().status) == (["co-signed"], "on-hold")
    assert [event.TYPE for event in outcome.derived] == ["supervised-act-performed"]
    story.when(signature(story))
    assert story.the_task().status == "completed"


def test_nobody_signs_for_themselves_and_nothing_is_signed_that_does_not_wait() -> None:
    story = roomed().given(fact(**TRAINEE))
    assert story.when(signature(story, by="ana")).tasks == ()
    story.given(fact("nurse", at=5, actor_id="rose", actor_role="RN"))
    assert story.the_task().status == "completed", "a second person has done it"
    assert story.when(signature(story, by="lee")).tasks == ()


def test_the_same_told_twice_is_one_act() -> None:
    story = roomed().given(fact(**TRAINEE))
    outcome = story.when(fact("again", at=4, **TRAINEE))
    assert (outcome.tasks, outcome.derived) == ((), ())


@pytest.mark.parametrize("actor", [{}, {"actor_id": "ben", "actor_role": "MA", "actor_credentials": ["ma-basic"]}])
def test_who_is_no_trainee_completes_at_once(actor: dict[str, Any]) -> None:
    story = roomed()
    assert kinds(story.when(fact(**actor))) == ["completed"]


def test_a_fact_that_is_voided_waits_for_nobody() -> None:
    story = roomed().given(fact(**TRAINEE))
    shown = story.history[-1].event.event_id
    story.when(an_event("event-voided", at=6, corrects=shown))
    assert (story.the_task().status, story.the_task().owner) == ("requested", None)


TWO_BY_WORD = {"id": "take", "on": ["roomed"], "task": task("take-vitals", roles=["MA"], two_person=True)}
TWO_BY_FACT = {"id": "take", "on": ["roomed"], "task": {**BY_FACT["task"], "two_person": True}}


def word(story: Story, person: str, at: int, *tags: str) -> Event:
    return asks("completion", story.the_task(), person, at=at, key=str(at), actor_credentials=["ma-basic", *tags])


def test_who_signs_for_a_trainee_is_not_the_second_of_two_persons() -> None:
    story = roomed(TWO_BY_WORD)
    story.given(word(story, "ana", 3, "trainee"))
    assert (story.the_task().status, story.the_task().reason) == ("on-hold", "awaiting-signature")
    outcome = story.when(signature(story))
    found = story.the_task()
    assert (kinds(outcome), found.status, found.owner, found.reason) == (["co-signed"], "requested", None, None)
    assert (found.doers, outcome.tasks[0].told) == (("ana", "rose"), "ana")


@pytest.mark.parametrize("person", ["ana", "rose"])
def test_neither_trainee_nor_signer_confirms_it_again(person: str) -> None:
    story = roomed(TWO_BY_WORD)
    story.given(word(story, "ana", 3, "trainee"))
    story.given(signature(story))
    refused = story.when(word(story, person, 11))
    assert refused.rejection is not None
    assert (refused.rejection.code, story.the_task().status) == ("same-person", "requested")


def test_a_third_person_is_the_second_one_then() -> None:
    story = roomed(TWO_BY_WORD)
    story.given(word(story, "ana", 3, "trainee"))
    story.given(signature(story))
    assert kinds(story.when(word(story, "ben", 11))) == ["completed"]
    assert story.the_task().doers == ("ana", "rose", "ben")
    assert story.the_task().two_person


@pytest.mark.parametrize("rule", [TWO_BY_WORD, TWO_BY_FACT])
def test_of_two_persons_a_trainee_counts_when_signed_for_by_somebody_else_than_the_other(rule: dict[str, Any]) -> None:
    for signer, status in (("rose", "completed"), ("ben", "requested")):
        for first, second in (("ben", "ana"), ("ana", "ben")):
            story = roomed(rule)
            for at, person in ((3, first), (4, second)):
                tags = ("trainee",) if person == "ana" else ()
                told = {"actor_id": person, "actor_role": "MA", "actor_credentials": ["ma-basic", *tags]}
                by_word = rule is TWO_BY_WORD
                story.given(word(story, person, at, *tags) if by_word else fact(str(at), at, **told))
            assert (story.the_task().status, story.the_task().reason) == ("on-hold", "awaiting-signature")
            story.given(signature(story, by=signer))
            assert (story.the_task().status, sorted({*story.the_task().doers})) == (
                status,
                sorted({"ana", "ben", signer}),
            )
            assert story.the_task().two_person
