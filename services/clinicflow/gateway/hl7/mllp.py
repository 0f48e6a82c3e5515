"""MLLP framing over any chunks of bytes: frames may come in pieces or several at once, and may be malformed."""

from collections.abc import Iterator

import msgspec

START = b"\x0b"
END = b"\x1c"
TAIL = b"\x0d"


class Frame(msgspec.Struct, frozen=True):
    """A message, or with ``fault`` what was wrong with its frame (and as much of it as is kept)."""

    body: bytes
    fault: str = ""


class Deframer:
    """Cuts a stream of bytes into frames. Memory stays within ``limit`` whatever is sent."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._buffer = bytearray()
        self._scanned = 0
        self._inside = False
        self._skipping = False

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that these further bytes complete."""
        self._buffer += data
        while True:
            frame = self._body() if self._inside else self._before()
            if frame is None:
                return
            yield frame

    def close(self) -> Frame | None:
        """What the end of the stream leaves unfinished, if it is more than white space."""
        rest = bytes(self._buffer)
        if self._inside and not self._skipping:
            return Frame(rest[:200], "Expected the end of the frame (FS CR), but the connection was closed")
        return Frame(rest[:200], "Expected VT before the message") if rest.strip() else None

    def _before(self) -> Frame | None:
        start = self._buffer.find(START)
        if start < 0:
            if len(self._buffer) > self._limit:
                self._cut(len(self._buffer))
                return Frame(b"", f"Expected VT within {self._limit} bytes")
            return self._unframed()
        noise = bytes(self._buffer[:start])
        self._cut(start + 1)
        self._inside = True
        if noise.strip():
            return Frame(noise[:200], "Expected VT before the message, but bytes came without it")
        return self._body()

    def _unframed(self) -> Frame | None:
        """A message sent without VT that is ended by FS CR gets its answer at once."""
        end = self._buffer.find(END + TAIL)
        if end < 0:
            return None
        noise = bytes(self._buffer[:end])
        self._cut(end + 2)
        return Frame(noise[:200], "Expected VT before the message")

    def _body(self) -> Frame | None:
        while True:
            end = self._buffer.find(END, self._scanned)
            restart = self._buffer.find(START, self._scanned, end if end >= 0 else len(self._buffer))
            if restart >= 0:
                return self._restarted(restart)
            if end < 0:
                return self._unended()
            if end + 1 >= len(self._buffer):
                self._scanned = end
                return None
            if self._buffer[end + 1 : end + 2] == TAIL:
                return self._complete(end, end + 2)
            if self._buffer[end + 1 : end + 2] == START:
                return self._complete(end, end + 1, "Expected CR after FS")
            self._scanned = end + 1

    def _restarted(self, restart: int) -> Frame | None:
        """VT inside a frame: the one before has no end (or VT was doubled)."""
        lost = bytes(self._buffer[:restart])
        self._cut(restart + 1)
        skipped, self._skipping = self._skipping, False
        if skipped or not lost.strip():
            return self._body()
        return Frame(lost[:200], "Expected FS CR before the next VT")

    def _unended(self) -> Frame | None:
        if self._skipping:
            self._cut(len(self._buffer))
            return None
        self._scanned = len(self._buffer)
        if len(self._buffer) <= self._limit:
            return None
        head = bytes(self._buffer[:200])
        self._cut(len(self._buffer))
        self._skipping = True
        return Frame(head, f"Expected at most {self._limit} bytes in a message")

    def _complete(self, end: int, after: int, fault: str = "") -> Frame | None:
        body = bytes(self._buffer[:end])
        skipped, self._skipping, self._inside = self._skipping, False, False
        self._cut(after)
        if skipped:
            return self._before()
        if len(body) > self._limit:
            return Frame(body[:200], f"Expected at most {self._limit} bytes in a message")
        return Frame(body, fault)

    def _cut(self, upto: int) -> None:
        del self._buffer[:upto]
        self._scanned = 0


def frame(body: bytes) -> bytes:
    """A message in its frame."""
    return START + body + END + TAIL
