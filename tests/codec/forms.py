"""The two forms in which a message is read: in Python everywhere, in C where a compiler is."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clinicflow import events
from clinicflow.codec import native_build, wire
from clinicflow.codec.registry import EVENTS

FORMS = ("python", "c")


@cache
def built() -> Any:
    """The C module, built anew from the source of this checkout; where no compiler is, its tests are left out."""
    if native_build.compiler() is None and not os.environ.get("CI"):
        pytest.skip("MISSING for these tests: a C compiler. Install it with: apt-get install gcc libc6-dev")
    with tempfile.TemporaryDirectory() as folder:
        assert native_build.build(Path(folder)) is None
        path = str(native_build.target(Path(folder)))
        loader = importlib.machinery.ExtensionFileLoader("_native", path)
        spec = importlib.util.spec_from_file_location("_native", path, loader=loader)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
    return module


@cache
def decoders(form: str) -> wire.Decoders:
    """What reads an event, in this form."""
    return wire.Decoders(EVENTS, events.EVENT_TYPES, built() if form == "c" else None)
