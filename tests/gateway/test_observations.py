"""What must not be lost or confused among the observations of a message."""

from __future__ import annotations

import pytest

from tests.gateway.support import Network, arrival, message, pid, pv1

pytestmark = pytest.mark.asyncio

TEMPERATURE = "NM|8310-5^Temp^LN||37.1|Cel|||||F"
POTASSIUM = "NM|2823-3^Potassium^LN||6.9|mmol/L|3.5-5.1|{flag}|||F"


def report(*obx: str, number: str = "P-1", test: str = "24336-0^Gas panel^LN", status: str = "F") -> str:
    obr = f"OBR|1|{number}^HIS||{test}|||20260921070700|||||||||||||||20260921070900|||{status}"
    return "\r".join((obr, *(f"OBX|{place}|{text}" for place, text in enumerate(obx, 1))))


async def received(network: Network, *groups: str, control: str = "R-1") -> str | None:
    return (await network.receive(message("ORU^R01", pid(), pv1(), *groups, control=control))).outcome


async def test_results_beside_a_vital_sign_are_results(network: Network) -> None:
    await network.receive(arrival())
    assert await received(network, report(TEMPERATURE, POTASSIUM.format(flag="HH"))) == "events"
    result, critical = await network.only("result-received"), await network.only("critical-result-received")
    assert (await network.only("vitals-taken")).temp == 371
    assert [observed.code for observed in result.observations] == ["2823-3"]
    assert (critical.code, critical.value, critical.case_id) == ("2823-3", "6.9", result.case_id)


@pytest.mark.parametrize(
    "beside",
    ["NM|39156-5^BMI^LN||23.1|kg/m2||H|||F", "ST|CUFF^Cuff^L||large||||||F", "ST|8357-6^Method^LN||automatic||||||F"],
)
async def test_what_describes_vital_signs_is_no_result(network: Network, beside: str) -> None:
    await network.receive(arrival())
    await received(network, report(TEMPERATURE, beside))
    assert await network.types() == ["checked-in", "vitals-taken"]


async def test_a_critical_value_beside_vital_signs_is_told_whatever_its_code(network: Network) -> None:
    await network.receive(arrival())
    await received(network, report(TEMPERATURE, "NM|LACT^Lactate^L||9.8|mmol/L||HH|||F"))
    assert (await network.only("critical-result-received")).code == "LACT"


async def test_of_several_flags_the_critical_one_counts(network: Network) -> None:
    await received(network, report(POTASSIUM.format(flag="H~HH")))
    assert (await network.only("critical-result-received")).flag == "HH"


async def test_a_correction_names_the_version_before_of_its_own_result(network: Network) -> None:
    """Two tests of one order share its number."""
    potassium, sodium = POTASSIUM.format(flag="N"), "NM|2951-2^Sodium^LN||139|mmol/L|||||F"
    corrected = potassium.removesuffix("F") + "C"
    kalium, natrium = "2823-3^Potassium^LN", "2951-2^Sodium^LN"
    await received(network, report(potassium, test=kalium), report(sodium, test=natrium))
    await received(network, report(corrected, test=kalium, status="C"), control="R-2")
    await received(network, report(corrected, test=kalium, status="C"), control="R-3")

    versions = [event for event in await network.events() if event.TYPE.startswith("result-")]
    of_potassium = [event for event in versions if event.observations[0].code == "2823-3"]  # type: ignore[attr-defined]
    first, second, third = sorted(of_potassium, key=lambda event: str(event.source_message_id))
    assert len({event.case_id for event in versions}) == 1
    assert second.replaces == first.event_id  # type: ignore[attr-defined]
    assert third.replaces == second.event_id  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", ["W", "D"])
async def test_vital_signs_that_a_sender_takes_back_are_refused_not_passed_over(network: Network, status: str) -> None:
    """Somebody must look: the wrong values stand until they are voided."""
    await network.receive(arrival())
    receipt = await network.receive(
        message("ORU^R01", pid(), pv1(), report(TEMPERATURE.removesuffix("F") + status), control="R-1")
    )
    assert (receipt.outcome, receipt.codes) == ("dead-letter", ["AR"])
    assert "result status" in receipt.reason
