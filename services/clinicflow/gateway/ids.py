"""Ids that intake derives: the same input gives the same id, so that a repeat stores nothing twice."""

import hashlib
import json
import uuid
from typing import Any

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "intake.clinicflow")


def named(*parts: str) -> str:
    """A UUID that stands for these texts; parts are kept apart whatever they hold."""
    return str(uuid.uuid5(_NAMESPACE, json.dumps(parts, ensure_ascii=False, separators=(",", ":"))))


def body_hash(body: Any) -> bytes:
    """16 bytes that tell one JSON body from another, whatever the order of its keys."""
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def raw_hash(raw: bytes) -> bytes:
    """16 bytes that tell one raw message from another."""
    return hashlib.blake2b(raw, digest_size=16).digest()
