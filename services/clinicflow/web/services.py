"""What screens need of the process that serves them."""

from collections.abc import Callable
from typing import Protocol

from clinicflow.core.bundle import Bundle
from clinicflow.settings import Settings
from clinicflow.store.ports import Store


class Bundles(Protocol):
    """The bundles in force, by organization."""

    async def get(self, org_id: str) -> Bundle:
        """The organization's bundle, compiled; raises ``UnknownBundle`` when it has none."""


class Services(Protocol):
    """Store, settings, bundles in force, and ``clock``, which gives UTC microseconds."""

    @property
    def store(self) -> Store:
        """The store, as the role of the screens or a wider one."""

    @property
    def settings(self) -> Settings:
        """The process's settings."""

    @property
    def bundles(self) -> Bundles:
        """The bundles in force."""

    @property
    def clock(self) -> Callable[[], int]:
        """The time in UTC microseconds."""
