"""Exact money: decimal text on the wire, whole ten-thousandths of a currency inside."""

import re

from clinicflow.core.outcome import Rejection

PLACES = 4
"""Digits after the point that an amount may have: no currency has more than four."""

_AMOUNT = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,4}))?", re.ASCII)


def parsed(text: str) -> int | Rejection:
    """An amount in ten-thousandths, or why it is none."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return Rejection("no-amount", "Expected an amount of money with at most four decimals, but it is none.")
    sign, whole, part = found.groups(default="")
    amount = int(whole + part.ljust(PLACES, "0"))
    return -amount if sign else amount


def positive(text: str) -> int | Rejection:
    """The same, of an amount that cannot be nothing or less."""
    amount = parsed(text)
    if isinstance(amount, int) and amount <= 0:
        return Rejection("no-amount", "Expected an amount above zero, but it is not.")
    return amount


def text_of(amount: int) -> str:
    """Decimal text of ten-thousandths, with two digits after the point or as many as it needs."""
    sign, (whole, part) = "-" if amount < 0 else "", divmod(abs(amount), 10**PLACES)
    return f"{sign}{whole}.{f'{part:04d}'.rstrip('0').ljust(2, '0')}"


def share(amount: int, among: int) -> str:
    """An amount divided evenly, as text rounded half up to the hundredth."""
    cents = (2 * amount + 100 * among) // (200 * among)
    return text_of(cents * 100)


def other_currency(expected: str | None, found: str) -> Rejection | None:
    """Amounts of two currencies are never added."""
    if expected is None or expected == found:
        return None
    return Rejection("other-currency", f"Expected an amount in {expected}, but it is in {found}.")
