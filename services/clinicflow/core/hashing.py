"""The running hash of a case: two folds of the same rows by the same code agree in it, or differ from here on."""

from hashlib import sha256
from typing import Any

import msgspec

from clinicflow.core.event import Placed
from clinicflow.core.outcome import Outcome

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def digest(told: tuple[Any, ...]) -> bytes:
    """16 bytes of H(previous hash, position, what the event did ...), in the order of ``next_hash``."""
    return sha256(_encode(told)).digest()[:16]


def next_hash(previous: bytes, placed: Placed, outcome: Outcome) -> bytes:
    """The hash of a case after an outcome, as ``outcome.case`` holds it; ``previous`` is that of the case before.

    All of the outcome goes into it but the hash itself and what follows from the rest.
    """
    case = outcome.case
    return digest(
        (
            previous,
            placed.position,
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
    )
