"""Reading messages in whatever form they are sent."""

import pytest

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7 import er7

HEAD = "MSH|^~\\&|HIS|NORTH|CF|DEMO|20260921071000||ADT^A04|C-1|P|2.5.1"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends_of_three_kinds_are_read_alike(end: str) -> None:
    read = er7.parse(end.join((HEAD, "PID|1||7^^^DEMO^MR||Okafor^Imani")) + end)
    assert (read.kind, read.control_id, read.value("PID", 5, 2)) == ("ADT^A04", "C-1", "Imani")


def test_a_lone_line_feed_within_a_text_stays_when_segments_end_with_cr() -> None:
    read = er7.parse(f"{HEAD}\rNTE|1||first\nsecond\r")
    assert read.value("NTE", 3) == "first\nsecond"


@pytest.mark.parametrize(
    "head", ["MSH#$%/!#HIS#NORTH#CF#DEMO#20260921071000##ADT$A04#C-1#P#2.5.1", "MSH|^~|HIS|N||||||||"]
)
def test_delimiters_are_those_of_the_message(head: str) -> None:
    field = head[3]
    component = head[4]
    read = er7.parse(f"{head}\rPID{field}1{field}{field}7{component}{component}{component}DEMO\r")
    assert (read.value("PID", 3), read.value("PID", 3, 4)) == ("7", "DEMO")


def test_escapes_resolve_to_the_delimiters_of_the_message() -> None:
    read = er7.parse(f"{HEAD}\rNTE|1||a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\X0D\\g\\.br\\h\\H\\i\\Zq\\j\r")
    assert read.value("NTE", 3) == "a|b^c&d~e\\f\rg\nhij"


@pytest.mark.parametrize("odd", ["a\\X0\\b", "a\\XZZ\\b"])
def test_odd_hexadecimal_escapes_leave_nothing(odd: str) -> None:
    assert er7.parse(f"{HEAD}\rNTE|1||{odd}\r").value("NTE", 3) == "ab"


def test_an_escape_character_without_its_pair_stays() -> None:
    assert er7.parse(f"{HEAD}\rNTE|1||50\\100\r").value("NTE", 3) == "50\\100"


def test_a_million_escapes_are_refused() -> None:
    read = er7.parse(HEAD + "\rNTE|1||" + "\\F\\" * 50_000 + "\r")
    with pytest.raises(MessageRefused, match="at most"):
        read.value("NTE", 3)


def test_deleted_and_empty_values_are_told_apart() -> None:
    read = er7.parse(f'{HEAD}\rPID|1||7||""|\r')
    pid = read.get("PID")
    assert pid is not None
    assert (pid.first(5).null, pid.value(5), pid.first(6).null) == (True, "", False)


def test_numbers_of_header_fields_count_the_separator() -> None:
    head = er7.parse(HEAD).header
    assert (head.raw(1), head.raw(2), head.value(3), head.value(12)) == ("|", "^~\\&", "HIS", "2.5.1")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "MSH"),
        ("PID|1", "MSH"),
        ("EVN|A04\r" + HEAD, "MSH"),
        ("MSH", "too short"),
        ("MSH|", "too short"),
        ("MSH||||||||||", "encoding characters"),
        ("MSH|||||HIS", "encoding characters"),
        ("MSH|^^^^|HIS|", "different punctuation"),
        ("MSHabcd aHIS", "different punctuation"),
        (HEAD + "\rpid|1", "segment 2"),
        (HEAD + "\rPIDX1", "segment 2"),
        (HEAD + "\r" + HEAD, "another"),
    ],
)
def test_malformed_messages_are_refused_with_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(MessageRefused, match=expected):
        er7.parse(text)


def test_a_refusal_never_quotes_what_may_be_personal() -> None:
    with pytest.raises(MessageRefused) as refused:
        er7.parse(f"{HEAD}\rOkafor Imani, born 1990")
    assert "Okafor" not in str(refused.value)
