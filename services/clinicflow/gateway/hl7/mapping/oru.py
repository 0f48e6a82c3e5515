"""ORU^R01: vital signs, results, corrected results, critical results."""

from collections.abc import Callable, Iterator
from typing import Any

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7.er7 import Segment
from clinicflow.gateway.hl7.mapping.base import Draft, Key, Mapped, Source, order_keys
from clinicflow.gateway.hl7.mapping.observations import code_of, flag_of, number, status_of, unit_of, words_of
from clinicflow.gateway.hl7.mapping.values import finding_of, signed
from clinicflow.gateway.hl7.mapping.vitals import BESIDE, field_of, readings
from clinicflow.gateway.ids import named

_OF_CRITICAL: tuple[str, ...] = (
    *("code", "system", "value", "unit", "value_text", "flag"),
    *("comparator", "bound", "finding"),
)


class Group:
    """One OBR with the ORC before it and the OBXs after it."""

    def __init__(self, orc: Segment | None, obr: Segment | None) -> None:
        self.orc = orc
        self.obr = obr
        self.obxs: list[Segment] = []


def groups(source: Source) -> Iterator[Group]:
    """The message's groups; observations before any OBR make one of their own."""
    orc: Segment | None = None
    group: Group | None = None
    for segment in source.message.segments:
        if segment.name == "ORC":
            orc = segment
        elif segment.name == "OBR":
            if group:
                yield group
            group, orc = Group(orc, segment), None
        elif segment.name == "OBX":
            group = group or Group(orc, None)
            group.obxs.append(segment)
    if group:
        yield group


def observed(source: Source) -> Mapped:
    """Each group is vital signs of a visit, results of an order, or both, as of a blood gas with the temperature."""
    drafts: list[Draft] = []
    for group in groups(source):
        rest = [obx for obx in group.obxs if field_of(obx, source.feed) is None]
        if len(rest) < len(group.obxs):
            drafts += _vitals(source, group)
            group.obxs = [obx for obx in rest if _of_laboratory(obx, source)]
        drafts += _result(source, group)
    return Mapped(drafts=tuple(drafts), updates=True, reason="The message holds no value yet")


def _vitals(source: Source, group: Group) -> Iterator[Draft]:
    taken = next((obx for obx in group.obxs if obx.value(14)), None)
    at = source.at((taken.value(14) if taken else "", "OBX-14"), (group.obr.value(7) if group.obr else "", "OBR-7"))
    for fields in readings(group.obxs, source.feed):
        yield Draft(type="vitals-taken", occurred_at=at, kind="visit", keys=source.visit_keys(), fields=fields)


def _of_laboratory(obx: Segment, source: Source) -> bool:
    """What stands beside vital signs and is a result of its own; a device's own codes are none, unless critical."""
    code, system = code_of(obx, 3, source.feed)
    return (system == "loinc" and code not in BESIDE) or flag_of(obx, source.feed) in source.feed.critical_flags


def _result(source: Source, group: Group) -> Iterator[Draft]:
    observations = [found for obx in group.obxs if (found := _observation(obx, group, source))]
    if not observations:
        return
    keys = order_keys(source, "order", group.orc, group.obr)
    status = _overall(group, observations)
    result_id = _result_id(source, group, keys)
    at = _reported_at(source, group)
    fields = {
        "result_id": result_id,
        "status": status,
        "observations": observations,
        "abnormal": any(item.get("flag") not in (None, "N") for item in observations),
    }
    kind = "result-corrected" if status == "C" else "result-received"
    yield Draft(type=kind, occurred_at=at, kind="order", keys=keys, fields=fields, opens=True, version_of=result_id)
    for item in observations:
        if item.get("flag") in source.feed.critical_flags and item["status"] != "X":
            critical = {name: item[name] for name in _OF_CRITICAL if name in item}
            yield Draft(
                type="critical-result-received",
                occurred_at=at,
                kind="order",
                keys=keys,
                fields={"result_id": result_id, **critical},
                opens=True,
            )


def _observation(obx: Segment, group: Group, source: Source) -> dict[str, Any] | None:
    default = group.obr.value(25) if group.obr else ""
    status = status_of(obx.value(11), default)
    code, system = code_of(obx, 3, source.feed)
    if status is None or not code:
        return None
    found: dict[str, Any] = {"code": code, "system": system, "status": status}
    value = number(obx)
    if value is not None:
        found["value"] = value
        unit = unit_of(obx, source.feed)
        found |= {"unit": unit} if unit else {}
    elif words := words_of(obx):
        found |= {"value_text": words, **_in_words(obx, source)}
    elif status not in ("X", "C") and not obx.raw(5).strip():
        return None
    flag = flag_of(obx, source.feed)
    return {**found, "flag": flag} if flag else found


def _in_words(obx: Segment, source: Source) -> dict[str, Any]:
    """What is known of a value beside its words: the side of a number on which it lies, or what was found."""
    if limit := signed(obx):
        try:
            unit = unit_of(obx, source.feed)
        except MessageRefused:
            return {}  # a text may have any unit; a listed one that is not compared is looked at by a nurse
        return {"comparator": limit[0], "bound": limit[1]} | ({"unit": unit} if unit else {})
    finding = finding_of(obx, source.feed)
    return {"finding": finding} if finding else {}


def _overall(group: Group, observations: list[dict[str, Any]]) -> str:
    """C when anything is corrected; else what OBR-25 says; else the least final of the observations."""
    statuses = [item["status"] for item in observations]
    stated = group.obr.value(25) if group.obr else ""
    overall = status_of(stated) if stated else None
    if "C" in statuses or overall == "C":
        return "C"
    if overall:
        return overall
    return next(status for status in ("P", "F", "X") if status in statuses)


def _result_id(source: Source, group: Group, keys: tuple[Key, ...]) -> str:
    """Opaque; the same for every version of one result: of one order's number and test."""
    code = code_of(group.obr, 4, source.feed)[0] if group.obr else ""
    number_ = keys[-1] if keys else ("message", source.message.header.value(3), source.message.control_id)
    return named("result", source.feed.org_id, *number_, code)


def _reported_at(source: Source, group: Group) -> int:
    obr = group.obr
    stated = ((obr.value(22), "OBR-22"),) if obr else ()
    return source.at(*stated, (source.message.value("MSH", 7), "MSH-7"))


def no_group(source: Source) -> Mapped:
    """A message without observations is malformed rather than empty."""
    if source.message.get("OBX") is None and source.message.get("OBR") is None:
        raise MessageRefused("segment", "Expected at least one OBR or OBX segment")
    return observed(source)


HANDLES: dict[str, Callable[[Source], Mapped]] = {"ORU^R01": no_group, "ORU^R30": no_group}
