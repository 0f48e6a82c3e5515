"""OML^O21 and ORM^O01: laboratory orders placed and cancelled."""

from collections.abc import Callable, Iterator
from typing import Any

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.mapping.base import Draft, Mapped, Source, order_keys
from clinicflow.gateway.hl7.mapping.observations import code_of
from clinicflow.gateway.ids import named

_CANCELS = frozenset({"CA", "OC", "DC", "OD"})
_IMAGING = frozenset(
    {
        "RAD", "RX", "CT", "CTH", "CUS", "EC", "EN", "ICU", "IMG", "NMR", "NMS", "NRS", "OUS", "OT", "OTH",
        "PF", "PHR", "PHY", "RC", "RT", "RUS", "VR", "VUS", "XRC", "AU",
    }
)  # fmt: skip
"""Sections of HL7 table 0074 (OBR-24) that take no specimen."""

_PRIORITIES = {"S": "stat", "A": "asap", "P": "asap", "C": "urgent", "T": "urgent", "R": "routine"}
"""TQ1-9, OBR-27.6 or OBR-5. "P" (before an operation) and "T" (timing critical) are called sooner, never later."""

_CLASSES = {
    "BLD": "blood", "BLDV": "blood", "BLDA": "blood", "BLDC": "blood", "SER": "blood", "PLAS": "blood", "UR": "urine",
    "URINE": "urine", "SWAB": "swab", "TISS": "tissue", "BIOP": "tissue",
}  # fmt: skip


def ordered(source: Source) -> Mapped:
    """Each ORC with the OBRs after it; controls that neither place nor cancel change nothing here."""
    if source.message.get("ORC") is None and source.message.get("OBR") is None:
        raise MessageRefused("segment", "Expected at least one ORC or OBR segment")
    drafts: list[Draft] = []
    for orc, group in _orders(source):
        control = orc.value(1).upper() if orc else "NW"
        if control == "NW":
            drafts += _placed(source, orc, group)
        elif control in _CANCELS:
            drafts.append(_cancelled(source, orc, group))
    return Mapped(drafts=tuple(drafts), updates=True, reason="No laboratory order was placed or cancelled")


def _orders(source: Source) -> Iterator[tuple[Segment | None, list[Segment]]]:
    """(ORC, segments up to the next ORC). An OBR without ORC is a new order, as in older senders."""
    orc: Segment | None = None
    group: list[Segment] = []
    for segment in source.message.segments:
        if segment.name == "ORC":
            if orc or any(item.name == "OBR" for item in group):
                yield orc, group
            orc, group = segment, []
        elif segment.name in ("OBR", "TQ1", "SPM", "DG1"):
            group.append(segment)
    if orc or group:
        yield orc, group


def _placed(source: Source, orc: Segment | None, group: list[Segment]) -> Iterator[Draft]:
    for obr in (segment for segment in group if segment.name == "OBR"):
        if obr.value(24).upper() in _IMAGING:
            continue
        keys = order_keys(source, "order", orc, obr)
        if not keys:
            raise MessageRefused("order", "Expected an order number in ORC-2 or OBR-2")
        at = source.at((orc.value(9) if orc else "", "ORC-9"), (source.message.value("MSH", 7), "MSH-7"))
        yield Draft(
            type="lab-test-ordered",
            occurred_at=at,
            kind="order",
            keys=keys,
            fields=_order(source, obr, group, at, named("order-number", source.feed.org_id, *keys[0])),
            opens=True,
            links_visit=True,
        )


def _order(source: Source, obr: Segment, group: list[Segment], at: int, order_number: str) -> dict[str, Any]:
    code, system = code_of(obr, 4, source.feed)
    if not code:
        raise MessageRefused("order", "Expected the code of a test in OBR-4")
    fields: dict[str, Any] = {
        "order_number": order_number,
        "test_code": code,
        "test_system": system,
        "priority": _priority(obr, group),
        **source.facts(source.patient(), at),
    }
    specimen = next((segment for segment in group if segment.name == "SPM"), None)
    kind = specimen.value(4) if specimen else obr.value(15)
    if kind:
        fields |= {"specimen_type": kind, "specimen_class": _CLASSES.get(kind.upper(), "other")}
    diagnosis = next((segment.value(3) for segment in group if segment.name == "DG1"), "")
    return {**fields, "diagnosis_code": diagnosis} if diagnosis else fields


def _priority(obr: Segment, group: list[Segment]) -> str:
    timing = next((segment.value(9) for segment in group if segment.name == "TQ1"), "")
    stated = (timing or obr.value(27, 6) or obr.value(5)).upper()
    return _PRIORITIES.get(stated[:1], "routine")


def _cancelled(source: Source, orc: Segment | None, group: list[Segment]) -> Draft:
    obr = next((segment for segment in group if segment.name == "OBR"), None)
    keys = order_keys(source, "order", orc, obr)
    if not keys:
        raise MessageRefused("order", "Expected an order number in ORC-2 or OBR-2")
    at = source.at((orc.value(9) if orc else "", "ORC-9"), (source.message.value("MSH", 7), "MSH-7"))
    return Draft(type="order-cancelled", occurred_at=at, kind="order", keys=keys, fields={"reason": "other"})


HANDLES: dict[str, Callable[[Source], Mapped]] = {"OML^O21": ordered, "ORM^O01": ordered}
