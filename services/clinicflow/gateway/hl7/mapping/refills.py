"""RDE^O25 and RDE^O11: refills asked for, approved, denied."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.mapping.base import Draft, Mapped, Source, order_keys
from clinicflow.gateway.hl7.times import instant

_SYSTEMS = {"NDC": "ndc", "RXNORM": "rxnorm", "RXN": "rxnorm"}
_SCHEDULES = {"II": "II", "III": "III", "IV": "IV", "V": "V", "2": "II", "3": "III", "4": "IV", "5": "V"}


class Prescription:
    """One ORC with the RXO (as ordered) and RXE (as encoded) after it."""

    def __init__(self, orc: Segment) -> None:
        self.orc = orc
        self.ordered: Segment | None = None
        self.encoded: Segment | None = None


def prescriptions(source: Source) -> Iterator[Prescription]:
    """The message's prescriptions in order."""
    current: Prescription | None = None
    for segment in source.message.segments:
        if segment.name == "ORC":
            if current:
                yield current
            current = Prescription(segment)
        elif current and segment.name == "RXO" and current.ordered is None:
            current.ordered = segment
        elif current and segment.name == "RXE" and current.encoded is None:
            current.encoded = segment
    if current:
        yield current


def requested(source: Source) -> Mapped:
    """O25 asks for a refill unless its ORC-1 says that one was decided."""
    return _mapped(source, frozenset({"RF", "NW", ""}))


def encoded(source: Source) -> Mapped:
    """O11 is about refills only with RF, AF or DF in ORC-1."""
    return _mapped(source, frozenset({"RF"}))


def _mapped(source: Source, asks: frozenset[str]) -> Mapped:
    if source.message.get("ORC") is None:
        raise MessageRefused("segment", "Expected at least one ORC segment")
    drafts = []
    for item in prescriptions(source):
        control = item.orc.value(1).upper()
        if control in asks:
            drafts.append(_request(source, item))
        elif control in ("AF", "DF"):
            fields = {} if control == "AF" else {"reason": "other"}
            drafts.append(_draft(source, item, "refill-approved" if control == "AF" else "refill-denied", fields))
    return Mapped(drafts=tuple(drafts), updates=True, reason="No refill was asked for or decided")


def _request(source: Source, item: Prescription) -> Draft:
    rxe = item.encoded
    if rxe is None or not rxe.value(2):
        raise MessageRefused("drug", "Expected the code of a drug in RXE-2")
    draft = _draft(source, item, "refill-requested", {}, opens=True)
    fields: dict[str, Any] = {
        "drug_code": rxe.value(2),
        "drug_system": _SYSTEMS.get(rxe.value(2, 3).upper(), "local"),
        "dose_changed": _differs(item, 2, 3) or _differs(item, 1, 2),
        "quantity_changed": _differs(item, 11, 10),
        "frequency_changed": False,
        "requested_by": source.feed.refills_from,
        **source.facts(source.patient(), draft.occurred_at),
        **_details(source, rxe),
    }
    return msgspec.structs.replace(draft, fields=fields)


def _details(source: Source, rxe: Segment) -> dict[str, Any]:
    found: dict[str, Any] = {}
    quantity, unit = rxe.value(10), rxe.value(11)
    if quantity.replace(".", "", 1).isdigit():
        found["quantity"] = quantity
        found |= {"quantity_unit": unit} if unit else {}
    last = instant(rxe.value(18), source.feed.zone, "RXE-18")
    found |= {"last_fill_at": last} if last is not None else {}
    pharmacy = rxe.value(40)
    found |= {"pharmacy_id": pharmacy} if pharmacy else {}
    schedule = rxe.value(35).upper().removeprefix("C-").removeprefix("C")
    if schedule:
        found["controlled_schedule"] = _SCHEDULES.get(schedule, "unknown")
    return found


def _differs(item: Prescription, ordered: int, encoded_: int) -> bool:
    """Whether RXO and RXE both say something and not the same: then a change is asked for."""
    if item.ordered is None or item.encoded is None:
        return False
    one, other = item.ordered.value(ordered), item.encoded.value(encoded_)
    return bool(one and other and one != other)


def _draft(source: Source, item: Prescription, kind: str, fields: dict[str, Any], *, opens: bool = False) -> Draft:
    keys = order_keys(source, "refill", item.orc)
    if not keys:
        raise MessageRefused("order", "Expected a prescription number in ORC-2 or ORC-3")
    at = source.at((item.orc.value(9), "ORC-9"), (source.message.value("MSH", 7), "MSH-7"))
    return Draft(type=kind, occurred_at=at, kind="refill", keys=keys, fields=fields, opens=opens, links_visit=opens)


HANDLES: dict[str, Callable[[Source], Mapped]] = {"RDE^O25": requested, "RDE^O11": encoded}
