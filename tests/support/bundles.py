"""The shipped bundles, read once a session: reading one takes a third of a second, and hundreds of tests want it."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from clinicflow import bundle_files
from clinicflow.data import data_dir


def shipped(name: str = "demo") -> dict[str, Any]:
    """The document of a bundle, with an overlay of the site over it: a copy that the caller may change."""
    found: dict[str, Any] = msgspec.msgpack.decode(_packed(name))
    return found


@cache
def _packed(name: str) -> bytes:
    return msgspec.msgpack.encode(bundle_files.load(data_dir("bundles") / name, data_dir("protocols")))
