"""Stock and fridges: what cannot be, what comes twice, doses that find their item, and how long uses are kept."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.agents.supplies import levels
from clinicflow.agents.supplies.state import KEPT_USES
from clinicflow.core.ids import named
from clinicflow.data import data_dir
from clinicflow.events import StockLow
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle, happened


def stage() -> Stage:
    return Stage(all_agents(), demo_bundle(), "north", read_defaults(data_dir("scenarios")))


@pytest.mark.parametrize(
    ("kind", "fields", "code"),
    [
        ("supply-used", {"quantity": 0}, "no-quantity"),
        ("stock-received", {"quantity": -3}, "no-quantity"),
        ("stock-counted", {"quantity": -1}, "negative"),
        ("stock-cleared", {}, "not-held"),
        ("temperature-logged", {"lowest": 6.0, "highest": 5.0}, "no-range"),
    ],
)
def test_what_cannot_be_is_refused(kind: str, fields: dict[str, Any], code: str) -> None:
    clinic = stage()
    event = clinic.happens(kind, 0, by="rn-grace", fields=fields)
    assert clinic.refusals(event)["supplies"] == code


def test_an_item_without_a_level_is_counted_but_never_ordered_by_itself() -> None:
    clinic = stage()
    clinic.happens("stock-counted", 0, fields={"item_id": "bandage", "quantity": 0})
    assert clinic.happened("stock-low") == []


def test_a_delivery_that_leaves_the_stock_low_is_ordered_again() -> None:
    clinic = stage()
    clinic.happens("stock-counted", 0, fields={"quantity": 5})
    clinic.happens("stock-ordered", 10)
    clinic.happens("stock-received", 20, fields={"quantity": 10})
    clinic.happens("stock-counted", 30, fields={"quantity": 100})
    clinic.happens("stock-counted", 40, fields={"quantity": 40})
    assert [event.quantity for event in happened(clinic, StockLow)] == [5, 15, 40]


@pytest.mark.parametrize(("storage", "highest", "out"), [("fridge", 8.0, False), ("fridge", 8.1, True)])
def test_the_limit_of_a_fridge_is_exact(storage: str, highest: float, out: bool) -> None:
    clinic = stage()
    clinic.happens("temperature-logged", 0, fields={"storage": storage, "highest": highest})
    assert bool(clinic.happened("temperature-excursion")) == out


def test_a_fridge_that_was_good_again_can_be_out_of_range_anew() -> None:
    clinic = stage()
    for minute, highest in ((0, 9.0), (10, 5.0), (20, 9.0)):
        clinic.happens("temperature-logged", minute, fields={"highest": highest})
    assert len(clinic.happened("temperature-excursion")) == 2


def test_a_dose_is_found_by_the_recall_of_its_lot() -> None:
    clinic = stage()
    clinic.happens("vaccine-ordered", 0, by="prv-jonas")
    clinic.happens("vaccine-administered", 20, by="rn-grace", fields={"vaccine_code": "140", "lot": "v-1"})
    clinic.happens("lot-recalled", 500, fields={"item_id": "flu-vaccine", "lot": "v-1"})
    (found,) = clinic.happened("recall-list-prepared")
    assert found.cases == [named("story|order")]  # type: ignore[attr-defined]


def test_a_lot_that_its_maker_calls_good_is_used_again_but_never_one_that_is_called_back() -> None:
    clinic = stage()
    clinic.happens("stock-received", 0, fields={"item_id": "flu-vaccine", "lot": "v-1", "cold_chain": "broken"})
    clinic.happens("lot-recalled", 5, fields={"item_id": "flu-vaccine", "lot": "v-1"})
    clinic.happens("stock-cleared", 60, by="rn-grace")
    clinic.happens("supply-used", 70, fields={"item_id": "flu-vaccine", "lot": "v-1"})
    assert clinic.newest("follow-up-barred-use").open


def test_only_so_many_uses_are_kept_and_a_list_says_when_some_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert KEPT_USES >= 1_000
    monkeypatch.setattr(levels, "KEPT_USES", 3)
    clinic = stage()
    for number in range(4):
        fields = {"item_id": "gauze", "lot": "g-1", "used_in_case_id": named(f"visit|{number}")}
        clinic.happens("supply-used", number, fields=fields)
    clinic.happens("lot-recalled", 60)
    (found,) = clinic.happened("recall-list-prepared")
    assert (len(found.cases), found.complete) == (3, False)  # type: ignore[attr-defined]
