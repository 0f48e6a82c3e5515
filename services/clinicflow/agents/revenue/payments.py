"""What a patient owes: the newest statement less what was paid since; too much is paid back."""

from collections.abc import Sequence

from msgspec.structs import replace

from clinicflow.agents.revenue.money import other_currency, positive, text_of
from clinicflow.agents.revenue.state import RevenueState
from clinicflow.agents.revenue.takings import to_the_clinic
from clinicflow.core.agent import Agent, Facts, Raise
from clinicflow.core.outcome import Rejection
from clinicflow.events import PaymentReceived, RefundDue, StatementSent


def register(agent: Agent[RevenueState]) -> None:
    """Let the agent hear of statements and payments."""
    agent.on(StatementSent)(stated)
    agent.on(PaymentReceived)(paid)
    agent.on(RefundDue)(owing)
    agent.derives(PaymentReceived)(booked)


def stated(state: RevenueState, event: StatementSent, facts: Facts) -> RevenueState | Rejection:
    """The patient knows what is open now and until when."""
    amount = positive(event.amount)
    if isinstance(amount, Rejection):
        return amount
    refused = other_currency(state.account.currency, event.currency)
    if refused is not None:
        return refused
    account = replace(state.account, billed=True, owed=amount, currency=event.currency, terms=event.terms)
    return replace(state, account=account)


def paid(state: RevenueState, event: PaymentReceived, facts: Facts) -> RevenueState | Rejection:
    """Less is open."""
    amount = positive(event.amount)
    if isinstance(amount, Rejection):
        return amount
    refused = other_currency(state.account.currency, event.currency)
    if refused is not None:
        return refused
    return replace(state, account=replace(state.account, owed=state.account.owed - amount, currency=event.currency))


def owing(state: RevenueState, event: RefundDue, facts: Facts) -> RevenueState:
    """The clinic owes the patient; a rule asks for the refund."""
    return state


def booked(before: RevenueState, after: RevenueState, event: PaymentReceived, facts: Facts) -> Sequence[Raise]:
    """The clinic's books, and what this payment was too much."""
    raised = list(to_the_clinic(before, after, event, facts))
    more = _over(after) - _over(before)
    if after.account.billed and more > 0:
        raised.append(Raise("refund-due", {"amount": text_of(more), "currency": event.currency}))
    return raised


def _over(state: RevenueState) -> int:
    return max(0, -state.account.owed)
