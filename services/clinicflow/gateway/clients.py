"""The sending side: messages over MLLP, events over HTTP, with repeats for what a repeat can help."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import httpx
import msgspec

from clinicflow.errors import SendFailed
from clinicflow.gateway import media
from clinicflow.gateway.hl7.ack import header_of
from clinicflow.gateway.hl7.mllp import Deframer, frame

ANSWER_SECONDS = 30.0
_MAYBE_SECONDS = 0.3
_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
_BATCH = 100


class Answer(msgspec.Struct, frozen=True):
    """What was answered: AA, AR, CA ..., for events accepted, duplicate, refused; "none" where none was asked for."""

    code: str
    reason: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the message or event is stored for good."""
        return self.code in ("AA", "CA", "accepted", "duplicate", "none")

    @property
    def again(self) -> bool:
        """Whether sending it again can help."""
        return self.code in ("AE", "CE")


class MllpClient:
    """One connection to an MLLP server, opened again when it breaks."""

    def __init__(self, host: str, port: int, limit: int = 4 * 1024 * 1024) -> None:
        self._host = host
        self._port = port
        self._limit = limit
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._deframer = Deframer(limit)

    async def send(self, message: bytes) -> Answer:
        """Send a message and wait for what it asks for; again after AE or a broken connection.

        Raises ``SendFailed`` when it cannot be delivered.
        """
        failure = "no answer"
        for pause in (*_PAUSES, None):
            try:
                answer = await self._once(message)
                if not answer.again:
                    return answer
                failure = answer.reason or answer.code
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                failure = str(error) or type(error).__name__
                await self.close()
            if pause is not None:
                await asyncio.sleep(pause)
        raise SendFailed(f"Expected an answer of {self._host}:{self._port}, but: {failure}")

    async def close(self) -> None:
        """End the connection."""
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        self._deframer = Deframer(self._limit)

    async def _once(self, message: bytes) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(frame(message))
        await writer.drain()
        header = header_of(message)
        if not header.enhanced or header.application_when == "AL":
            return await self._until(reader, "A")
        if header.accept_when == "AL":
            return await self._until(reader, "C")
        if {"ER", "SU"} & {header.accept_when, header.application_when}:
            with contextlib.suppress(TimeoutError):
                return await self._read(reader, _MAYBE_SECONDS)
        return Answer("none")

    async def _until(self, reader: asyncio.StreamReader, kind: str) -> Answer:
        """The acknowledgement of this kind (A: application, C: accept); it always comes, others are passed."""
        answer = await self._read(reader, ANSWER_SECONDS)
        while not answer.code.startswith((kind, "?")):
            answer = await self._read(reader, ANSWER_SECONDS)
        return answer

    async def _read(self, reader: asyncio.StreamReader, seconds: float) -> Answer:
        """The next answer of the connection."""
        async with asyncio.timeout(seconds):
            while True:
                for found in self._deframer.feed(b""):
                    return _answer(found.body)
                data = await reader.read(65536)
                if not data:
                    raise ConnectionError("the connection was closed before the answer")
                for found in self._deframer.feed(data):
                    return _answer(found.body)


def _answer(body: bytes) -> Answer:
    segments = [line.split("|") for line in body.decode("latin-1").split("\r")]
    msa = next((fields for fields in segments if fields[0] == "MSA"), ["MSA", "?"])
    return Answer(msa[1] if len(msa) > 1 else "?", msa[3] if len(msa) > 3 else "")


class HttpClient:
    """Posts events to the HTTP door."""

    def __init__(self, url: str, token: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=ANSWER_SECONDS
        )

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()

    async def send(self, events: Sequence[dict[str, Any]]) -> list[Answer]:
        """Send events in order; a refused batch is sent event by event, so that only the bad ones are refused."""
        answers: list[Answer] = []
        for start in range(0, len(events), _BATCH):
            part = list(events[start : start + _BATCH])
            found = await self._post(part)
            if found is None:
                found = [one for event in part for one in await self._post_one(event)]
            answers += found
        return answers

    async def _post_one(self, event: dict[str, Any]) -> list[Answer]:
        response = await self._request([event])
        if response.status_code >= 400:
            return [Answer("refused", _problem(response).get("detail", str(response.status_code)))]
        return _statuses(response)

    async def _post(self, events: list[dict[str, Any]]) -> list[Answer] | None:
        """None when the batch is refused."""
        response = await self._request(events)
        if response.status_code in (401, 403):
            raise SendFailed(f"Expected a token that may send events, but: {_problem(response).get('detail')}")
        if response.status_code >= 400:
            _problem(response)
            return None
        return _statuses(response)

    async def _request(self, events: list[dict[str, Any]]) -> httpx.Response:
        failure = ""
        for pause in (*_PAUSES, None):
            try:
                response = await self._client.post("/v1/events", json=events)
                if response.status_code < 500:
                    return response
                failure = str(response.status_code)
            except httpx.HTTPError as error:
                failure = str(error) or type(error).__name__
            if pause is not None:
                await asyncio.sleep(pause)
        raise SendFailed(f"Expected an answer of {self._client.base_url}, but: {failure}")


def _problem(response: httpx.Response) -> dict[str, Any]:
    """What the door says is wrong; raises ``SendFailed`` when something else than the door has answered."""
    if response.headers.get("content-type") != media.PROBLEM:
        raise _no_door(response)
    found: dict[str, Any] = response.json()
    return found


def _statuses(response: httpx.Response) -> list[Answer]:
    try:
        return [Answer(one["status_at_door"]) for one in response.json()["events"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _no_door(response) from error


def _no_door(response: httpx.Response) -> SendFailed:
    return SendFailed(f"Expected the door for events at {response.url}, but something answered {response.status_code}")
