"""What a clinic says of its waiting-room display, and what a display must keep so that people can read it.

A page stays for 8 seconds at least and holds 8 codes at most, calls and those who wait together.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from clinicflow.errors import InvalidBundle

SHORTEST_PAGE = 8
"""Seconds that a page of codes stays at least."""
MOST_CODES = 8
"""Codes on one page at most."""
FEWEST_CODES = 4
"""Three who are called and one who waits."""


class Signage(msgspec.Struct, frozen=True):
    """``page_seconds``: how long a page stays; ``codes_per_page``: how many codes are on it at most; ``theme``: light
    or dark, None as the screen's own settings say; ``language``: the one that comes first."""

    page_seconds: int = SHORTEST_PAGE
    codes_per_page: int = MOST_CODES
    theme: str | None = None
    language: str | None = None


def signage_of(clinic: Mapping[str, Any]) -> Signage:
    """What a clinic of a checked bundle says in ``display``, with the shipped values for what it does not say."""
    said = clinic.get("display") or {}
    return Signage(**{name: said[name] for name in Signage.__struct_fields__ if name in said})


def parse_page_seconds(value: Any) -> int:
    """How long a page stays; raises ``InvalidBundle`` when nobody could read it."""
    if not _whole(value) or value < SHORTEST_PAGE:
        raise InvalidBundle(f"Expected a page that stays {SHORTEST_PAGE} seconds or longer, but got {value!r}")
    return int(value)


def parse_codes_per_page(value: Any) -> int:
    """How many codes a page holds; raises ``InvalidBundle`` when they could not be read from afar."""
    if not _whole(value) or not FEWEST_CODES <= value <= MOST_CODES:
        raise InvalidBundle(f"Expected {FEWEST_CODES} to {MOST_CODES} codes on a page, but got {value!r}")
    return int(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
