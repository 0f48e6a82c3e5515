"""What the specimens agent remembers of an order."""

import msgspec

from clinicflow.core.event import Micros

Ids = tuple[str, ...]


class SpecimensState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One order from the tube to the reviewed result. Times are UTC microseconds of what happened.

    Specimens are kept by id at each step, as an order may have several and steps may be told out of order.
    """

    ordered: bool = False
    visit: str | None = None
    """Visit during which it was ordered."""
    specimen_class: str | None = None
    priority: str | None = None
    cancelled: bool = False
    collected: Ids = ()
    """Specimens that were taken with two identifiers checked and not refused by the laboratory."""
    labelled: Ids = ()
    """Specimens with a complete label."""
    label_good: bool = True
    """Whether the last label was complete and on a specimen of this order."""
    logged: Ids = ()
    sent: Ids = ()
    sent_at: Micros | None = None
    expected_at: Micros | None = None
    at_lab: bool = False
    results: int = 0
    any_abnormal: bool = False
    """Whether one of its results is abnormal: licensed staff tell the patient then."""
    unreviewed: Ids = ()
    """Results that no prescriber has looked at."""
    critical: Ids = ()
    """Critical results that no prescriber has taken charge of."""
    resulted: bool = False
    """Whether a final result came."""
    in_house: bool = False
    """Whether the test is made here."""
    to_prepare: Ids = ()
    """Specimens that must be prepared before they go."""
    to_clot: Ids = ()
    """Those of them that must clot first."""
    collected_at: tuple[tuple[str, Micros], ...] = ()
    """When each specimen was taken."""
    prepared: Ids = ()
    prepared_after: int = -1
    """Minutes from collection to preparation of the specimen that was prepared last; -1 when not known."""
    clotted: int = -1
    """Minutes for which the specimen that was prepared last clotted, 0 when nobody says; -1 when it need not."""
    at_risk: Ids = ()
    label_foreign: bool = False
    """Whether the last label was on a specimen of another order."""
    received: Ids = ()
    """Specimens that the laboratory has said it has."""
    poc_good: bool = False
    """Whether the last test made here counts: its control passed and its kit was in date."""
    deceased: bool = False
    """Whether the visit ended with the patient's death: nobody is called back or told."""
    abnormal: Ids = ()
    """Results that are abnormal as they stand now."""
    undecided: bool = False
    """Whether the last result may be critical and its value does not decide it."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for the order."""
        if self.critical:
            return False
        return self.cancelled or (self.resulted and not self.unreviewed)


def added(ids: Ids, new: str) -> Ids:
    """The ids with a new one."""
    return ids if new in ids else (*ids, new)


def without(ids: Ids, gone: str | None) -> Ids:
    """The ids without one, or without any when it is not said which."""
    return () if gone is None else tuple(found for found in ids if found != gone)


def missing(first: Ids, then: Ids) -> int:
    """How many that reached the first step have not reached the next."""
    return sum(found not in then for found in first)
