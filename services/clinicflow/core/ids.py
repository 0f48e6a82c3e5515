"""Ids that follow from what they stand for, so that folding the same event again makes the same ids."""

from hashlib import sha1
from uuid import UUID

NAMESPACE = UUID("6f1c1d0e-6f0b-5a55-9c57-8f0e7d0f3c11")
"""Namespace of every id that clinicflow derives."""

_BEGUN = sha1(NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit that carries the variant bits keeps its two lowest bits."""


def named(name: str) -> str:
    """``uuid.uuid5(NAMESPACE, name)`` as text, at a quarter of its cost."""
    whole = _BEGUN.copy()
    whole.update(name.encode())
    digest = whole.hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"


def canonical(text: str) -> str | None:
    """A UUID in the one form in which ids are stored, lower case with hyphens; None for what is no UUID."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


def derived_id(case: str, cause: str, rule: str, ordinal: int = 0) -> str:
    """Id of an event that an agent derives; without the version of the rule, so that a new one repeats nothing."""
    return named(f"event|{case}|{cause}|{rule}|{ordinal}")


def task_id(case: str, cause: str, rule: str, ordinal: int = 0) -> str:
    """Id of a task. ``rule`` is the agent's name and the rule's id, as two agents may use one rule id."""
    return named(f"task|{case}|{cause}|{rule}|{ordinal}")


def timer_id(cause: str, rule: str, step: int, times: int = 0) -> str:
    """Id of a timer; ``times`` is how often this step was set before."""
    return named(f"timer|{cause}|{rule}|{step}|{times}")


def fired_id(timer: str) -> str:
    """Id of the event that says that a timer has fired: one timer fires once."""
    return named(f"fired|{timer}")


def endless_case(kind: str, org: str, key: str) -> str:
    """The case of something that goes on for ever (see ``kinds.KEYS``), by its id within the organization."""
    return named(f"{kind}|{org}|{key}")


def room_case(org: str, room_id: str) -> str:
    """The endless case of a room."""
    return endless_case("room", org, room_id)


def event_id(org: str, client: str, key: str) -> str:
    """Id of an event that a client sent under an idempotency key."""
    return named(f"client|{org}|{client}|{key}")
