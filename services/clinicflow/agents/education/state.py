"""What the education agent remembers of an order to teach, a question, or a visit."""

import msgspec


class Question(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A question that was asked."""

    event: str
    version: str | None
    """Version of the approved text that answers it; None when only licensed staff may answer."""
    answered: bool = False


class Visit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The end of a visit, as far as it must be explained."""

    ended: bool = False
    signed: bool = False
    """Whether the plan is signed: nothing is explained before."""
    plan: str | None = None
    """Version of the signed plan."""
    explained: bool = False
    follow_up: bool = False
    """Whether the plan asks for an appointment that is not booked."""


class EducationState(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One order to teach, question or visit."""

    ordered: str | None = None
    """How it is taught: text (approved text), lens, injection, or licensed (there is no approved text)."""
    case_of: str | None = None
    """The visit that waits for it."""
    version: str | None = None
    """Version of the approved text."""
    reachable: bool = True
    """Whether staff speak the patient's language, and the approved text, if there is one, is in it."""
    interpreters: int = 0
    """How often an interpreter was booked."""
    taught: bool = False
    failures: int = 0
    """How often the patient could not say it back."""
    cancelled: bool = False
    questions: tuple[Question, ...] = ()
    visit: Visit = Visit()
    failed: str | None = None
    """The activity of the task that was just given up."""

    @property
    def waiting(self) -> int:
        """How many questions have no answer."""
        return sum(not question.answered for question in self.questions)

    @property
    def done(self) -> bool:
        """Whether nothing is left to do for the order or the questions."""
        teaching = self.ordered is None or self.taught or self.cancelled
        return teaching and not self.waiting
