"""A dose that goes by weight, and the weight that was measured among the vital signs of its visit."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.core.bundle import Bundle, compile_bundle
from clinicflow.data import data_dir
from clinicflow.events import MedicationHeld, WeightMeasured
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import MINUTE, START, demo_bundle, happened
from tests.support.bundles import shipped

DEFAULTS = read_defaults(data_dir("scenarios"))
DAY = 24 * 60


class Visit:
    """A visit with one order of a medicine, told minute by minute."""

    def __init__(self, bundle: Bundle | None = None, **patient: Any) -> None:
        self.stage = Stage(all_agents(), bundle or demo_bundle(), "north", DEFAULTS)
        self.visit = self.happens("checked-in", 0, None, **patient).case_id
        self.patient = patient

    def happens(self, kind: str, minute: float, by: str | None, told: float | None = None, **fields: Any) -> Any:
        return self.stage.happens(kind, minute, told=told, by=by, fields=fields)

    def ordered(self, minute: float, weight: float | None, **fields: Any) -> None:
        about = {"visit_case_id": self.visit, "weight_based": True, "weight_used": weight, **self.patient, **fields}
        self.happens("medication-ordered", minute, "prv-jonas", **{k: v for k, v in about.items() if v is not None})

    def weighed(self, minute: float, weight: float, told: float | None = None) -> Any:
        return self.happens("vitals-taken", minute, "ma-ana", told, weight=weight)

    def prepared(self, minute: float, **fields: Any) -> None:
        self.happens("medication-prepared", minute, "rn-grace", **fields)

    def told(self) -> list[tuple[int, float]]:
        """Weights that reached the order, with the minute of their measurement."""
        return [(one.weight, (one.measured_at - START) / MINUTE) for one in happened(self.stage, WeightMeasured)]

    def held(self) -> list[str]:
        """Why the order was held, each time."""
        return [event.reason for event in happened(self.stage, MedicationHeld)]


def test_the_weight_reaches_the_order_with_time_and_unit_whichever_came_first() -> None:
    before, after = Visit(), Visit()
    before.weighed(5, 71.25)
    before.ordered(6, 70)
    after.ordered(6, 70)
    after.weighed(9, 71.25)
    assert (before.told(), after.told()) == ([(71250, 5)], [(71250, 9)])
    assert WeightMeasured.UNITS["weight"] == ("kg", 3)
    assert before.held() == after.held() == []


def test_each_new_weight_is_told_and_the_newest_counts_whenever_it_was_entered() -> None:
    visit = Visit()
    visit.ordered(2, 70)
    visit.weighed(9, 70)
    visit.weighed(4, 50, told=12)
    visit.weighed(15, 71)
    assert visit.told() == [(70000, 9), (71000, 15)]
    assert visit.held() == []


def test_a_weight_that_cannot_be_true_reaches_no_order() -> None:
    visit = Visit()
    visit.ordered(2, 70)
    visit.weighed(5, 700)
    assert visit.told() == []


def test_an_order_that_does_not_go_by_weight_or_is_done_is_told_nothing() -> None:
    plain, cancelled = Visit(), Visit()
    plain.ordered(2, None, weight_based=False)
    plain.weighed(5, 70)
    cancelled.ordered(2, 70)
    cancelled.happens("order-cancelled", 3, "prv-jonas")
    cancelled.weighed(5, 40)
    assert (plain.told(), cancelled.told(), cancelled.held()) == ([], [], [])


@pytest.mark.parametrize(
    ("weight", "held"), [(90.001, []), (90, ["weight_changed"]), (110, ["weight_changed"]), (109.999, [])]
)
def test_from_a_tenth_on_the_order_waits_exactly(weight: float, held: list[str]) -> None:
    visit = Visit()
    visit.ordered(2, 100)
    visit.weighed(5, weight)
    assert visit.held() == held


@pytest.mark.parametrize(
    ("age", "unit", "days"), [(27, "d", 1), (23, "mo", 7), (191, "mo", 30), (40, "a", 90), (None, None, 1)]
)
def test_a_weight_holds_for_as_many_days_as_the_age_allows(age: int | None, unit: str | None, days: int) -> None:
    patient = {"patient_age": age, "patient_age_unit": unit} if age else {"patient_age": None, "patient_age_unit": None}
    good, old = Visit(**patient), Visit(**patient)
    for visit, minute in ((good, days * DAY), (old, days * DAY + 1)):
        visit.weighed(0, 20)
        visit.ordered(1, 20)
        visit.prepared(minute)
    assert (good.held(), old.held()) == ([], ["weight_old"])


def test_a_weight_told_while_preparing_is_of_today_though_the_one_that_was_measured_is_old() -> None:
    visit = Visit()
    visit.weighed(0, 60)
    visit.ordered(1, 60)
    visit.prepared(91 * DAY, weight_measured=61)
    assert visit.held() == []


def test_what_was_drawn_up_does_not_count_when_another_weight_comes_and_what_was_given_is_not_held() -> None:
    waits, given = Visit(), Visit()
    for visit in (waits, given):
        visit.ordered(1, 60)
        visit.weighed(2, 60)
        visit.prepared(5)
    given.happens("medication-verified", 6, "prv-mara")
    given.happens("medication-administered", 7, "rn-grace")
    for visit in (waits, given):
        visit.weighed(9, 40)
    assert (waits.held(), given.held()) == (["weight_changed"], [])
    verified = waits.happens("medication-verified", 10, "prv-mara")
    assert waits.stage.refusals(verified) == {"medications": "on-hold"}


def test_a_weight_that_was_another_patients_is_taken_back_and_the_order_goes_on() -> None:
    visit = Visit()
    visit.ordered(1, 60)
    wrong = visit.weighed(3, 40)
    assert visit.held() == ["weight_changed"]
    visit.stage.happens("event-voided", 5, case="visit", corrects=wrong.event_id, fields={"reason": "wrong_patient"})
    visit.weighed(6, 60)
    visit.prepared(8)
    assert visit.held() == ["weight_changed"]
    assert visit.stage.newest("double-check-dose").status == "requested"


def test_an_order_that_becomes_one_by_weight_asks_for_the_weight_then() -> None:
    visit = Visit()
    visit.weighed(1, 60)
    visit.ordered(2, None, weight_based=False, allergies_seen=False)
    visit.ordered(4, 40)
    assert visit.told() == [(60000, 1)]
    assert visit.held() == ["allergies_not_seen", "weight_changed"]


def test_a_weight_that_was_sent_in_pounds_is_told_in_kg_with_what_was_sent() -> None:
    visit = Visit()
    visit.ordered(1, 70)
    visit.happens(
        "vitals-taken", 3, "ma-ana", weight=69.853, originals=[{"field": "weight", "value": "154", "unit": "[lb_av]"}]
    )
    [told] = happened(visit.stage, WeightMeasured)
    assert [(one.field, one.value, one.unit) for one in told.originals] == [("weight", "154", "[lb_av]")]


def test_under_a_bundle_that_is_older_than_the_table_its_own_rule_holds() -> None:
    document = shipped()
    del document["tables"]["dose-weight"]
    [rule] = [
        rule for protocol in document["protocols"] for rule in protocol["rules"] if rule["id"] == "hold-for-weight"
    ]
    rule |= {"on": ["medication-prepared"], "when": "case.prepared && case.weight_change >= 10"}
    rule["raise"] = {"event": "medication-held", "fields": {"reason": "'weight_changed'"}}
    visit = Visit(compile_bundle(document, 1, all_agents()))
    visit.ordered(1, 80)
    visit.weighed(3, 60)
    assert visit.held() == []
    visit.prepared(5)
    assert visit.held() == ["weight_changed"]
