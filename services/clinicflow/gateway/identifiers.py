"""What a client may add to an event that it knows by other systems' identifiers, and who the patient is."""

from typing import Any

import msgspec

from clinicflow.errors import Problem
from clinicflow.gateway.identity import Key

KINDS = {
    "visit": "visit",
    "mrn": "mrn",
    "order": "order-placer",
    "order-placer": "order-placer",
    "order-filler": "order-filler",
    "refill": "refill-placer",
    "refill-placer": "refill-placer",
    "refill-filler": "refill-filler",
}
PERSON = ("name", "birth_date", "sex", "phone", "record_number")
_LIMIT = 200
_MOST = 10


class Identifiers(msgspec.Struct, frozen=True):
    """Identifiers of the case and record numbers of the patient."""

    case: tuple[Key, ...] = ()
    patient: tuple[Key, ...] = ()


def read_identifiers(sent: Any, problems: list[Problem]) -> Identifiers:
    """``identifiers``: a list of {authority, kind, value}; problems are added to the list."""
    if sent is None:
        return Identifiers()
    if not isinstance(sent, list) or len(sent) > _MOST:
        problems.append(Problem("identifiers", "is not a list", f"at most {_MOST} of {{authority, kind, value}}"))
        return Identifiers()
    keys = [key for place, item in enumerate(sent) if (key := _key(item, f"identifiers[{place}]", problems))]
    return Identifiers(tuple(key for key in keys if key[1] != "mrn"), tuple(key for key in keys if key[1] == "mrn"))


def read_person(sent: Any, problems: list[Problem]) -> dict[str, str]:
    """``person``: name and contacts, which are stored encrypted and never reach the event."""
    if sent is None:
        return {}
    if not isinstance(sent, dict) or set(sent) - set(PERSON):
        problems.append(Problem("person", "has unknown fields", "an object with " + ", ".join(PERSON)))
        return {}
    for name, value in sent.items():
        if not _text(value):
            problems.append(Problem(f"person.{name}", "is not a text", f"1 to {_LIMIT} characters"))
    return {str(name): str(value) for name, value in sent.items()}


def _key(item: Any, path: str, problems: list[Problem]) -> Key | None:
    if not isinstance(item, dict) or set(item) != {"authority", "kind", "value"}:
        problems.append(Problem(path, "is not an identifier", "an object with authority, kind and value"))
        return None
    if item["kind"] not in KINDS:
        problems.append(Problem(f"{path}.kind", "is unknown", "one of " + ", ".join(KINDS)))
        return None
    for name in ("authority", "value"):
        if not _text(item[name]):
            problems.append(Problem(f"{path}.{name}", "is not a text", f"1 to {_LIMIT} characters"))
            return None
    return item["authority"], KINDS[item["kind"]], item["value"]


def _text(value: Any) -> bool:
    if not isinstance(value, str) or not 0 < len(value) <= _LIMIT or "\x00" in value:
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in value)
