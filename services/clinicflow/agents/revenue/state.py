"""What the revenue agent remembers of a visit, a claim, or the books of a clinic. Money is in ten-thousandths."""

import msgspec

from clinicflow.core.event import Micros


class Coding(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One visit until it is coded."""

    ended: bool = False
    signed: bool = False
    to_code: bool = False
    """Whether the last event made the visit ready to be coded."""
    proposed: bool = False
    """Whether an assistant has proposed codes."""
    coded: int = 0
    claimed: bool = False
    """Whether a claim about the visit is open."""


class Account(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One claim to a payer, a form for one, or what a patient owes."""

    status: str | None = None
    """Of a claim: created, submitted, rejected, denied, appealed or paid."""
    visit: str | None = None
    appeal_by: Micros | None = None
    billed: bool = False
    """Whether the patient has a statement."""
    owed: int = 0
    """What the patient owes; below zero when too much was paid."""
    currency: str | None = None
    terms: str | None = None
    form: str | None = None
    """Of a form: requested, prepared or completed."""


class Day(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One day of a clinic's till."""

    day: str
    opened_at: Micros
    closes_at: Micros
    currency: str
    cash: int = 0
    takings: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    """Who counted what, the newest count of each person."""
    counted: int | None = None
    """What two persons counted; None as long as the day is open."""


class Period(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One closed period and the versions of its figures."""

    period: str
    first_day: str
    last_day: str
    budget: int
    costs: int
    currency: str
    per_visit: tuple[tuple[str, int, str], ...] = ()
    """Kind of visit, number of visits, cost of one."""
    version: int = 1


class Books(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The days and periods of one clinic, oldest first."""

    days: tuple[Day, ...] = ()
    periods: tuple[Period, ...] = ()


class RevenueState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One of these three, by the kind of the case."""

    coding: Coding = Coding()
    account: Account = Account()
    books: Books = Books()

    @property
    def appointment_at(self) -> Micros | None:
        """The instant before which a task is due: the payer's last day for an appeal, or the close of the day."""
        if self.books.days:
            return self.books.days[-1].closes_at
        return self.account.appeal_by
