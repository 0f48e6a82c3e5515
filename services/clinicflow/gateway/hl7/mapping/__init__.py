"""What each message means: one module per family; a module's ``HANDLES`` names its triggers."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from clinicflow.gateway.hl7.mapping.base import Mapped, Source


@cache
def handlers() -> dict[str, Callable[[Source], Mapped]]:
    """Message code and trigger, like ``ADT^A04``, to the function that maps it; found by walking this folder."""
    found: dict[str, Callable[[Source], Mapped]] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= getattr(importlib.import_module(f"{__name__}.{module.name}"), "HANDLES", {})
    return found


def map_message(source: Source) -> Mapped:
    """What a message means. Raises ``MessageRefused``; a trigger that nothing maps has no effect."""
    handler = handlers().get(source.message.kind)
    if handler is None:
        return Mapped(reason=f"Nothing here uses {source.message.kind[:20]}")
    return handler(source)
