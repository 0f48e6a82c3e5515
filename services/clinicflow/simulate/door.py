"""The public door as the simulated clinic uses it: events by HTTP, in batches, again when the door was away."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import msgspec

from clinicflow import codec
from clinicflow.core.event import Event
from clinicflow.simulate.agenda import Batch
from clinicflow.telemetry import log

_NOT_TOLD = ("org_id", "recorded_at", "source_system", "actor_role", "actor_credentials")
"""Envelope fields that intake writes itself."""
_PAUSES = (0.2, 0.5, 1.0, 2.0)

_log = log("simulate.door")


class Told(msgspec.Struct):
    """Counts of what the door answered, in events."""

    accepted: int = 0
    duplicate: int = 0
    refused: int = 0


class Door:
    """``POST /v1/events`` with a client's token that may name the member of staff who acts."""

    def __init__(self, client: httpx.AsyncClient, token: str) -> None:
        """``client`` has the base address."""
        self.told = Told()
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}

    async def tell(self, batches: list[Batch]) -> bool:
        """Send batches of one case in order, together; False when the door refused them. Waits while it is away."""
        docs = [doc for batch in batches for doc in docs_of(batch)]
        content = "\n".join(json.dumps(doc) for doc in docs)
        turn = 0
        while True:
            try:
                answer = await self._client.post("/v1/events", content=content, headers=self._headers)
            except httpx.TransportError as error:
                if turn == 0:
                    _log.warning("door away", error=type(error).__name__)
            else:
                if answer.status_code < 500:
                    return self._count(answer, docs)
                if turn == 0:
                    _log.warning("door cannot store", status=answer.status_code)
            await asyncio.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
            turn += 1

    def _count(self, answer: httpx.Response, docs: list[dict[str, Any]]) -> bool:
        if answer.status_code >= 400:
            self.told.refused += len(docs)
            _log.warning("refused at the door", status=answer.status_code, event_type=docs[0]["type"], count=len(docs))
            return False
        counts = answer.json()
        self.told.accepted += counts["accepted"]
        self.told.duplicate += counts["duplicate"]
        return True


def docs_of(batch: Batch) -> list[dict[str, Any]]:
    """The JSON objects of a batch."""
    docs = [doc_of(event) for event in batch.events]
    if batch.person is not None:
        docs[0]["person"] = batch.person
    return docs


def doc_of(event: Event) -> dict[str, Any]:
    """An event as a client sends it: without what intake writes itself."""
    hidden = (*_NOT_TOLD, *event.STAMPED)
    return {name: value for name, value in codec.to_json(event).items() if name not in hidden}
