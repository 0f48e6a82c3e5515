"""Frames out of any chunks of bytes."""

from hypothesis import given
from hypothesis import strategies as st

from clinicflow.gateway.hl7.mllp import Deframer, frame
from tests.gateway.support import splits

BODIES = st.lists(st.binary(max_size=40).filter(lambda body: not set(body) & {0x0B, 0x1C}), max_size=5)


@given(BODIES, st.lists(st.integers(0, 7), max_size=60))
def test_frames_are_the_same_however_the_bytes_arrive(bodies: list[bytes], sizes: list[int]) -> None:
    deframer = Deframer(limit=100)
    stream = b"".join(frame(body) for body in bodies)
    found = [item for piece in splits(stream, sizes) for item in deframer.feed(piece)]
    assert [(item.body, item.fault) for item in found] == [(body, "") for body in bodies]
    assert deframer.close() is None


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_no_bytes_break_the_reader_and_memory_stays_bounded(pieces: list[bytes]) -> None:
    deframer = Deframer(limit=20)
    for piece in pieces:
        for found in deframer.feed(piece):
            assert len(found.body) <= 200
        assert len(deframer._buffer) <= 20 + 12
    deframer.close()


def faults(data: bytes, limit: int = 50) -> list[str]:
    deframer = Deframer(limit)
    found = [*deframer.feed(data), deframer.close()]
    return [item.fault for item in found if item]


def test_separator_within_the_text_is_kept() -> None:
    (found,) = Deframer(50).feed(b"\x0bMSH a\x1cb\x1c\r")
    assert (found.body, found.fault) == (b"MSH a\x1cb", "")


def test_line_ends_between_frames_are_nothing() -> None:
    assert faults(frame(b"one") + b"\r\n" + frame(b"two")) == ["", ""]


def test_bytes_without_start_are_a_fault() -> None:
    assert faults(b"MSH|1\x1c\r") == ["Expected VT before the message"]
    assert faults(b"MSH|1" + frame(b"two"))[0].startswith("Expected VT")


def test_doubled_start_is_one_frame() -> None:
    assert faults(b"\x0b\x0bMSH\x1c\r") == [""]


def test_a_frame_that_never_ends_before_the_next_is_a_fault_and_the_next_is_read() -> None:
    assert faults(b"\x0bMSH|1" + frame(b"MSH|2")) == ["Expected FS CR before the next VT", ""]


def test_an_end_without_cr_before_the_next_frame_is_told() -> None:
    assert faults(b"\x0bMSH|1\x1c" + frame(b"MSH|2")) == ["Expected CR after FS", ""]


def test_a_closed_connection_leaves_a_fault() -> None:
    assert faults(b"\x0bMSH|1") == ["Expected the end of the frame (FS CR), but the connection was closed"]


def test_an_oversize_frame_is_refused_once_and_skipped_to_its_end() -> None:
    big = b"\x0b" + b"x" * 500 + b"\x1c\r"
    deframer = Deframer(50)
    found = [item for start in range(0, len(big), 7) for item in deframer.feed(big[start : start + 7])]
    found += deframer.feed(frame(b"next"))
    assert [item.fault or item.body for item in found] == ["Expected at most 50 bytes in a message", b"next"]
