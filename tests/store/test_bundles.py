"""Bundles: numbered, immutable, one in force for each organization."""

from __future__ import annotations

import asyncio

import pytest

from clinicflow.store.ports import Store
from tests.store.given import NOW, ORG

pytestmark = pytest.mark.asyncio
DOCUMENT = {"zone": "Asia/Jakarta", "limit": 38.0, "names": ["ä", "北"], "b": {"z": 1, "a": None}}


async def test_each_new_bundle_gets_the_next_number_and_old_ones_stay(store: Store) -> None:
    first = await store.apply_bundle(ORG, "one", DOCUMENT, NOW)
    second = await store.apply_bundle(ORG, "two", {"n": 2}, NOW + 1)
    assert (first.number, second.number) == (1, 2)
    assert await store.bundle(ORG) == second
    assert await store.bundle(ORG, 1) == first
    assert first.document == DOCUMENT
    assert list(first.document["b"]) == ["z", "a"]
    assert await store.bundle(ORG, 3) is None
    assert await store.bundle("other") is None
    assert await store.orgs() == [ORG]


async def test_the_bundle_in_force_applied_again_changes_nothing_an_older_one_gets_a_number(store: Store) -> None:
    first = await store.apply_bundle(ORG, "one", {"n": 1}, NOW)
    assert await store.apply_bundle(ORG, "one", {"n": 1}, NOW + 9) == first
    await store.apply_bundle(ORG, "two", {"n": 2}, NOW)
    assert (await store.apply_bundle(ORG, "one", {"n": 1}, NOW)).number == 3


async def test_bundles_applied_at_once_get_different_numbers(store: Store) -> None:
    made = await asyncio.gather(*(store.apply_bundle(ORG, f"hash {n}", {"n": n}, NOW) for n in range(8)))
    assert sorted(bundle.number for bundle in made) == list(range(1, 9))
