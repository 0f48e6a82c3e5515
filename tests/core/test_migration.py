"""A case that comes under another bundle: its tasks are checked again, by the new rules, as it does."""

import pytest

from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Placed
from clinicflow.core.step import bundle_for
from tests.core.bundle.small import document, task
from tests.core.kit import Story, an_event, asks, kinds, nurse_agent

TAKE = {
    "id": "take",
    "on": ["roomed"],
    "task": task(credential="ma-basic", escalation=[{"at": "100%", "to": ["RN"]}, {"at": "200%", "to": ["LEAD"]}]),
}
BASIC = {"id": "ana", "role": "MA", "credentials": [{"tag": "ma-basic"}], "clinics": ["north"], "shifts": []}
NO_MORE = [
    {
        "id": "no-more",
        "role": ["MA"],
        "activities": ["take-vitals"],
        "decision": "prohibited",
        "valid_from": "2020-01-01",
        "source": "test",
    }
]
MIGRATED = an_event("bundle-migrated", at=5, to_bundle=2)


def next_bundle(**changes) -> Bundle:
    parts = {"staff": [BASIC], **changes}
    return compile_bundle(document({"nurse": [TAKE]}, **parts), 2, {"nurse": nurse_agent()})


def held() -> Story:
    story = Story([TAKE], staff=[BASIC]).given(an_event("checked-in"), an_event("roomed"))
    return story.given(asks("claim", story.the_task(), "ana", actor_credentials=["ma-basic"]))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": NO_MORE}, "prohibited"),
        ({"scope": []}, "no-scope-rule"),
        ({"staff": [{**BASIC, "credentials": []}]}, "credential"),
        ({"staff": []}, "unknown-staff"),
    ],
)
def test_who_may_not_do_a_task_any_more_gives_it_back_to_a_wider_pool(changes, code):
    story = held()
    story.bundle = next_bundle(**changes)
    outcome = story.when(MIGRATED)
    assert kinds(outcome) == ["released", "escalated"]
    assert (outcome.tasks[0].told, outcome.tasks[0].task.reason) == ("ana", code)
    after = story.the_task()
    assert (after.status, after.owner, after.roles, after.level) == ("requested", None, ("MA", "RN"), 1)
    assert story.case.bundle == 2


def test_who_may_still_do_it_keeps_it_also_off_shift():
    story = held()
    story.bundle = next_bundle()
    assert kinds(story.when(MIGRATED)) == []
    assert (story.the_task().owner, story.case.bundle) == ("ana", 2)


def test_a_migration_is_the_first_event_under_the_new_bundle():
    story = held()
    placed = Placed(MIGRATED, 0, 99, MIGRATED.recorded_at, 1)
    assert bundle_for(story.agent, story.case, placed) == 2
    assert bundle_for(story.agent, None, placed) == 1
    assert bundle_for(story.agent, story.case, Placed(an_event("roomed", "later"), 0, 100, 0, 2)) == 1
