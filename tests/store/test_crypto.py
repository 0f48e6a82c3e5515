"""The key ring: what it protects opens only with the same file, patient and reference."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinicflow.errors import KeyFileError
from clinicflow.store.crypto import KeyRing


def test_an_absent_key_file_is_made_closed_to_others_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "master.key"
    with pytest.raises(KeyFileError, match="Expected the key file"):
        KeyRing(path)
    first = KeyRing(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["master.key"]
    wrapped = first.new_key("demo", "p1")
    sealed = first.encrypt(wrapped, b"Jane", "demo", "p1", "name:1")
    assert b"Jane" not in sealed
    assert KeyRing(path, create=True).decrypt(wrapped, sealed, "demo", "p1", "name:1") == b"Jane"


def test_a_key_file_that_cannot_be_made_is_reported_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileError, match=r"Expected to make the key file .*master\.key"):
        KeyRing(tmp_path / "file" / "master.key", create=True)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_file_that_others_may_read_is_refused(ring: KeyRing, mode: int) -> None:
    os.chmod(ring.path, mode)
    with pytest.raises(KeyFileError, match=r"closed to others \(mode 0600\)"):
        KeyRing(ring.path)


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="Expected 32 bytes"):
        KeyRing(path)


@pytest.mark.parametrize("bound", [("other", "p1", "name:1"), ("demo", "p2", "name:1"), ("demo", "p1", "name:2")])
def test_a_value_moved_to_another_place_does_not_open(ring: KeyRing, bound: tuple[str, str, str]) -> None:
    wrapped = ring.new_key("demo", "p1")
    sealed = ring.encrypt(wrapped, b"Jane", "demo", "p1", "name:1")
    with pytest.raises(KeyFileError):
        ring.decrypt(wrapped, sealed, *bound)


def test_another_key_file_opens_nothing(ring: KeyRing, tmp_path: Path) -> None:
    wrapped = ring.new_key("demo", "p1")
    other = KeyRing(tmp_path / "other.key", create=True)
    with pytest.raises(KeyFileError, match="not the one"):
        other.decrypt(wrapped, ring.encrypt(wrapped, b"Jane", "demo", "p1", "r"), "demo", "p1", "r")
    assert other.keyed_hash("mrn", "1") != ring.keyed_hash("mrn", "1")


@pytest.mark.parametrize("at", [0, 1, 12, 13, -1])
def test_a_flipped_bit_is_noticed(ring: KeyRing, at: int) -> None:
    wrapped = ring.new_key("demo", "p1")
    sealed = bytearray(ring.encrypt(wrapped, b"Jane", "demo", "p1", "r"))
    sealed[at] ^= 1
    with pytest.raises(KeyFileError):
        ring.decrypt(wrapped, bytes(sealed), "demo", "p1", "r")


def test_the_same_value_never_looks_the_same(ring: KeyRing) -> None:
    wrapped = ring.new_key("demo", "p1")
    assert len({ring.encrypt(wrapped, b"Jane", "demo", "p1", "r") for _ in range(50)}) == 50


def test_parts_of_a_keyed_hash_cannot_run_into_each_other(ring: KeyRing) -> None:
    assert ring.keyed_hash("ab", "c") != ring.keyed_hash("a", "bc")
    assert ring.keyed_hash("ab", "c") == ring.keyed_hash("ab", b"c")


@given(value=st.binary(max_size=200), patient=st.text(max_size=20), ref=st.text(max_size=20))
def test_every_value_comes_back(tmp_path_factory: pytest.TempPathFactory, value: bytes, patient: str, ref: str) -> None:
    ring = KeyRing(tmp_path_factory.getbasetemp() / "shared.key", create=True)
    wrapped = ring.new_key("demo", patient)
    assert ring.decrypt(wrapped, ring.encrypt(wrapped, value, "demo", patient, ref), "demo", patient, ref) == value
