"""The decoder in C reads what the one in Python reads, to the same events, and nothing else."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from clinicflow.codec import encode, native, native_build, wire
from clinicflow.codec.primitives import long_bytes
from clinicflow.codec.registry import HEADER
from clinicflow.core.event import Event
from clinicflow.events import EVENT_TYPES
from tests.codec.forms import built, decoders
from tests.codec.generate import event


def read(form: str, data: bytes) -> Event | None:
    """The event, or None for what this form does not read."""
    try:
        found: Event = decoders(form)[data[:HEADER]](data)
    except (IndexError, KeyError, ValueError):
        return None
    return found


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_both_forms_read_the_same_of_every_type_whole_or_changed(name: str) -> None:
    rng = random.Random(name)
    for _ in range(30):
        written = event(name, rng)
        data = encode(written)
        assert read("c", data) == read("python", data) == written
        for _ in range(10):
            changed = bytearray(data)
            for _ in range(rng.randrange(1, 4)):
                changed[rng.randrange(HEADER, len(data))] = rng.randrange(256)
            assert read("c", bytes(changed)) == read("python", bytes(changed))
        cut = data[: rng.randrange(HEADER, len(data))]
        assert read("c", cut) is None
        assert read("python", cut) is None


def test_both_forms_read_integers_of_all_lengths_and_refuse_longer_ones() -> None:
    data = encode(event("roomed", random.Random(3), patient_id=None, occurred_at=0))
    other = encode(event("roomed", random.Random(3), patient_id=None, occurred_at=1))
    at = next(place for place, (a, b) in enumerate(zip(data, other, strict=True)) if a != b)
    longest = [b"\x80" * 9 + end for end in (b"\x00", b"\x01", b"\x02", b"\x7f")]
    for number in (*map(long_bytes, (63, -64, 64, 2**62, 2**63 - 1, -(2**63))), b"\x80\x00", *longest):
        changed = data[:at] + number + data[at + 1 :]
        assert read("c", changed) == read("python", changed)
    assert read("c", data[:at] + longest[1] + data[at + 1 :]) is not None
    assert read("c", data[:at] + longest[2] + data[at + 1 :]) is None


def test_what_is_read_again_and_again_takes_no_memory() -> None:
    data = [encode(event(name, random.Random(4))) for name in ("roomed", "task-claim-requested", "result-received")]
    broken = [each[:-1] for each in data]

    def blocks() -> int:
        for _ in range(200):
            for each in (*data, *broken):
                read("c", each)
        return sys.getallocatedblocks()

    first = blocks()
    assert blocks() - first < 100


def test_a_module_of_another_source_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert native.fingerprint() == built().SOURCE
    monkeypatch.setitem(sys.modules, "clinicflow.codec._native", built())
    assert native.loaded() is built()
    monkeypatch.setattr(native, "fingerprint", lambda: "of a newer source")
    assert native.loaded() is None


def test_what_is_no_tree_of_types_makes_no_decoder() -> None:
    for tree in ((), (9,), (3,), (3, "ab"), (6, dict, ("a",), ()), (6, dict, ["a"], ((0,),)), (4, 7)):
        with pytest.raises(TypeError):
            built().Decoder(tree, 0, 10)


def test_without_a_compiler_the_build_says_so_and_ends_well(tmp_path: Path) -> None:
    script = (
        "from clinicflow.codec import native, native_build; native.NATIVE = None; raise SystemExit(native_build.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"CC": "no-such-compiler", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("events are read by Python alone, which needs nothing more: no C compiler")


def test_a_compiler_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", f"{sys.executable} -c 'raise SystemExit(3)'")
    assert "ended with 3" in (native_build.build(tmp_path) or "")
    assert list(tmp_path.iterdir()) == []


def test_without_the_module_everything_is_read_in_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "clinicflow.codec._native", None)
    assert native.loaded() is None
    made = wire.Decoders(decoders("python").registry, EVENT_TYPES, native.loaded())
    written = event("roomed", random.Random(5))
    data = encode(written)
    assert made[data[:HEADER]](data) == written
