"""Every exception of clinicflow. The docstring is the message that a caller reads when none is given.

Driver and library errors are wrapped at the edge with ``raise ... from``, so that users catch one root.
"""


class ClinicflowError(Exception):
    """Something in clinicflow failed."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__class__.__doc__ or "").strip())


class InvalidEvent(ClinicflowError):
    """The event does not have the form that its schema asks for."""


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
