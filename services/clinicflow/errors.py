"""Every exception of clinicflow. The docstring is the message that a caller reads when none is given.

Driver and library errors are wrapped at the edge with ``raise ... from``, so that users catch one root.
"""

from collections.abc import Iterable
from typing import NamedTuple


class ClinicflowError(Exception):
    """Something in clinicflow failed."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__class__.__doc__ or "").strip())


class Problem(NamedTuple):
    """One thing that is wrong with an event: where, what, and what was expected. It never repeats the value.

    ``code`` is that of a refusal of the core, by which screens say it in the reader's language.
    """

    path: str
    problem: str
    expected: str
    code: str = ""


class InvalidEvent(ClinicflowError):
    """The event does not have the form that its schema asks for."""

    def __init__(self, message: str | None = None, problems: Iterable[Problem] = ()) -> None:
        self.problems = tuple(problems)
        listed = "; ".join(f"{path} {problem}, expected {expected}" for path, problem, expected, _ in self.problems)
        super().__init__(message or listed or None)


class UnknownEventType(InvalidEvent):
    """There is no event of this type."""


class UndecodableEvent(ClinicflowError):
    """The bytes are not an event in Avro single-object encoding that this version knows."""


class InvalidBundle(ClinicflowError):
    """A file of the bundle is wrong; the message names file, line and what was expected."""


class UnknownBundle(ClinicflowError):
    """No bundle of this number is stored for the organization."""


class StoreUnavailable(ClinicflowError):
    """The database did not answer; nothing was stored, trying again can help."""


class HistoryNeeded(ClinicflowError):
    """A correction is folded only with the earlier events of its case; load them and call again."""


class EmbeddedFailure(ClinicflowError):
    """An embedded part (database, broker) did not start; the message names it and the file with its log."""


class DataDirUnreachable(EmbeddedFailure):
    """The unprivileged user that runs PostgreSQL cannot reach the data folder; choose another folder."""


class ProviderNotStarted(ClinicflowError):
    """An address was asked for before the provider was started."""


class TransportFailed(ClinicflowError):
    """The runner of the consumer ended by itself; the process should end and be started again."""


class PartitionNotAssigned(ClinicflowError):
    """The partition does not belong to this worker now."""


class RuleFailed(ClinicflowError):
    """A condition or expression of a rule could not be evaluated on this event."""


class BrokerUnavailable(ClinicflowError):
    """The Kafka broker did not answer or did not take a record; trying again can help."""


class BrokerWiped(BrokerUnavailable):
    """The broker numbers its records from anew: its log was thrown away and must be filled from the journal again."""


class TopicMismatch(ClinicflowError):
    """A topic has another number of partitions than the journal."""


class MessageRefused(ClinicflowError):
    """A foreign message cannot be used; ``code`` is for programs, the text says what was expected, without values."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StoreRefused(ClinicflowError):
    """The database refused a statement: a value of a wrong form, or a right that the role does not have."""


class GroupConflict(ClinicflowError):
    """An agent is run by one group only, and another group runs it."""


class KeyFileError(ClinicflowError):
    """The key file is missing, readable by others, or not a key of 32 bytes."""


class Forgotten(ClinicflowError):
    """The key of this patient is gone: what it protected cannot be read any more."""


class InstallationMismatch(ClinicflowError):
    """The database was installed with another number of partitions."""


class LeaseLost(ClinicflowError):
    """Another relay has taken over; what it does now is its own affair."""


class InvalidAgent(ClinicflowError):
    """A package of an agent does not hold an agent of its name."""


class Overtaken(ClinicflowError):
    """The assignment of partitions changed while a round was folded: nothing of it may be used."""


class Unauthenticated(ClinicflowError):
    """It is not known who is asking."""


class Forbidden(ClinicflowError):
    """Who is asking may not do this."""


class TokenFileError(ClinicflowError):
    """The tokens file or a key file is open to others, malformed, or does not allow what was asked."""


class Refused(ClinicflowError):
    """An event is refused at the door, with every problem that was found."""

    def __init__(self, status: int, title: str, problems: Iterable[Problem]) -> None:
        self.status = status
        self.title = title
        self.problems = tuple(problems)
        told = (
            f"{path or 'what was sent'} {problem}, expected {expected}" for path, problem, expected, _ in self.problems
        )
        super().__init__("; ".join(told))


class NotResubmittable(ClinicflowError):
    """This dead letter cannot be submitted again; the message says why."""


class UnknownClinic(ClinicflowError):
    """No bundle of the organization has such a clinic; the message lists those there are."""


class UnknownAgent(ClinicflowError):
    """There is no agent of this name."""


class EventRefused(InvalidEvent):
    """The event may not enter the journal this way; the message says what was expected, without values of the event."""


class BuildFailed(ClinicflowError):
    """The screens could not be built; the message holds what the tools said."""


class SendFailed(ClinicflowError):
    """Messages or events could not be read or delivered."""


class UnusableRecording(ClinicflowError):
    """There is nothing to replay here: no journal file, a damaged one, or a journal that no agent has read yet."""


class UnknownId(ClinicflowError):
    """Nothing is stored under this id; the message says of what it should be the id."""


class InvalidScenario(ClinicflowError):
    """A scenario cannot be played; the message names file, scenario and what was expected."""
