"""Opening the store that this process is told about: by settings, or by the note of a running ``clinicflow up``."""

import json
from pathlib import Path
from typing import Literal

from clinicflow.errors import StoreUnavailable
from clinicflow.settings import Settings
from clinicflow.store.crypto import KeyRing
from clinicflow.store.postgres import PostgresStore, connect

Role = Literal["app", "owner", "read"]


def run_note(settings: Settings) -> Path:
    """Where ``clinicflow up`` writes the addresses of what it runs (mode 0600)."""
    return settings.home / "run.json"


def dsn_of(settings: Settings, role: Role) -> str:
    """The database's address for a role. Raises StoreUnavailable when neither settings nor a running system tell it."""
    given = {"app": settings.dsn, "owner": settings.dsn_owner, "read": settings.dsn_read}[role]
    if given is not None:
        return given.get_secret_value()
    note = run_note(settings)
    variable = "CLINICFLOW_DSN" if role == "app" else f"CLINICFLOW_DSN_{role.upper()}"
    expected = f"Expected {variable}, or a running system (clinicflow up) that left {note}"
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
    except FileNotFoundError as failure:
        raise StoreUnavailable(f"{expected}, but there is neither") from failure
    except (OSError, ValueError) as failure:
        raise StoreUnavailable(f"{expected}, but the file cannot be read") from failure
    found = known.get(f"dsn_{role}") if isinstance(known, dict) else None
    if not isinstance(found, str):
        raise StoreUnavailable(f"{expected}, but it does not name dsn_{role}")
    return found


def owner_dsn(settings: Settings) -> str:
    """The address of the role that owns the schema."""
    return dsn_of(settings, "owner")


async def open_store(settings: Settings, *, role: Literal["app", "read"] = "app", max_size: int = 8) -> PostgresStore:
    """The store, as ``app`` for services (with the key file) or as ``read`` for replay (without keys)."""
    if role == "read":
        return await connect(dsn_of(settings, "read"), partitions=None, max_size=max_size)
    keys = KeyRing(settings.master_key, create=True)
    return await connect(dsn_of(settings, "app"), partitions=settings.partitions, keys=keys, max_size=max_size)
