"""Answers to messages: original mode (AA, AE, AR) and enhanced mode (CA, CE, CR, then AA, AE, AR as asked for)."""

from datetime import UTC, datetime
from typing import Literal

import msgspec

Verdict = Literal["accepted", "retry", "refused"]
"""accepted: stored for good. retry: nothing was stored, sending again can help. refused: sending again cannot help."""

_ORIGINAL = {"accepted": "AA", "retry": "AE", "refused": "AR"}
_COMMIT = {"accepted": "CA", "retry": "CE", "refused": "CR"}
_REFUSED = "101^Required field missing or wrong^HL70357"
_ERROR = {"AR": _REFUSED, "CR": _REFUSED}
_WHEN: dict[str, frozenset[str]] = {
    "AL": frozenset({"accepted", "retry", "refused"}),
    "NE": frozenset(),
    "ER": frozenset({"retry", "refused"}),
    "SU": frozenset({"accepted"}),
}


class Header(msgspec.Struct, frozen=True):
    """What an answer repeats of a message. All empty when the message has no readable header."""

    control_id: str = ""
    application: str = ""
    facility: str = ""
    receiving_application: str = ""
    receiving_facility: str = ""
    trigger: str = ""
    processing: str = "P"
    version: str = "2.3"
    accept_when: str = ""
    """MSH-15: when to send an accept acknowledgement (HL7 table 0155)."""
    application_when: str = ""
    """MSH-16: when to send an application acknowledgement."""

    answers: bool = False
    """It is an acknowledgement itself: answering it could go on for ever between two systems."""

    @property
    def enhanced(self) -> bool:
        """Whether the sender asks for enhanced mode."""
        return bool(self.accept_when or self.application_when)


def header_of(raw: bytes) -> Header:
    """The header of a message, as far as it can be read: also of one that cannot be parsed."""
    text = raw.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\r")[0].split(b"\n")[0].decode("latin-1")
    if not text.startswith("MSH") or len(text) < 8:
        return Header()
    fields = text.split(text[3])

    def field(number: int) -> str:
        value = fields[number - 1].strip() if number <= len(fields) else ""
        return "".join(letter for letter in value if letter >= " ")

    kind = field(9).split(text[4])
    return Header(
        control_id=field(10),
        application=field(3),
        facility=field(4),
        receiving_application=field(5),
        receiving_facility=field(6),
        trigger=kind[1] if len(kind) > 1 else "",
        processing=field(11) or "P",
        version=field(12) or "2.3",
        accept_when=field(15),
        application_when=field(16),
        answers=kind[0] in ("ACK", "MCF"),
    )


def codes(header: Header, verdict: Verdict) -> list[str]:
    """The acknowledgement codes to send, in order; a sender in enhanced mode may ask for none.

    An unknown condition counts as always.
    """
    if header.answers:
        return []
    if not header.enhanced:
        return [_ORIGINAL[verdict]]
    found = []
    for when, table in ((header.accept_when, _COMMIT), (header.application_when, _ORIGINAL)):
        if verdict in (_WHEN.get(when, _WHEN["AL"]) if when else ()):
            found.append(table[verdict])
    return found


def answer(header: Header, code: str, reason: str, now: int, own_id: str) -> bytes:
    """One acknowledgement message. ``now`` in UTC microseconds; ``reason`` holds no personal data."""
    stamp = datetime.fromtimestamp(now / 1_000_000, UTC).strftime("%Y%m%d%H%M%S+0000")
    kind = f"ACK^{header.trigger}^ACK" if header.trigger else "ACK"
    msh = [
        "MSH", "^~\\&", _plain(header.receiving_application), _plain(header.receiving_facility),
        _plain(header.application), _plain(header.facility), stamp, "", kind, own_id, header.processing, header.version,
    ]  # fmt: skip
    msa = ["MSA", code, header.control_id.replace("|", "\\F\\"), *([_escaped(reason)] if reason else [])]
    segments = ["|".join(msh), "|".join(msa)]
    if reason:
        segments.append(f"ERR|||{_ERROR.get(code, '207^Application internal error^HL70357')}|E||||{_escaped(reason)}")
    return ("\r".join(segments) + "\r").encode("latin-1", "replace")


def _plain(value: str) -> str:
    """A header value of the sender, whose separators may differ from ours, without ours inside."""
    return value.replace("|", " ").replace("\r", " ")


def _escaped(text: str) -> str:
    text = text.encode("ascii", "replace").decode("ascii")
    pairs = (("\\", "\\E\\"), ("|", "\\F\\"), ("^", "\\S\\"), ("~", "\\R\\"), ("&", "\\T\\"), ("\r", " "), ("\n", " "))
    for character, escape in pairs:
        text = text.replace(character, escape)
    return text[:400]
