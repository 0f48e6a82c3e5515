"""People at work: what their events cannot be, and rules of scope that tighten while work is under way."""

import copy

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.core.event import Event
from clinicflow.data import data_dir
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.support.bundles import shipped

DOCUMENT = shipped()
DEFAULTS = read_defaults(data_dir("scenarios"))
BUNDLE = compile_bundle(DOCUMENT, 1, all_agents())


def clinic() -> Stage:
    return Stage(all_agents(), BUNDLE, "north", DEFAULTS)


def tighter(activity: str) -> Bundle:
    """The next bundle: the state no longer lets assistants do this."""
    document = copy.deepcopy(DOCUMENT)
    rule = {"id": "ca-ma-no-more", "role": ["MA"], "activities": [activity], "decision": "prohibited"}
    dates = {"valid_from": "2020-01-01", "source": "a test", "checked_on": "2026-11-28", "confidence": "verified"}
    document["scope"]["US-CA"].append(rule | dates)
    return compile_bundle(document, 2, all_agents())


def come_into_force(stage: Stage, bundle: Bundle, minute: float, order: Event) -> None:
    """The bundle, and the decision that an open case goes over to it."""
    stage.now_under(bundle)
    stage.happens("bundle-migrated", minute, case_id=order.case_id, fields={"to_bundle": bundle.number})


def test_a_rule_that_tightens_after_the_start_refuses_the_completion_and_a_nurse_takes_over() -> None:
    stage = clinic()
    order = stage.happens("diagnostic-test-ordered", 0, fields={"test": "other"})
    stage.asks("start", stage.newest("perform-other-test"), "ma-ana", 1)
    come_into_force(stage, tighter("perform-test"), 19, order)
    completion = stage.asks("complete", stage.newest("perform-other-test"), "ma-ana", 20)
    assert stage.refusals(completion) == {"procedures": "prohibited"}
    assert "ca-ma-no-more" in stage.happened("task-request-refused")[-1].reason
    stopped = stage.newest("perform-other-test")
    assert (stopped.status, stopped.owner, stopped.roles) == ("on-hold", "ma-ana", ("MA", "RN", "PRV"))
    assert [event.code for event in stage.happened("task-stopped")] == ["prohibited"]
    stage.asks("release", stopped, "rn-grace", 21, {"reason": "other"})
    stage.asks("claim", stage.newest("perform-other-test"), "rn-grace", 22)
    assert stage.newest("perform-other-test").owner == "rn-grace"


def test_what_an_assistant_holds_but_has_not_started_is_refused_at_the_start() -> None:
    stage = clinic()
    order = stage.happens("diagnostic-test-ordered", 0, fields={"test": "other"})
    stage.asks("claim", stage.newest("perform-other-test"), "ma-ana", 1)
    come_into_force(stage, tighter("perform-test"), 2, order)
    assert stage.newest("perform-other-test").owner is None
    start = stage.asks("start", stage.newest("perform-other-test"), "ma-ana", 3)
    assert stage.refusals(start) == {"procedures": "prohibited"}


def test_a_break_that_has_not_begun_does_not_end_and_counts_no_hours_anew() -> None:
    stage = clinic()
    stage.happens("shift-started", 0)
    ended = stage.happens("break-ended", 200)
    assert stage.refusals(ended) == {"staffing": "no-break"}
    stage.happens("break-started", 210)
    assert stage.refusals(stage.happens("break-started", 211)) == {"staffing": "on-break"}


def test_a_shift_told_twice_asks_for_relief_once() -> None:
    stage = clinic()
    stage.happens("shift-started", 0)
    stage.happens("shift-started", 1)
    stage.pass_time(stage.now + 301 * 60_000_000)
    assert len(stage.tasks("break-overdue")) == 1


def test_a_signature_for_an_act_that_nobody_knows_or_that_was_signed_before_is_refused() -> None:
    stage = clinic()
    act = stage.happens("supervised-act-performed", 0)
    signed = {"act_event": act.event_id}
    assert stage.refusals(stage.happens("act-cosigned", 1, by="rn-grace", fields=signed)) == {}
    assert stage.refusals(stage.happens("act-cosigned", 2, by="rn-grace", fields=signed)) == {"staffing": "unknown-act"}


def test_an_act_that_was_entered_by_mistake_counts_no_more() -> None:
    stage = clinic()
    for minute in range(0, 6, 2):
        act = stage.happens("supervised-act-performed", minute)
        if minute == 0:
            first = act
            stage.happens("event-voided", 1, case="staff:ma-timo", corrects=first.event_id)
        else:
            stage.happens("act-cosigned", minute + 1, by="rn-grace", fields={"act_event": act.event_id})
    refused = stage.happens("act-cosigned", 9, by="rn-grace", fields={"act_event": first.event_id})
    assert stage.refusals(refused) == {"staffing": "unknown-act"}
    assert stage.tasks("sign-competency") == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("credential-granted", {"staff_id": "ma-ana"}),
        ("staff-role-changed", {"staff_id": "ma-ana"}),
    ],
)
def test_nobody_gives_themselves_a_credential_or_a_role(kind: str, fields: dict[str, str]) -> None:
    stage = clinic()
    stage.happens("credential-expiring", 0)
    assert stage.refusals(stage.happens(kind, 1, by="ma-ana", fields=fields)) == {"staffing": "same-person"}
    assert stage.newest("renew-credential").open
    assert stage.tasks("review-role-change") == []
    assert stage.refusals(stage.happens(kind, 2, by="mgr-selma", fields=fields)) == {}


def test_nobody_hands_over_to_themselves() -> None:
    stage = clinic()
    to_herself = stage.happens("shift-handover-offered", 1, by="ma-ana", fields={"to_staff": "ma-ana"})
    to_another = stage.happens("shift-handover-offered", 2, by="ma-ana", fields={"to_staff": "ma-dewi"})
    assert stage.refusals(to_herself) == {"staffing": "same-person"}
    assert stage.refusals(to_another) == {}
    assert [task.meant_for for task in stage.tasks("accept-handover")] == ["ma-dewi"]
