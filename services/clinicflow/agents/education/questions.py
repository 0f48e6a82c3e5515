"""Questions: what is on the approved list is read from its text, everything else is answered by licensed staff only."""

from msgspec.structs import replace

from clinicflow.agents._common import NURSE_OR_PRESCRIBER, understood
from clinicflow.agents.education.links import linked
from clinicflow.agents.education.state import EducationState, Question
from clinicflow.core.agent import Agent, Facts
from clinicflow.core.outcome import Rejection
from clinicflow.events import ClinicalQuestionRaised, QuestionAnswered


def register(agent: Agent[EducationState]) -> None:
    """Let the agent hear of questions."""
    agent.on(ClinicalQuestionRaised)(raised)
    agent.on(QuestionAnswered)(answered)
    agent.derives(ClinicalQuestionRaised, QuestionAnswered)(linked)


def raised(state: EducationState, event: ClinicalQuestionRaised, facts: Facts) -> EducationState:
    """Keep the question, and the approved text if there is one that the patient understands."""
    text = facts.tables["approved-questions"].get("topics", {}).get(event.topic, {})
    usable = bool(text) and not event.red_flag and understood(facts, text["languages"])
    question = Question(event.event_id, text["version"] if usable else None)
    return replace(state, case_of=state.case_of or event.visit_case_id, questions=(*state.questions, question))


def answered(state: EducationState, event: QuestionAnswered, facts: Facts) -> EducationState | Rejection:
    """The hard boundary: who is not licensed reads the approved text, and answers nothing else."""
    question = next((asked for asked in state.questions if asked.event == event.question_event), None)
    if question is None:
        return Rejection("no-question", "Expected the answer to a question that was asked, but this one was not.")
    role = event.actor_role
    by_list = event.basis == "approved_text" and question.version is not None
    if role not in NURSE_OR_PRESCRIBER and not by_list:
        who = role or "nobody of a known role"
        return Rejection("no-advice", f"Expected a nurse or a prescriber to answer this, but it was {who}.")
    if by_list and event.material_version != question.version:
        told = event.material_version or "none"
        return Rejection("not-approved-text", f"Expected version {question.version} of the text, but {told} was read.")
    after = tuple(replace(asked, answered=True) if asked is question else asked for asked in state.questions)
    return replace(state, questions=after)
