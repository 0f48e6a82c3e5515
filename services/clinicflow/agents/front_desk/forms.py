"""What the front desk remembers of forms and insurance: what is missing, and what is being done about it."""

from msgspec.structs import replace

from clinicflow.agents.front_desk.state import FrontDeskState
from clinicflow.core.agent import Agent, Facts
from clinicflow.events import CheckedIn, InsuranceEligibilityRequested, IntakeFormCompleted, IntakeFormSent


def register(agent: Agent[FrontDeskState]) -> None:
    """Let the agent hear of forms and insurance."""
    agent.on(IntakeFormSent)(sent)
    agent.on(IntakeFormCompleted)(completed)
    agent.on(InsuranceEligibilityRequested)(payer_asked)


def after_check_in(state: FrontDeskState, event: CheckedIn) -> FrontDeskState:
    """The state with the forms that the desk found missing."""
    new = tuple(form for form in event.forms_missing if form not in state.forms_missing)
    return replace(state, forms_missing=(*state.forms_missing, *new)) if new else state


def sent(state: FrontDeskState, event: IntakeFormSent, facts: Facts) -> FrontDeskState:
    """The patient has a form to fill in."""
    if event.form_id in state.forms_missing:
        return state
    return replace(state, forms_missing=(*state.forms_missing, event.form_id))


def completed(state: FrontDeskState, event: IntakeFormCompleted, facts: Facts) -> FrontDeskState:
    """A form is missing no longer when every question has an answer."""
    others = tuple(form for form in state.forms_missing if form != event.form_id)
    missing = (*others, event.form_id) if event.unanswered else others
    return replace(state, forms_missing=missing, busy=open_activities(facts))


def payer_asked(state: FrontDeskState, event: InsuranceEligibilityRequested, facts: Facts) -> FrontDeskState:
    """Whether somebody has been asked to verify the cover already."""
    return replace(state, busy=open_activities(facts))


def open_activities(facts: Facts) -> tuple[str, ...]:
    """Activities of this agent's open tasks of the case, each once."""
    return tuple(dict.fromkeys(task.activity for task in facts.tasks if task.open))
