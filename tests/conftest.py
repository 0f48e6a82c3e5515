"""Servers that tests of several areas share. Each lives in a temporary folder and is gone after the run."""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings

from clinicflow.embedded.broker import EmbeddedBroker
from clinicflow.embedded.postgres import EmbeddedPostgres
from tests.support import database as databases
from tests.support.database import Database
from tests.support.kafka import RealKafka, need_kafka

# No property depends on how fast the machine is, and the same code is tried with the same examples: what is wrong
# fails each time, and is not found by chance in somebody else's change. ``--hypothesis-profile=at-random`` and
# ``--days`` look for more.
settings.register_profile("at-random", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=False)
settings.register_profile("any-machine", settings.get_profile("at-random"), derandomize=True, database=None)
settings.load_profile("any-machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--days N``: as many random days over all agents, for a long run at night."""
    parser.addoption("--days", type=int, default=0, help="random days to play over all agents (default: a few)")


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """A command that a test runs sets up logging for its own output: the next test has nothing of it."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


@pytest.fixture(scope="session")
def kafka() -> Iterator[RealKafka]:
    """A real Kafka that the whole session shares: take topics of your own, do not stop it."""
    need_kafka()
    broker = RealKafka()
    try:
        yield broker.start()
    finally:
        broker.close()


@pytest.fixture
def own_kafka() -> Iterator[RealKafka]:
    """A real Kafka for one test that stops, kills or wipes it (ready in about two seconds)."""
    need_kafka()
    broker = RealKafka()
    try:
        yield broker.start()
    finally:
        broker.close()


@pytest.fixture
def tansu() -> Iterator[EmbeddedBroker]:
    """The embedded broker, empty, for one test."""
    broker = EmbeddedBroker()
    asyncio.run(broker.start())
    try:
        yield broker
    finally:
        broker.kill()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that the user who runs PostgreSQL can pass (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="clinicflow-test-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The embedded PostgreSQL for the whole session, with writes that a crash of the machine would lose."""
    folder = Path(tempfile.mkdtemp(prefix="clinicflow-pg-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder / "data", settings={"fsync": "off"})
    try:
        asyncio.run(server.start())
        yield server
        asyncio.run(server.stop())
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(postgres: EmbeddedPostgres) -> EmbeddedPostgres:
    """The session's server with a template database of the newest schema."""
    from clinicflow.store.migrate import migrate

    databases.make_template(postgres, migrate)
    return postgres


@pytest.fixture
def make_database(migrated: EmbeddedPostgres) -> Iterator[Callable[[], Database]]:
    """Gives a fresh, migrated database at each call."""
    made: list[Database] = []

    def make() -> Database:
        made.append(databases.make_database(migrated))
        return made[-1]

    yield make
    for database in made:
        databases.drop_database(database)


@pytest.fixture
def database(make_database: Callable[[], Database]) -> Database:
    """A fresh, migrated database for one test."""
    return make_database()
