"""The library for CEL without its command line.

The package loads a command line of its own, and that a toolkit for terminals: with it, every process of clinicflow
would take half as long again to start.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def _absent(name: str) -> Iterator[None]:
    """An empty module stands for this one meanwhile; who asks for it later gets the real one."""
    empty = ModuleType(name)
    found = sys.modules.setdefault(name, empty)
    try:
        yield
    finally:
        if found is empty:
            del sys.modules[name]


with _absent("cel.cli"):
    from cel import Context, Program, compile

__all__ = ["Context", "Program", "compile"]
