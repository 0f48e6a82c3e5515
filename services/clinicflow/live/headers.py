"""The headers of records on ``clinicflow.events``: CloudEvents attributes and the place in the journal."""

from collections.abc import Sequence

import msgspec

from clinicflow.store.rows import PlacedRow

Headers = Sequence[tuple[str, bytes]]

CONTENT_TYPE = b"application/avro"
_SPEC_VERSION = ("ce_specversion", b"1.0")
_CONTENT = ("content-type", CONTENT_TYPE)


class Stamp(msgspec.Struct, frozen=True, gc=False):
    """What a record's headers say, read without touching its value. ``log`` is the uuid of the journal it is from."""

    log: str
    position: int
    bundle: int
    logged_at: int
    org_id: str
    event_id: str
    type: str
    target_agent: str | None


def headers_of(row: PlacedRow, log_id: bytes) -> list[tuple[str, bytes]]:
    """The headers of one placed row; opaque ids only."""
    org = row.org_id.encode()
    headers = [
        ("cf_log", log_id),
        ("cf_pos", b"%d" % row.position),
        ("cf_bundle", b"%d" % row.bundle),
        ("cf_logged", b"%d" % row.logged_at),
        ("cf_org", org),
        ("ce_id", row.event_id.encode()),
        ("ce_type", row.type.encode()),
        ("ce_source", b"/clinicflow/" + org),
        _SPEC_VERSION,
        _CONTENT,
    ]
    if row.target_agent is not None:
        headers.append(("cf_agent", row.target_agent.encode()))
    return headers


def stamp_of(headers: Headers) -> Stamp | None:
    """The stamp of a record, or None when a program other than the relay wrote it."""
    found = dict(headers)
    try:
        agent = found.get("cf_agent")
        return Stamp(
            found["cf_log"].decode(),
            int(found["cf_pos"]),
            int(found["cf_bundle"]),
            int(found["cf_logged"]),
            found["cf_org"].decode(),
            found["ce_id"].decode(),
            found["ce_type"].decode(),
            None if agent is None else agent.decode(),
        )
    except (KeyError, ValueError, AttributeError):
        return None
