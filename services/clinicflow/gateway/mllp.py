"""The MLLP server: one port for each feed that the bundle declares, answers in the order of the messages."""

import asyncio
import contextlib
import ssl
import uuid
from collections.abc import Coroutine, Iterable
from typing import Any

from clinicflow import telemetry
from clinicflow.errors import ClinicflowError
from clinicflow.gateway.hl7.ack import answer
from clinicflow.gateway.hl7.feeds import Feed
from clinicflow.gateway.hl7.mllp import Deframer, Frame, frame
from clinicflow.gateway.hl7.receive import Receiver
from clinicflow.gateway.hl7.work import Receipt
from clinicflow.gateway.services import Services

_LOG = telemetry.log("gateway.mllp")

MESSAGE_LIMIT = 1024 * 1024
IDLE_SECONDS = 300.0
CONNECTIONS = 200
_CHUNK = 64 * 1024


class MllpServer:
    """Listens for one feed. Limits: bytes in a message, seconds of silence, connections at once."""

    def __init__(
        self,
        receiver: Receiver,
        feed: Feed,
        services: Services,
        *,
        limit: int = MESSAGE_LIMIT,
        idle: float = IDLE_SECONDS,
        connections: int = CONNECTIONS,
    ) -> None:
        self.feed = feed
        self._receiver = receiver
        self._services = services
        self._limit = limit
        self._idle = idle
        self._connections = connections
        self._open: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port in use (chosen by the system when 0 was asked for)."""
        if self._server is None:
            raise ClinicflowError("Expected the server to be started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self, bind: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._accept, bind, port, ssl=tls)
        _LOG.info("listening for HL7", feed=self.feed.id, port=self.port)

    async def stop(self) -> None:
        """Stop listening; a message at work is finished and answered first."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= self._connections:
            _LOG.warning("connection refused", feed=self.feed.id, limit=self._connections)
            writer.close()
            return
        task = asyncio.ensure_future(self._converse(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        deframer = Deframer(self._limit)
        try:
            while data := await self._read(reader):
                for found in deframer.feed(data):
                    await self._finish(self._handle(found, writer))
            rest = deframer.close()
            if rest is not None:
                await self._finish(self._handle(rest, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass  # the sender went away, or the server stops: what was not answered will be sent again
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError, ssl.SSLError):
                await writer.wait_closed()

    async def _read(self, reader: asyncio.StreamReader) -> bytes:
        """More bytes, or none when the sender closed or was silent for too long."""
        try:
            async with asyncio.timeout(self._idle):
                return await reader.read(_CHUNK)
        except TimeoutError:
            _LOG.info("closing a silent connection", feed=self.feed.id)
            return b""

    async def _finish(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a message be stored and answered even if the server is stopped meanwhile."""
        task = asyncio.ensure_future(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            await task
            raise

    async def _handle(self, found: Frame, writer: asyncio.StreamWriter) -> None:
        if found.fault:
            receipt = await self._receiver.refuse(self.feed, found.body, found.fault)
        else:
            receipt = await self._receiver.receive(self.feed, found.body)
        if receipt.verdict != "accepted":
            _LOG.info("message not accepted", feed=self.feed.id, status=receipt.verdict, message_id=receipt.message_id)
        for code in self._codes(found, receipt):
            reason = "" if receipt.verdict == "accepted" else receipt.reason
            text = answer(receipt.header, code, reason, self._services.clock(), str(uuid.uuid4())[:20])
            writer.write(frame(text))
        await writer.drain()

    def _codes(self, found: Frame, receipt: Receipt) -> list[str]:
        """A broken frame is always answered, whatever its header may say."""
        return receipt.codes or (["AR" if receipt.verdict == "refused" else "AE"] if found.fault else [])


class MllpDoor:
    """All MLLP servers of a process."""

    def __init__(self, services: Services, servers: list[MllpServer]) -> None:
        self.servers = servers
        self._services = services

    @property
    def ports(self) -> dict[str, int]:
        """Feed to port."""
        return {server.feed.id: server.port for server in self.servers}

    async def stop(self) -> None:
        """Stop all, letting messages at work finish."""
        await asyncio.gather(*(server.stop() for server in self.servers))


async def serve(
    services: Services,
    feeds: Iterable[Feed] | None = None,
    *,
    any_port: bool = False,
    limit: int = MESSAGE_LIMIT,
    idle: float = IDLE_SECONDS,
    connections: int = CONNECTIONS,
) -> MllpDoor:
    """Listen for these feeds (None: all feeds with a port, of all organizations); unmatched messages are tried again.

    ``any_port`` lets the system choose ports, for tests. Raises ``OSError`` when a port is taken.
    """
    if feeds is None:
        feeds = await _declared(services)
    receiver = Receiver(services)
    door = MllpDoor(services, [])
    tls = _tls(services)
    try:
        for feed in feeds:
            if feed.mllp_port is None and not any_port:
                continue
            server = MllpServer(receiver, feed, services, limit=limit, idle=idle, connections=connections)
            await server.start(services.settings.mllp_bind, 0 if any_port else feed.mllp_port or 0, tls)
            door.servers.append(server)
    except OSError:
        await door.stop()
        raise
    for org_id in sorted({server.feed.org_id for server in door.servers}):
        await receiver.sweep(org_id, (await services.bundles.in_force(org_id)).feeds)
    return door


async def _declared(services: Services) -> list[Feed]:
    found: list[Feed] = []
    for org_id in sorted(await services.store.orgs()):
        feeds = (await services.bundles.in_force(org_id)).feeds
        found += [feeds[name] for name in sorted(feeds)]
    return found


def _tls(services: Services) -> ssl.SSLContext | None:
    settings = services.settings
    if settings.mllp_bind in ("127.0.0.1", "::1", "localhost"):
        return None
    if settings.tls_certificate is None:
        raise ClinicflowError("Expected tls_certificate and tls_key to listen for HL7 on another address than loopback")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    return context
