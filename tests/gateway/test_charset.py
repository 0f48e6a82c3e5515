"""Character sets: as claimed, as declared, and as lied about."""

import pytest

from clinicflow.errors import MessageRefused
from clinicflow.gateway.hl7 import charset


def claiming(name: str, value: bytes) -> bytes:
    return b"MSH|^~\\&|HIS|NORTH|||2026||ADT^A04|C-1|P|2.5||||||" + name.encode() + b"\rPID|1||7||" + value


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("UNICODE UTF-8", "utf-8"),
        ("8859/1", "latin-1"),
        ("8859/15", "iso-8859-15"),
        ("8859/2~ISO IR87", "iso-8859-2"),
        ("GB 18030-2000", "gb18030"),
    ],
)
def test_the_claimed_character_set_is_used(name: str, codec: str) -> None:
    text = "Zoë" if codec != "iso-8859-2" else "Łódź"
    assert charset.decode(claiming(name, text.encode(codec))).endswith(text)


def test_a_byte_order_mark_is_no_part_of_the_message() -> None:
    assert charset.decode(b"\xef\xbb\xbf" + claiming("", b"Ana")).startswith("MSH")


def test_a_byte_order_mark_is_a_claim() -> None:
    raw = b"\xef\xbb\xbf" + claiming("", "Zoë".encode())
    assert charset.decode(raw, "ascii").endswith("Zoë")
    with pytest.raises(MessageRefused, match="The byte order mark says UTF-8"):
        charset.decode(raw + b"\xff", "iso-8859-1")


def test_the_claim_is_read_behind_line_ends_too() -> None:
    assert charset.decode(b"\r\n" + claiming("8859/1", "Zoë".encode("latin-1"))).endswith("Zoë")


def test_without_a_claim_the_feed_says_which() -> None:
    assert charset.decode(claiming("", "Zoë".encode("latin-1")), "iso-8859-1").endswith("Zoë")


def test_ascii_needs_no_claim_even_beside_an_unknown_one() -> None:
    assert charset.decode(claiming("EBCDIC", b"Ana")).endswith("Ana")


@pytest.mark.parametrize(
    ("raw", "fallback", "expected"),
    [
        (claiming("", "Zoë".encode()), None, "MSH-18 or a charset in the feed file"),
        (claiming("ASCII", "Zoë".encode()), "utf-8", "MSH-18 says ASCII"),
        (claiming("UNICODE UTF-8", "Zoë".encode("latin-1")), None, "MSH-18 says UNICODE UTF-8"),
        (claiming("8859/1", "Zoë".encode()), None, "the bytes are UTF-8"),
        (claiming("", "Zoë".encode("latin-1")), "utf-8", "The feed file says utf-8"),
        (claiming("ISO IR87", "Zoë".encode()), None, "table 0211"),
        ("MSH|^~\\&|HIS".encode("utf-16"), None, "UTF-16"),
        (b"MSH|^~\\&|H\x00IS", None, "NUL"),
        (claiming("", b"A" * 100 + b"\x00"), None, "NUL"),
    ],
)
def test_a_false_or_missing_claim_is_refused(raw: bytes, fallback: str | None, expected: str) -> None:
    with pytest.raises(MessageRefused, match=expected):
        charset.decode(raw, fallback)
