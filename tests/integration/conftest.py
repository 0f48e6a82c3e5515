"""Systems for kill tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.system import System
from tests.support.database import Database


@pytest.fixture
def system_on(database: Database, tmp_path: Path) -> Callable[[str], System]:
    """A system over a fresh database and the broker of an address."""
    return lambda bootstrap: System(database.dsn("app"), bootstrap, tmp_path)
