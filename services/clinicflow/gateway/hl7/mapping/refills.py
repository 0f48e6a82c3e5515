"""RDE^O25 and RDE^O11: refills asked for, approved, denied."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.mapping.base import Draft, Mapped, Source, order_keys
from clinicflow.gateway.hl7.times import instant

_SYSTEMS = {"NDC": "ndc", "RXNORM": "rxnorm", "RXN": "rxnorm"}
_SCHEDULES = {"II": "II", "III": "III", "IV": "IV", "V": "V", "2": "II", "3": "III", "4": "IV", "5": "V"}


_DOSE = ((1, 2), (2, 3), (4, 5), (18, 25), (19, 26))
"""Fields of RXO and RXE that say what is given: the drug, amount and unit, strength and its unit."""
_QUANTITY = ((11, 10), (12, 11))
"""Fields of RXO and RXE that say what is dispensed: amount and unit."""


class Prescription:
    """One ORC with the RXO (as ordered) and RXE (as encoded) after it, and how often by the TQ1 after ORC and RXE."""

    def __init__(self, orc: Segment) -> None:
        self.orc = orc
        self.ordered: Segment | None = None
        self.encoded: Segment | None = None
        self.often_ordered = orc.value(7, 2)
        self.often_encoded = ""

    def add(self, segment: Segment) -> None:
        """Take in a segment; of each kind the first counts."""
        if segment.name == "RXO" and self.ordered is None:
            self.ordered = segment
        elif segment.name == "RXE" and self.encoded is None:
            self.encoded = segment
            self.often_encoded = segment.value(1, 2)
        elif segment.name == "TQ1" and self.encoded is None:
            self.often_ordered = self.often_ordered or segment.value(3)
        elif segment.name == "TQ1":
            self.often_encoded = self.often_encoded or segment.value(3)


def prescriptions(source: Source) -> Iterator[Prescription]:
    """The message's prescriptions in order."""
    current: Prescription | None = None
    for segment in source.message.segments:
        if segment.name == "ORC":
            if current:
                yield current
            current = Prescription(segment)
        elif current:
            current.add(segment)
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
        "dose_changed": _differ(item, _DOSE),
        "quantity_changed": _differ(item, _QUANTITY),
        "frequency_changed": _other(item.often_ordered, item.often_encoded),
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


def _differ(item: Prescription, pairs: Iterable[tuple[int, int]]) -> bool:
    """Whether RXO and RXE both say something and not the same: then a change is asked for."""
    ordered, encoded_ = item.ordered, item.encoded
    if ordered is None or encoded_ is None:
        return False
    return any(_other(ordered.value(one), encoded_.value(other)) for one, other in pairs)


def _other(ordered: str, encoded_: str) -> bool:
    return bool(ordered and encoded_ and ordered != encoded_)


def _draft(source: Source, item: Prescription, kind: str, fields: dict[str, Any], *, opens: bool = False) -> Draft:
    keys = order_keys(source, "refill", item.orc)
    if not keys:
        raise MessageRefused("order", "Expected a prescription number in ORC-2 or ORC-3")
    at = source.at((item.orc.value(9), "ORC-9"), (source.message.value("MSH", 7), "MSH-7"))
    return Draft(type=kind, occurred_at=at, kind="refill", keys=keys, fields=fields, opens=opens, links_visit=opens)


HANDLES: dict[str, Callable[[Source], Mapped]] = {"RDE^O25": requested, "RDE^O11": encoded}
