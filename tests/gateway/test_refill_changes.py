"""What a refill message asks to be changed: a change goes to a prescriber, so none may be overlooked."""

from __future__ import annotations

import pytest

from tests.gateway.support import Network, message, pid

pytestmark = pytest.mark.asyncio

RXO = {1: "314076^Lisinopril 10 MG^RXNORM", 2: "1", 4: "TAB", 11: "30", 12: "TAB", 18: "10", 19: "mg"}
RXE = {1: "", 2: "314076^Lisinopril 10 MG^RXNORM", 3: "1", 5: "TAB", 10: "30", 11: "TAB", 25: "10", 26: "mg"}


def segment(name: str, fields: dict[int, str]) -> str:
    return "|".join((name, *(fields.get(number, "") for number in range(1, max(fields) + 1))))


async def asked(network: Network, rxe: dict[int, str], orc: dict[int, str], before: str, after: str) -> dict[str, bool]:
    """What the request says of changes; ``before`` and ``after`` RXE stand how often it is to be taken."""
    orc = {1: "RF", 2: "RX-5^PHARM", 9: "20260921070800", **orc}
    segments = [segment("ORC", orc), before, segment("RXO", RXO), segment("RXE", {**RXE, **rxe}), after]
    await network.receive(message("RDE^O11", pid(), *filter(None, segments), control="X-1"))
    found = await network.only("refill-requested")
    return {name: getattr(found, f"{name}_changed") for name in ("dose", "quantity", "frequency")}


@pytest.mark.parametrize(
    ("rxe", "orc", "before", "after", "changed"),
    [
        ({}, {}, "", "", set()),
        ({3: "2"}, {}, "", "", {"dose"}),
        ({5: "mL"}, {}, "", "", {"dose"}),
        ({25: "20"}, {}, "", "", {"dose"}),
        ({26: "g"}, {}, "", "", {"dose"}),
        ({10: "90"}, {}, "", "", {"quantity"}),
        ({11: "BOX"}, {}, "", "", {"quantity"}),
        ({1: "1^BID"}, {7: "1^QD"}, "", "", {"frequency"}),
        ({1: "1^QD"}, {7: "1^QD"}, "", "", set()),
        ({}, {}, "TQ1|1||QD", "TQ1|1||BID", {"frequency"}),
        ({}, {}, "TQ1|1||QD", "TQ1|1||QD", set()),
        ({}, {}, "TQ1|1||QD", "", set()),
    ],
)
async def test_a_change_is_told(
    network: Network, rxe: dict[int, str], orc: dict[int, str], before: str, after: str, changed: set[str]
) -> None:
    told = await asked(network, rxe, orc, before, after)
    assert {name for name, is_changed in told.items() if is_changed} == changed
