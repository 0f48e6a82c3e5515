"""Values that are no plain number: signed numbers and findings, as laboratories send them."""

from __future__ import annotations

from typing import Any

import pytest

from clinicflow.events import Observation
from tests.gateway.support import Network, message, pid, pv1
from tests.gateway.test_observations import report

pytestmark = pytest.mark.asyncio


async def observed(network: Network, obx: str) -> Observation:
    await network.receive(message("ORU^R01", pid(), pv1(), report(obx), control="R-1"))
    event: Any = await network.only("result-received")
    (observation,) = event.observations
    return observation


@pytest.mark.parametrize(
    ("kind", "value", "side", "bound"),
    [
        ("SN", "<^2.0", "below", "2.0"),
        ("SN", "<=^2.0", "at_or_below", "2.0"),
        ("SN", ">^500", "above", "500"),
        ("SN", ">=^500", "at_or_above", "500"),
        ("ST", "<2.0", "below", "2.0"),
        ("ST", "> 500", "above", "500"),
        ("NM", ">=500", "at_or_above", "500"),
        ("TX", "<-1.5", "below", "-1.5"),
    ],
)
async def test_a_signed_number_keeps_its_side_and_its_unit(
    network: Network, kind: str, value: str, side: str, bound: str
) -> None:
    """It is no exact number: a reader that knows no sides must not take the bound for the value."""
    found = await observed(network, f"{kind}|2823-3^Potassium^LN||{value}|mmol/L|||||F")
    assert (found.value, found.comparator, found.bound, found.unit) == (None, side, bound, "mmol/L")
    assert found.value_text is not None


async def test_a_signed_number_in_an_unknown_unit_is_kept_as_words(network: Network) -> None:
    found = await observed(network, "ST|2823-3^Potassium^LN||<2.0|furlong|||||F")
    assert (found.comparator, found.bound, found.unit) == (None, None, None)
    assert found.value_text is not None


@pytest.mark.parametrize(
    ("kind", "value"),
    [("SN", "^1^:^128"), ("SN", "^2^-^5"), ("ST", "<2 or so"), ("ST", "about 5"), ("ST", "<>5"), ("ST", "1:128")],
)
async def test_ratios_ranges_and_words_are_no_signed_numbers(network: Network, kind: str, value: str) -> None:
    found = await observed(network, f"{kind}|2823-3^Potassium^LN||{value}|mmol/L|||||F")
    assert (found.value, found.comparator, found.bound, found.finding) == (None, None, None, None)


@pytest.mark.parametrize("value", ["^140", "=^140"])
async def test_a_structured_number_without_a_side_is_a_number(network: Network, value: str) -> None:
    found = await observed(network, f"SN|2951-2^Sodium^LN||{value}|mmol/L|||||F")
    assert (found.value, found.comparator) == ("140", None)


@pytest.mark.parametrize(
    ("kind", "value", "finding"),
    [
        ("ST", "POSITIVE", "positive"),
        ("ST", "Detected", "positive"),
        ("CWE", "10828004^Positive^SCT", "positive"),
        ("CE", "POS^Positive^HL70078", "positive"),
        ("CWE", "P9^wachstum^L^10828004^Positive^SCT", "positive"),
        ("ST", "Not detected.", "negative"),
        ("ST", "No growth after 5 days", "negative"),
        ("TX", "No growth to date", "negative"),
        ("CWE", "264868006^No growth^SCT", "negative"),
        ("ST", "Indeterminate", "indeterminate"),
        ("CWE", "3092008^Staphylococcus aureus^SCT", None),
        ("ST", "No growth of pathogens, but see note", None),
        ("ST", "not positive", None),
        ("CWE", "10828004^Negative^SCT", None),
        ("ST", "Positive~Negative", None),
    ],
)
async def test_a_finding_is_known_by_its_code_or_its_whole_text(
    network: Network, kind: str, value: str, finding: str | None
) -> None:
    found = await observed(network, f"{kind}|600-7^Blood culture^LN||{value}||||||F")
    assert found.finding == finding
    assert found.value_text is not None


async def test_a_feed_may_say_what_its_own_words_mean() -> None:
    from clinicflow.gateway.hl7.er7 import parse
    from clinicflow.gateway.hl7.feeds import feeds_of
    from clinicflow.gateway.hl7.mapping.values import finding_of

    entry = {"feed": "lab", "zone": "UTC", "findings": {"kein Wachstum": "negative"}}
    feed = feeds_of({"org": "o", "feeds": [entry]})["lab"]
    obx = parse(message("ORU^R01", pid(), report("ST|600-7^Culture^LN||KEIN  wachstum||||||F"))).get("OBX")
    assert obx is not None
    assert finding_of(obx, feed) == "negative"
