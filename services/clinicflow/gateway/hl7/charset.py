"""From bytes to text: what MSH-18 says, what the feed declares when it says nothing, and when either is not true."""

import re

from clinicflow.errors import MessageRefused

TABLE_0211 = {
    "ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/2": "iso-8859-2",
    "8859/3": "iso-8859-3",
    "8859/4": "iso-8859-4",
    "8859/5": "iso-8859-5",
    "8859/6": "iso-8859-6",
    "8859/7": "iso-8859-7",
    "8859/8": "iso-8859-8",
    "8859/9": "iso-8859-9",
    "8859/15": "iso-8859-15",
    "GB 18030-2000": "gb18030",
    "BIG-5": "big5",
    "KS X 1001": "euc_kr",
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
}
"""HL7 table 0211, the character sets in which MLLP's framing bytes keep their meaning. Others are refused by name."""

_BOM = b"\xef\xbb\xbf"


def decode(raw: bytes, fallback: str | None = None) -> str:
    """The text of a message. ``fallback`` is the feed's declared Python codec for messages that name none.

    Raises ``MessageRefused`` when the bytes are not what the message (or feed) says they are: nothing is guessed.
    """
    marked, raw = raw.startswith(_BOM), raw.removeprefix(_BOM)
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in raw:
        raise MessageRefused(
            "charset", "Expected a character set whose bytes are safe in MLLP, but found UTF-16 or NULs"
        )
    if raw.isascii():
        return raw.decode("ascii")
    declared = _declared(raw)
    if declared and declared not in TABLE_0211:
        raise MessageRefused(
            "charset", f"Expected a character set of HL7 table 0211 in MSH-18, but found {declared[:20]!r}"
        )
    if declared:
        return _strictly(raw, TABLE_0211[declared], f"MSH-18 says {declared}")
    if marked:
        return _strictly(raw, "utf-8", "The byte order mark says UTF-8")
    if fallback is None:
        raise MessageRefused("charset", "Expected MSH-18 or a charset in the feed file, since the message is not ASCII")
    return _strictly(raw, fallback, f"The feed file says {fallback}")


def _strictly(raw: bytes, codec: str, claim: str) -> str:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        raise MessageRefused("charset", f"{claim}, but byte {error.start} is not of it") from error
    if codec.startswith("iso-8859") and _is_utf8(raw):
        raise MessageRefused("charset", f"{claim}, but the bytes are UTF-8")
    return text


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _declared(raw: bytes) -> str:
    """MSH-18, first repetition, read from bytes because the text is not known yet."""
    head = re.split(rb"[\r\n]", raw.lstrip(), maxsplit=1)[0]
    if len(head) < 8 or not head.startswith(b"MSH"):
        return ""
    fields = head.split(head[3:4])
    value = fields[17] if len(fields) > 17 else b""
    repetition = head[5:6]
    return value.split(repetition)[0].decode("ascii", "replace").strip().upper()
