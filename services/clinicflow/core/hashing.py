"""The running hash of a case: two folds of the same rows by the same code agree in it, or differ from here on."""

from hashlib import blake2b
from typing import Any

import msgspec

from clinicflow.core.event import Placed
from clinicflow.core.outcome import Outcome

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")


def digest(previous: bytes, position: int, told: tuple[Any, ...]) -> bytes:
    """H(previous, position, what the event did), 16 bytes."""
    return blake2b(previous + _ENCODER.encode((position, told)), digest_size=16).digest()


def next_hash(previous: bytes, placed: Placed, outcome: Outcome) -> bytes:
    """The hash of a case after an outcome, as ``outcome.case`` holds it; ``previous`` is that of the case before."""
    return digest(previous, placed.position, told_by(outcome))


def told_by(outcome: Outcome) -> tuple[Any, ...]:
    """What of an outcome goes into the hash: all but the hash itself and what follows from the rest."""
    case = outcome.case
    return (
        case.data,
        case.phase,
        case.patient,
        outcome.tasks,
        outcome.derived,
        outcome.timers_set,
        outcome.timers_cleared,
        outcome.rejection,
        outcome.rule_errors,
    )
