"""Where the embedded parts listen: a file that ``clinicflow up`` writes and every other command reads."""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec

from clinicflow.errors import EmbeddedFailure

FILE_NAME = "run.json"


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Addresses with credentials of one running installation."""

    dsn_owner: str
    dsn_app: str
    dsn_read: str
    kafka: str
    http_port: int
    pid: int


def write(home: Path, addresses: Addresses) -> Path:
    """Write the file, readable for its owner only, in one step (a reader sees the old one or the new one)."""
    target = home / FILE_NAME
    draft = target.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(msgspec.to_builtins(addresses), out, indent=1)
    draft.replace(target)
    return target


def read(home: Path) -> Addresses:
    """The addresses of the running installation. Raises EmbeddedFailure when none runs here."""
    try:
        return msgspec.json.decode((home / FILE_NAME).read_bytes(), type=Addresses)
    except FileNotFoundError as missing:
        raise EmbeddedFailure(
            f"expected {home / FILE_NAME}, which `clinicflow up` writes; start it, or set CLINICFLOW_HOME, "
            "or CLINICFLOW_DSN and CLINICFLOW_KAFKA for servers of your own"
        ) from missing
    except msgspec.DecodeError as broken:
        raise EmbeddedFailure(f"expected addresses in {home / FILE_NAME}, but it is unreadable: {broken}") from broken
