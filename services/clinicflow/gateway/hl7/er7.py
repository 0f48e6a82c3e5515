"""Reading HL7 v2 messages in their pipe-and-hat form, whatever delimiters, line ends and character set they use.

Fields are split when asked for, so that a message with a large attachment costs little. Values are never logged.
"""

import re
from collections.abc import Iterator

from clinicflow.errors import MessageRefused

NULL = '""'
"""A sender's wish to delete a value; an empty field means that nothing changed."""

_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}\Z")
_ESCAPE_LIMIT = 10_000
_FORMATTING = {".br": "\n", ".sp": "\n", ".ce": "\n", ".fi": "", ".nf": "", ".in": " ", ".ti": " ", ".sk": " "}


class Delimiters:
    """The five characters that a message declares in MSH-1 and MSH-2 (the last two are optional there)."""

    def __init__(self, field: str, declared: str) -> None:
        defaults = ("^", "~", "\\", "&")
        given = tuple(declared)
        if not 1 <= len(given) <= 5:
            raise MessageRefused(
                "delimiters", f"Expected one to five encoding characters in MSH-2, but found {len(given)}"
            )
        component, repetition, escape, sub = (*given[:4], *defaults[len(given[:4]) :])
        used = (field, *given)
        if len(set(used)) != len(used) or any(character.isalnum() or character.isspace() for character in used):
            raise MessageRefused("delimiters", "Expected different punctuation characters in MSH-1 and MSH-2")
        self.field, self.component, self.repetition = field, component, repetition
        self.escape, self.sub = escape, sub

    def escapes(self) -> dict[str, str]:
        """What the escape letters of this message stand for."""
        return {"F": self.field, "S": self.component, "T": self.sub, "R": self.repetition, "E": self.escape}


class Segment:
    """One segment. Numbers of fields, repetitions and components are those of the standard: from one."""

    __slots__ = ("_delimiters", "_fields", "name", "text")

    def __init__(self, text: str, delimiters: Delimiters) -> None:
        self.name = text[:3]
        self.text = text
        self._delimiters = delimiters
        self._fields: list[str] | None = None

    def raw(self, field: int) -> str:
        """A field as it was sent; empty when absent."""
        if self._fields is None:
            parts = self.text.split(self._delimiters.field)
            if self.name in ("MSH", "BHS", "FHS"):
                parts.insert(1, self._delimiters.field)
            self._fields = parts
        return self._fields[field] if field < len(self._fields) else ""

    def repetitions(self, field: int) -> list["Repetition"]:
        """The repetitions of a field that hold something."""
        raw = self.raw(field)
        if not raw:
            return []
        return [Repetition(part, self._delimiters) for part in raw.split(self._delimiters.repetition) if part]

    def first(self, field: int) -> "Repetition":
        """The first repetition of a field, possibly empty."""
        found = self.repetitions(field)
        return found[0] if found else Repetition("", self._delimiters)

    def value(self, field: int, component: int = 1, sub: int = 1) -> str:
        """One value, escapes resolved; empty when absent or when the sender deletes it."""
        return self.first(field).value(component, sub)


class Repetition:
    """One repetition of a field."""

    __slots__ = ("_delimiters", "text")

    def __init__(self, text: str, delimiters: Delimiters) -> None:
        self.text = text
        self._delimiters = delimiters

    def value(self, component: int = 1, sub: int = 1) -> str:
        """One value, escapes resolved; empty when absent or when the sender deletes it."""
        components = self.text.split(self._delimiters.component)
        if component > len(components):
            return ""
        subs = components[component - 1].split(self._delimiters.sub)
        raw = subs[sub - 1] if sub <= len(subs) else ""
        return "" if raw == NULL else unescape(raw, self._delimiters).strip()

    @property
    def null(self) -> bool:
        """Whether the sender asks for deletion."""
        return self.text == NULL


class Er7:
    """A message: its segments in order."""

    def __init__(self, segments: list[Segment]) -> None:
        self.segments = segments
        self.header = segments[0]

    @property
    def control_id(self) -> str:
        """MSH-10, as answers must repeat it."""
        return self.header.raw(10).strip()

    @property
    def kind(self) -> str:
        """Message code and trigger event, like ``ADT^A04``."""
        code, trigger = self.header.value(9, 1), self.header.value(9, 2)
        return f"{code}^{trigger}" if trigger else code

    def all(self, name: str) -> Iterator[Segment]:
        """All segments of a name."""
        return (segment for segment in self.segments if segment.name == name)

    def get(self, name: str) -> Segment | None:
        """The first segment of a name."""
        return next(self.all(name), None)

    def value(self, name: str, field: int, component: int = 1, sub: int = 1) -> str:
        """One value of the first segment of a name; empty when there is none."""
        segment = self.get(name)
        return segment.value(field, component, sub) if segment else ""


def parse(text: str) -> Er7:
    """Read one message; raises ``MessageRefused`` saying what was expected, never quoting values."""
    lines = _lines(text)
    if not lines or not lines[0].startswith("MSH"):
        raise MessageRefused("no-header", "Expected a message that begins with an MSH segment")
    head = lines[0]
    if len(head) < 8:
        raise MessageRefused("no-header", "Expected MSH with its delimiters, but the segment is too short")
    field = head[3]
    delimiters = Delimiters(field, head[4 : head.index(field, 4)] if field in head[4:] else head[4:])
    segments = []
    for number, line in enumerate(lines, 1):
        if not _SEGMENT.match(line[:3]) or (len(line) > 3 and line[3] != field):
            raise MessageRefused("segment", f"Expected a segment name and {field!r} at segment {number}")
        if number > 1 and line[:3] == "MSH":
            raise MessageRefused("segment", f"Expected one message, but segment {number} begins another")
        segments.append(Segment(line, delimiters))
    return Er7(segments)


def _lines(text: str) -> list[str]:
    """Segments end with CR; some senders use CR LF or LF. A lone LF beside CRs is part of a text."""
    if "\r" in text:
        parts = text.replace("\r\n", "\r").split("\r")
        lines = [part.lstrip("\n") for part in parts]
    else:
        lines = text.split("\n")
    return [line for line in lines if line.strip()]


def unescape(text: str, delimiters: Delimiters) -> str:
    """Resolve escape sequences. Unknown ones (``\\Z..\\``, highlighting) leave nothing; odd ones stay as they are."""
    mark = delimiters.escape
    if mark not in text:
        return text
    pieces = text.split(mark)
    if len(pieces) > _ESCAPE_LIMIT:
        raise MessageRefused("escapes", f"Expected at most {_ESCAPE_LIMIT} escape sequences in a value")
    if len(pieces) % 2 == 0:
        pieces[-2:] = [pieces[-2] + mark + pieces[-1]] if len(pieces) > 2 else [mark.join(pieces)]
    letters = delimiters.escapes()
    return "".join(piece if index % 2 == 0 else _escape(piece, letters) for index, piece in enumerate(pieces))


def _escape(code: str, letters: dict[str, str]) -> str:
    if code in letters:
        return letters[code]
    if code[:1] == "X":
        try:
            return bytes.fromhex(code[1:]).decode("ascii")
        except ValueError:
            return ""
    return _FORMATTING.get(code[:3], "")
