"""Which answer is sent, by what the sender asks for and what became of the message."""

import pytest

from clinicflow.gateway.hl7 import er7
from clinicflow.gateway.hl7.ack import Header, answer, codes, header_of
from tests.gateway.support import NOON, message

TABLE = {
    ("", ""): ("AA", "AE", "AR"),
    ("AL", ""): ("CA", "CE", "CR"),
    ("NE", ""): ("", "", ""),
    ("ER", ""): ("", "CE", "CR"),
    ("SU", ""): ("CA", "", ""),
    ("", "AL"): ("AA", "AE", "AR"),
    ("NE", "AL"): ("AA", "AE", "AR"),
    ("NE", "NE"): ("", "", ""),
    ("AL", "NE"): ("CA", "CE", "CR"),
    ("AL", "AL"): ("CA AA", "CE AE", "CR AR"),
    ("ER", "AL"): ("AA", "CE AE", "CR AR"),
    ("AL", "ER"): ("CA", "CE AE", "CR AR"),
    ("SU", "SU"): ("CA AA", "", ""),
    ("??", ""): ("CA", "CE", "CR"),
}


@pytest.mark.parametrize("asked", TABLE)
def test_enhanced_mode_is_obeyed(asked: tuple[str, str]) -> None:
    header = Header(accept_when=asked[0], application_when=asked[1])
    sent = tuple(" ".join(codes(header, verdict)) for verdict in ("accepted", "retry", "refused"))
    assert sent == TABLE[asked]


def test_the_answer_repeats_control_id_and_swaps_the_ends() -> None:
    header = header_of(message("ADT^A04", control="MSG 0815/é").encode("latin-1"))
    read = er7.parse(answer(header, "AA", "", NOON, "own-1").decode("latin-1"))
    assert (read.value("MSA", 1), read.value("MSA", 2)) == ("AA", "MSG 0815/é")
    assert [read.value("MSH", field) for field in (3, 4, 5, 6)] == ["CF", "DEMO", "HIS", "NORTH"]
    assert (read.kind, read.value("MSH", 9, 3), read.value("MSH", 12)) == ("ACK^A04", "ACK", "2.5.1")


def test_a_reason_cannot_break_the_answer() -> None:
    read = er7.parse(answer(Header(control_id="1"), "AR", "a|b^c\rMSA|AA|1 \\ é", NOON, "own").decode())
    assert read.value("MSA", 3) == "a|b^c MSA|AA|1 \\ ?"
    assert [segment.name for segment in read.segments] == ["MSH", "MSA", "ERR"]


def test_a_control_id_with_foreign_separators_comes_back_whole() -> None:
    header = header_of(b"MSH#$%/!#HIS#N#CF#D#2026##ADT$A04#a|b#P#2.5")
    read = er7.parse(answer(header, "AA", "", NOON, "own").decode())
    assert (header.control_id, read.value("MSA", 2)) == ("a|b", "a|b")


@pytest.mark.parametrize("before", ["\n", "\r\n", " \t", "\ufeff"])
def test_what_stands_before_the_header_does_not_hide_whom_to_answer(before: str) -> None:
    header = header_of((before + message("ADT^A04", control="C-7")).encode())
    assert (header.control_id, header.application) == ("C-7", "HIS")


@pytest.mark.parametrize("raw", [b"", b"MSH", b"garbage", b"PID|1", b"MSH|^~\\&"])
def test_what_has_no_header_gets_an_answer_without_control_id(raw: bytes) -> None:
    header = header_of(raw)
    assert header.control_id == ""
    assert codes(header, "refused") == ["AR"]
    assert answer(header, "AR", "Expected MSH", NOON, "own").startswith(b"MSH|^~\\&|")
