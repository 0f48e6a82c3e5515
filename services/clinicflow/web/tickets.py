"""Ticket codes: two letters and two digits at random, unique at a clinic for a day, without a hint at the patient.

Letters and digits that are easily confused (O and 0, I, L and 1, Q) are left out, and so are vowels, so that no word
can come up, and a few pairs that mean something bad.
"""

import secrets
from collections.abc import Callable

from clinicflow.store.ports import IntakeStore

LETTERS = "BCDFGHJKMNPRSTVWXZ"
DIGITS = "23456789"
AVOIDED = frozenset({"BJ", "BS", "CP", "FC", "FK", "HH", "HJ", "KK", "KZ", "NS", "SS", "TB", "WC", "XX"})
TRIES = 200


def random_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """A code such as KT47."""
    while True:
        letters = choose(LETTERS) + choose(LETTERS)
        if letters not in AVOIDED and letters[0] != letters[1]:
            return letters + choose(DIGITS) + choose(DIGITS)


async def reserve(
    store: IntakeStore, org_id: str, clinic_id: str, day: int, case_id: str, make: Callable[[], str] = random_code
) -> str | None:
    """A code that nobody else at the clinic got on this local day (days from 1970), bound to the visit.

    None when after many tries every code was taken.
    """
    for _ in range(TRIES):
        code = make()
        key = ("clinicflow", f"ticket:{clinic_id}:{day}", code)
        async with store.intake() as transaction:
            if await transaction.resolve(org_id, *key) is not None:
                continue
            await transaction.bind(org_id, *key, case_id)
        async with store.intake() as transaction:
            if await transaction.resolve(org_id, *key) == case_id:
                return code
    return None
