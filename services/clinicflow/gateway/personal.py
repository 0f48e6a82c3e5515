"""Free text and names leave an event before it is journaled: the event carries a reference instead."""

from typing import Any

from clinicflow.events import EVENT_TYPES
from clinicflow.gateway.ids import named
from clinicflow.store.rows import Personal

PREFIX = "personal:"
"""What a reference in an event begins with; the rest is the reference within the store of personal values."""


def withdraw(
    doc: dict[str, Any], org_id: str, patient_id: str | None, event_id: str
) -> tuple[dict[str, Any], list[Personal]]:
    """The event's JSON with references in place of personal values, and the values to be stored encrypted.

    Without a patient they are stored under the organization's key.
    """
    kind = EVENT_TYPES.get(str(doc.get("type")))
    if kind is None:
        return doc, []
    kept: list[Personal] = []

    def refer(path: str, field: str, value: str) -> str:
        ref = named("personal", event_id, path)
        kept.append(Personal(org_id, patient_id or "", ref, field, value))
        return PREFIX + ref

    clean = dict(doc)
    for field in kind.PERSONAL:
        if isinstance(clean.get(field), str) and not clean[field].startswith(PREFIX):
            clean[field] = refer(field, field, clean[field])
    observations = clean.get("observations")
    if isinstance(observations, list):
        clean["observations"] = [_observation(item, place, refer) for place, item in enumerate(observations)]
    return clean, kept


def _observation(item: Any, place: int, refer: Any) -> Any:
    if not isinstance(item, dict) or not isinstance(item.get("value_text"), str):
        return item
    if item["value_text"].startswith(PREFIX):
        return item
    return {**item, "value_text": refer(f"observations[{place}].value_text", "value_text", item["value_text"])}
