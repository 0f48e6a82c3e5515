"""How a display turns its pages: by what the clinic says, never more than can be read, and a current call stays."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clinicflow.core.signage import FEWEST_CODES, MOST_CODES, SHORTEST_PAGE, Signage, signage_of
from clinicflow.errors import BuildFailed
from clinicflow.web import build
from clinicflow.web.display import setup_of
from tests.support.bundles import shipped

HERE = Path(__file__).parent


def node() -> str:
    """The node that builds the screens."""
    try:
        return str(build.node_folder() / "node")
    except BuildFailed as failed:
        pytest.skip(str(failed))


def pages(
    waiting: int, calls: int, turns: int, codes: int = 8, current: Sequence[str] = ()
) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """So many turns of a screen, with the codes that wait and those that are called, the newest first."""
    called = [f"C{number}" for number in range(calls)]
    waits = [f"W{number:02}" for number in range(waiting)]
    entries = [{"ticket": each, "state": "see-desk"} for each in called]
    entries += [{"ticket": each, "state": "waiting"} for each in waits]
    asked = {"entries": entries, "codes": codes, "turns": turns, "current": list(current)}
    command = [node(), "--no-warnings", "--experimental-strip-types", str(HERE / "pages.mjs")]
    done = subprocess.run(
        [*command, str(build.UI / "src" / "display" / "frame.ts")],
        input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout), waits, called


@pytest.mark.parametrize("codes", [FEWEST_CODES, 5, MOST_CODES])
@pytest.mark.parametrize("calls", [0, 2, 3, 7])
def test_everybody_comes_up_and_no_page_has_more_codes_than_the_clinic_says(codes: int, calls: int) -> None:
    found, waits, called = pages(20, calls, 30, codes)

    assert max(len(page["calls"]) + len(page["waiting"]) for page in found) <= codes
    seen = found[: found[0]["pages"]]
    assert [page["number"] for page in seen] == list(range(1, len(seen) + 1))
    assert {code for page in seen for code in page["waiting"]} == set(waits)
    assert {code for page in seen for code in page["calls"]} == set(called)
    assert found[len(seen)]["waiting"] == found[0]["waiting"], "then from the beginning"


def test_current_calls_stay_on_every_page_and_the_others_take_turns() -> None:
    found, _, _ = pages(20, 5, 6, current=["C0", "C1"])

    assert [page["calls"] for page in found] == [["C0", "C1", f"C{2 + turn % 3}"] for turn in range(6)]


def test_of_more_current_calls_than_there_are_places_the_newest_stays() -> None:
    found, _, _ = pages(0, 5, 4, current=["C0", "C1", "C2", "C3", "C4"])

    assert [page["calls"] for page in found] == [["C0", "C1", "C2"], ["C0", "C3", "C4"]] * 2


def test_one_page_is_not_turned() -> None:
    found, waits, _ = pages(8, 0, 2)

    assert [page["waiting"] for page in found] == [waits, waits]
    assert found[0]["pages"] == 1


def test_a_display_is_told_what_the_clinic_says_and_the_rest_is_shipped() -> None:
    clinic = {"languages": ["en", "es"], "display": {"page_seconds": 12, "codes_per_page": 5, "language": "es"}}

    assert setup_of(clinic, ["id"]) == {
        "page_seconds": 12, "codes_per_page": 5, "theme": None, "languages": ["es", "en"],
    }  # fmt: skip
    assert signage_of({}) == Signage(SHORTEST_PAGE, MOST_CODES)
    assert setup_of({}, ["en", "id"])["languages"] == ["en", "id"]


def test_every_word_of_the_shipped_clinics_about_their_screens_is_read() -> None:
    said = {name for clinic in shipped()["clinics"].values() for name in clinic["display"]}

    assert said == set(Signage.__struct_fields__)
