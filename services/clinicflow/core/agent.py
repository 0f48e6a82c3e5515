"""How an agent is declared: its state, one small function per event, and what rules may see of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.core.outcome import PatientFacts, Rejection
from clinicflow.core.task import Task

S = TypeVar("S", bound=msgspec.Struct)
E = TypeVar("E", bound=Event)


class Raise(msgspec.Struct, frozen=True, gc=False):
    """A derived event that an agent asks for: ``step()`` completes the envelope and the id.

    ``case_id`` None means the same case. ``fields`` are the event's own fields.
    ``key`` tells several of one cause apart.
    """

    type: str
    fields: dict[str, Any]
    case_id: str | None = None
    key: str = ""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What a handler may know beside state and event: place in the journal, patient, open tasks, tables, clinic."""

    logged_at: Micros
    patient: PatientFacts
    phase: str
    tasks: tuple[Task, ...]
    tables: dict[str, Any]
    clinic: dict[str, Any]


class Agent(Generic[S]):
    """A declared agent. ``kinds`` are the case kinds whose events it consumes.

    ``reads`` are the tables that its functions read, by name, each with the name of its form (``bundle_check`` proves
    that a bundle's tables have it).
    ``on`` registers the function that evolves the state; it returns the new state or a ``Rejection``.
    ``derives`` registers a function of (before, after, event, facts) that returns derived events to raise.
    ``expose`` registers what CEL conditions see as ``case`` (a flat dict; None values are left out).
    ``shows`` registers the board view (flow only).
    """

    def __init__(
        self,
        name: str,
        state: type[S],
        kinds: Sequence[str],
        reads: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.state = state
        self.kinds = frozenset(kinds)
        self.reads = dict(reads or {})
        self.handlers: dict[str, Callable[[S, Any, Facts], S | Rejection]] = {}
        self.derivations: dict[str, Callable[[S, S, Any, Facts], Sequence[Raise]]] = {}
        self.exposed: Callable[[S], dict[str, Any]] = lambda _state: {}
        self.view: Callable[[S, Event], Any] | None = None

    def on(self, *types: type[E]) -> Callable[[Callable[[S, E, Facts], S | Rejection]], Callable[..., Any]]:
        """Register the function that evolves the state on events of these types."""

        def register(function: Callable[[S, E, Facts], S | Rejection]) -> Callable[..., Any]:
            for event_type in types:
                self.handlers[event_type.TYPE] = function
            return function

        return register

    def derives(self, *types: type[E]) -> Callable[[Callable[[S, S, E, Facts], Sequence[Raise]]], Callable[..., Any]]:
        """Register the function that derives further events from events of these types."""

        def register(function: Callable[[S, S, E, Facts], Sequence[Raise]]) -> Callable[..., Any]:
            for event_type in types:
                self.derivations[event_type.TYPE] = function
            return function

        return register

    def expose(self, function: Callable[[S], dict[str, Any]]) -> Callable[[S], dict[str, Any]]:
        """Register what conditions of rules see as ``case``."""
        self.exposed = function
        return function

    def shows(self, function: Callable[[S, Event], Any]) -> Callable[[S, Event], Any]:
        """Register the view that boards and displays read."""
        self.view = function
        return function
