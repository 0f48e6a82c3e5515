"""A past board of a clinic that there never was."""

from __future__ import annotations

import asyncio

import pytest

from clinicflow.errors import UnknownBundle, UnknownClinic
from clinicflow.replay.commands import _must_know
from clinicflow.replay.sources import StoreSource
from tests.replay.day import Recorder


def asked(org: str, clinic: str) -> None:
    async def ask() -> None:
        recorder = await Recorder().begin()
        await _must_know(StoreSource(recorder.store), org, clinic)

    asyncio.run(ask())


def test_a_clinic_of_the_organization_may_be_asked_for() -> None:
    asked("demo", "north")


def test_an_unknown_clinic_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownClinic, match="east, north, south, but got nowhere"):
        asked("demo", "nowhere")


def test_an_organization_without_a_bundle_is_told() -> None:
    with pytest.raises(UnknownBundle, match="but other has none"):
        asked("other", "north")
