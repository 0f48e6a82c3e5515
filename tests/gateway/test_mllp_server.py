"""The MLLP server over real sockets on free ports of loopback."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from clinicflow.errors import ClinicflowError
from clinicflow.gateway import mllp
from clinicflow.gateway.clients import MllpClient
from clinicflow.gateway.hl7.mllp import Deframer, frame
from tests.gateway.support import EVN, Network, arrival, message, pid, pv1

pytestmark = pytest.mark.asyncio
PATIENCE_S = 30
"""For what comes at once, on a machine that stops now and then."""


@contextlib.asynccontextmanager
async def serving(network: Network, **options: Any) -> AsyncIterator[int]:
    door = await mllp.serve(network.services, [await network.feed()], any_port=True, **options)
    try:
        yield door.ports["demo-his"]
    finally:
        await door.stop()


async def talk(port: int, *pieces: bytes, answers: int, pause: float = 0.0) -> list[str]:
    """Send pieces, read this many answers, as "AA C-1"."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        return await read_answers(reader, answers)
    finally:
        writer.close()


async def read_answers(reader: asyncio.StreamReader, count: int) -> list[str]:
    deframer, found = Deframer(10_000), []
    async with asyncio.timeout(PATIENCE_S):
        while len(found) < count:
            data = await reader.read(4096)
            assert data, "closed before the answer"
            found += [item.body.decode() for item in deframer.feed(data)]
    msas = [next(line for line in text.split("\r") if line.startswith("MSA")) for text in found]
    return [" ".join(msa.split("|")[1:3]) for msa in msas]


async def test_a_message_is_answered_after_it_is_stored(network: Network) -> None:
    async with serving(network) as port:
        assert await talk(port, frame(arrival().encode()), answers=1) == ["AA A-1"]
    assert await network.types() == ["checked-in"]


async def test_many_messages_in_one_packet_are_answered_in_their_order(network: Network) -> None:
    packet = b"".join(frame(arrival(f"A-{n}", f"V-{n}", f"7000{n}").encode()) for n in range(5))
    async with serving(network) as port:
        assert await talk(port, packet, answers=5) == [f"AA A-{n}" for n in range(5)]


async def test_one_message_over_many_packets(network: Network) -> None:
    data = frame(arrival().encode())
    async with serving(network) as port:
        pieces = [data[start : start + 9] for start in range(0, len(data), 9)]
        assert await talk(port, *pieces, answers=1, pause=0.001) == ["AA A-1"]


async def test_a_broken_frame_is_refused_and_the_connection_goes_on(network: Network) -> None:
    async with serving(network) as port:
        sent = b"MSH|no start\x1c\r" + frame(b"no header") + frame(arrival().encode())
        assert await talk(port, sent, answers=3) == ["AR ", "AR ", "AA A-1"]
    counts = await network.store.message_counts("demo")
    assert counts == {"received": 3, "dead-letter": 2, "events": 1}


async def test_half_closed_sender_still_gets_its_answers(network: Network) -> None:
    async with serving(network) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(frame(arrival().encode()) + b"\x0bMSH|cut")
        writer.write_eof()
        assert await read_answers(reader, 2) == ["AA A-1", "AR "]
        assert await reader.read() == b""
        writer.close()


async def test_an_oversize_message_is_refused_and_the_next_is_read(network: Network) -> None:
    big = message("ADT^A01", EVN, pid(), pv1(), "NTE|1||" + "x" * 5000)
    async with serving(network, limit=2000) as port:
        assert await talk(port, frame(big.encode()), frame(arrival().encode()), answers=2) == ["AR C-1", "AA A-1"]


async def test_a_silent_connection_is_closed(network: Network) -> None:
    async with serving(network, idle=0.1) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE_S):
            assert await reader.read() == b""
        writer.close()


async def test_more_connections_than_allowed_are_closed_at_once(network: Network) -> None:
    async with serving(network, connections=1) as port:
        first_reader, first = await asyncio.open_connection("127.0.0.1", port)
        first.write(frame(arrival().encode()))
        assert await read_answers(first_reader, 1) == ["AA A-1"]
        second_reader, second = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(PATIENCE_S):
            assert await second_reader.read() == b""
        first.close()
        second.close()


async def test_with_the_store_away_ae_is_answered_and_nothing_is_stored(network: Network) -> None:
    async with serving(network) as port:
        network.store.away = True
        assert await talk(port, frame(arrival().encode()), answers=1) == ["AE A-1"]
        assert await talk(port, frame(b"no header"), answers=1) == ["AE "]
        network.store.away = False
        assert await talk(port, frame(arrival().encode()), answers=1) == ["AA A-1"]
    assert await network.store.message_counts("demo") == {"received": 1, "events": 1}


async def test_both_acknowledgements_of_enhanced_mode_are_sent(network: Network) -> None:
    both = message("ADT^A01", EVN, pid(), pv1(), extra="||AL|AL")
    async with serving(network) as port:
        assert await talk(port, frame(both.encode()), answers=2) == ["CA C-1", "AA C-1"]


async def test_a_sender_that_asks_for_no_answer_gets_none(network: Network) -> None:
    quiet = message("ADT^A01", EVN, pid(), pv1(), extra="||NE|NE")
    async with serving(network) as port:
        assert await talk(port, frame(quiet.encode()), frame(arrival("A-2").encode()), answers=1) == ["AA A-2"]


async def test_an_acknowledgement_is_never_acknowledged(network: Network) -> None:
    loop = message("ACK^A01^ACK", "MSA|AA|7", control="ACK-1")
    async with serving(network) as port:
        assert await talk(port, frame(loop.encode()), frame(arrival().encode()), answers=1) == ["AA A-1"]


async def test_the_client_sends_again_after_ae(network: Network) -> None:
    async with serving(network) as port:
        client = MllpClient("127.0.0.1", port)
        network.store.away = True
        sending = asyncio.create_task(client.send(arrival().encode()))
        await asyncio.sleep(0.1)
        network.store.away = False
        assert (await sending).code == "AA"
        await client.close()


async def test_hl7_in_the_clear_is_refused_on_another_address_than_loopback(network: Network) -> None:
    network.settings.mllp_bind = "0.0.0.0"  # noqa: S104
    with pytest.raises(ClinicflowError, match="tls_certificate"):
        await mllp.serve(network.services, [await network.feed()], any_port=True)


async def test_ports_are_free_again_after_stop(network: Network) -> None:
    async with serving(network) as port:
        pass
    with pytest.raises(OSError, match=r".*"):
        await asyncio.open_connection("127.0.0.1", port)
