"""What each message means: one module per family; a module's ``HANDLES`` names its triggers."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.mapping.base import Mapped, Source

MOST = 500
"""Events that one message may hold."""


_GROUPS = frozenset({"ORC", "OBR", "MRG"})


@cache
def handlers() -> dict[str, Callable[[Source], Mapped]]:
    """Message code and trigger, like ``ADT^A04``, to the function that maps it; found by walking this folder."""
    found: dict[str, Callable[[Source], Mapped]] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= getattr(importlib.import_module(f"{__name__}.{module.name}"), "HANDLES", {})
    return found


def map_message(source: Source) -> Mapped:
    """What a message means. Raises ``MessageRefused``; a trigger that nothing maps has no effect."""
    if not source.message.kind.strip("^ "):
        raise MessageRefused("type", "Expected a message type and trigger in MSH-9, such as ADT and A01")
    handler = handlers().get(source.message.kind)
    if handler is None:
        return Mapped(reason=f"Nothing here uses {source.message.kind[:20]}")
    if sum(1 for segment in source.message.segments if segment.name in _GROUPS) > 2 * MOST:
        raise MessageRefused("size", f"Expected at most {MOST} orders in a message")
    mapped = handler(source)
    if len(mapped.drafts) + len(mapped.merged) > MOST:
        raise MessageRefused("size", f"Expected at most {MOST} events in a message")
    return mapped
