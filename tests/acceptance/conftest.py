"""The demo network in memory, for the stories that begin at its doors."""

from pathlib import Path

import pytest_asyncio

from tests.gateway.support import Network


@pytest_asyncio.fixture
async def network(tmp_path: Path) -> Network:
    """The demo network, empty."""
    return await Network(tmp_path).start()
