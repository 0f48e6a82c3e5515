"""Codes, claims, money and books: what cannot be, what comes late or twice, and what is taken back."""

from typing import Any

import pytest

from clinicflow.agents import all_agents
from clinicflow.agents.revenue.money import parsed, share, text_of
from clinicflow.core.outcome import Rejection
from clinicflow.data import data_dir
from clinicflow.events import DayClosed
from clinicflow.protocols.scenario import read_defaults
from clinicflow.protocols.stage import Stage
from tests.agents.harness import demo_bundle, happened


def stage(clinic: str = "north") -> Stage:
    return Stage(all_agents(), demo_bundle(), clinic, read_defaults(data_dir("scenarios")))


def refused(clinic: Stage, kind: str, minute: float, **more: Any) -> str | None:
    return clinic.refusals(clinic.happens(kind, minute, **more)).get("revenue")


@pytest.mark.parametrize(
    ("text", "again"),
    [("20", "20.00"), ("-0.5", "-0.50"), ("1.2345", "1.2345"), ("0.10", "0.10"), ("12.3400", "12.34")],
)
def test_money_is_exact_there_and_back(text: str, again: str) -> None:
    amount = parsed(text)
    assert isinstance(amount, int)
    assert text_of(amount) == again


@pytest.mark.parametrize("text", ["", "ten", "1.23456", "NaN", "Infinity", "1E30", "1E999999"])
def test_what_is_no_money_is_refused(text: str) -> None:
    assert isinstance(parsed(text), Rejection)


def test_a_share_is_rounded_half_up() -> None:
    assert [share(10_000, 3), share(20_000, 3), share(1_000, 8)] == ["0.33", "0.67", "0.01"]


def test_a_visit_is_to_be_coded_once_and_again_when_its_codes_were_an_error() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("encounter-note-signed", 20, by="prv-jonas")
    clinic.happens("visit-ended", 30)
    clinic.happens("visit-ended", 31)
    event = clinic.happens("encounter-coded", 60, by="bil-bea")
    clinic.happens("event-voided", 70, case="visit", corrects=event.event_id)
    assert [task.status for task in clinic.tasks("code-encounter")] == ["requested"]
    assert clinic.newest("create-claim").status == "entered-in-error"


def test_codes_that_come_before_the_visit_is_over_leave_nothing_to_code() -> None:
    clinic = stage()
    clinic.happens("checked-in", 0)
    clinic.happens("encounter-coded", 10, by="prv-jonas")
    assert refused(clinic, "encounter-coded", 11, by="bil-bea") == "already-coded"
    clinic.happens("encounter-note-signed", 20, by="prv-jonas")
    clinic.happens("visit-ended", 30)
    assert clinic.tasks("code-encounter") == []


def test_no_claim_is_prepared_where_visits_are_not_billed() -> None:
    clinic = stage("south")
    clinic.happens("checked-in", 0)
    clinic.happens("encounter-coded", 10)
    assert clinic.tasks("create-claim") == []


def test_a_claim_goes_its_way_in_order() -> None:
    clinic = stage()
    assert refused(clinic, "claim-appealed", 0, by="bil-bea") == "not-denied"
    clinic.happens("claim-created", 1)
    assert refused(clinic, "claim-created", 2) == "already-created"
    clinic.happens("claim-paid", 10)
    assert refused(clinic, "claim-rejected", 11) == "already-paid"
    assert refused(clinic, "claim-denied", 12) == "already-paid"
    assert refused(clinic, "claim-submitted", 13) == "already-submitted"
    assert not clinic.newest("submit-claim").open


def test_a_form_that_is_signed_is_not_prepared_again() -> None:
    clinic = stage()
    clinic.happens("insurance-form-requested", 0)
    assert refused(clinic, "insurance-form-requested", 1) == "already-requested"
    clinic.happens("insurance-form-completed", 5, by="prv-jonas")
    assert refused(clinic, "insurance-form-prepared", 6, by="ma-ana") == "already-completed"
    assert not clinic.newest("prepare-form").open


def test_money_of_another_currency_or_of_no_amount_is_not_added() -> None:
    clinic = stage()
    clinic.happens("statement-sent", 0)
    assert refused(clinic, "payment-received", 1, fields={"currency": "EUR"}) == "other-currency"
    assert refused(clinic, "payment-received", 2, fields={"amount": "0"}) == "no-amount"
    assert refused(clinic, "statement-sent", 3, fields={"currency": "EUR"}) == "other-currency"
    assert refused(clinic, "copay-collected", 4, fields={"amount": "ten"}) == "no-amount"
    assert clinic.happened("takings-recorded") == []


def test_a_new_statement_starts_the_term_anew() -> None:
    clinic = stage()
    clinic.happens("statement-sent", 0)
    clinic.happens("statement-sent", 20_000)
    clinic.pass_time(clinic.result.events[0].logged_at + 50_000 * 60_000_000)
    assert clinic.tasks("chase-payment-30d") == []
    clinic.pass_time(clinic.result.events[0].logged_at + 63_300 * 60_000_000)
    assert len(clinic.tasks("chase-payment-30d")) == 1


def test_a_payment_that_was_too_much_by_error_is_not_paid_back() -> None:
    clinic = stage()
    clinic.happens("statement-sent", 0)
    event = clinic.happens("payment-received", 5, fields={"amount": "500.00"})
    clinic.happens("event-voided", 9, case="claim", corrects=event.event_id)
    assert clinic.newest("pay-refund").status == "entered-in-error"


def test_nobody_counts_before_the_day_is_open_or_after_it_is_closed() -> None:
    clinic = stage()
    assert refused(clinic, "cash-counted", 0, by="fd-lena") == "no-open-day"
    clinic.happens("clinic-day-opened", 1)
    assert refused(clinic, "clinic-day-opened", 2) == "day-not-new"
    assert refused(clinic, "cash-counted", 3, by="fd-lena", fields={"currency": "EUR"}) == "other-currency"
    for person in ("fd-lena", "bil-bea"):
        clinic.happens("cash-counted", 5, by=person, fields={"amount": "0"})
    assert len(clinic.happened("day-closed")) == 1
    assert refused(clinic, "cash-counted", 9, by="mgr-selma") == "no-open-day"
    clinic.pass_time(clinic.result.events[-1].logged_at + 9 * 3_600_000_000)
    assert clinic.tasks("close-day") == []


def test_cash_that_was_told_by_error_is_not_expected_in_the_till() -> None:
    clinic = stage()
    clinic.happens("clinic-day-opened", 0)
    event = clinic.happens("payment-received", 5, fields={"method": "cash"})
    clinic.happens("event-voided", 9, case="claim", corrects=event.event_id)
    for person in ("fd-lena", "bil-bea"):
        clinic.happens("cash-counted", 20, by=person, fields={"amount": "0.00"})
    assert happened(clinic, DayClosed)[0].expected == "0.00"
    assert clinic.tasks("review-cash-difference") == []


def test_money_that_comes_before_any_day_or_in_another_currency_is_in_no_till() -> None:
    clinic = stage()
    clinic.happens("payment-received", 0, fields={"method": "cash"})
    clinic.happens("clinic-day-opened", 5)
    clinic.happens("payment-received", 9, case="claim-2", fields={"method": "cash", "currency": "EUR"})
    for person in ("fd-lena", "bil-bea"):
        clinic.happens("cash-counted", 20, by=person, fields={"amount": "0.00"})
    assert happened(clinic, DayClosed)[0].expected == "0.00"


def test_a_period_is_closed_once_its_days_are() -> None:
    clinic = stage()
    clinic.happens("clinic-day-opened", 0)
    assert refused(clinic, "period-closed", 1) == "day-open"
    for person in ("fd-lena", "bil-bea"):
        clinic.happens("cash-counted", 5, by=person)
    nothing = {"costs": [{"visit_type": "vaccine", "visits": 0, "cost": "1"}]}
    assert refused(clinic, "period-closed", 9, fields=nothing) == "no-visits"
    assert refused(clinic, "period-closed", 10, fields={"budget": "0"}) == "no-amount"
    assert refused(clinic, "period-closed", 11, fields={"currency": "EUR"}) == "other-currency"
    assert refused(clinic, "period-closed", 12) is None
    assert refused(clinic, "period-closed", 13) == "already-closed"
