"""Events as bytes: what is written is read again, and what is no event is refused with what was expected."""

import io
import random
import time

import fastavro
import msgspec
import pytest

from clinicflow import codec
from clinicflow.codec import primitives, wire
from clinicflow.codec.registry import EVENTS, HEADER, header_of
from clinicflow.errors import ClinicflowError, InvalidEvent, UndecodableEvent
from clinicflow.events import EVENT_TYPES, Roomed, VitalsTaken
from tests.codec.forms import FORMS, decoders
from tests.codec.generate import event, plain

WIRE_NAMES = sorted(EVENT_TYPES)


@pytest.fixture(autouse=True, params=FORMS)
def form(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events are read by each form, whichever is installed here."""
    monkeypatch.setattr(wire, "_fast", decoders(request.param))


def roomed(**fields: object) -> Roomed:
    found = event("roomed", random.Random(1), **{"patient_id": "p-1", "room_id": "n-1", **fields})
    assert isinstance(found, Roomed)
    return found


@pytest.mark.parametrize("name", WIRE_NAMES)
def test_every_event_comes_back_from_its_bytes_as_it_was(name: str) -> None:
    rng = random.Random(name)
    for _ in range(40):
        written = event(name, rng)
        data = codec.encode(written)
        assert codec.decode(data) == written
        assert codec.type_of(data) == name


@pytest.mark.parametrize("wire", WIRE_NAMES)
def test_another_avro_library_reads_and_writes_the_same_bytes(wire: str) -> None:
    rng = random.Random(wire)
    schema = fastavro.parse_schema(plain(EVENTS.current[wire].schema), _write_hint=False)
    for _ in range(20):
        written = event(wire, rng)
        values = msgspec.to_builtins(written)
        data = codec.encode(written)
        stream = io.BytesIO()
        fastavro.schemaless_writer(stream, schema, values)
        assert data[HEADER:] == stream.getvalue()
        assert fastavro.schemaless_reader(io.BytesIO(data[HEADER:]), schema, None) == values


def test_the_fingerprint_is_that_of_the_avro_specification() -> None:
    # the number that Avro's own test cases give for the schema "null"; single-object encoding has it little-endian
    assert int.from_bytes(header_of("null")[2:], "little") == 7195948357588979594  # type: ignore[arg-type]
    assert codec.encode(roomed())[:2] == b"\xc3\x01"
    assert len({writer.header for writer in EVENTS.current.values()}) == len(EVENT_TYPES)


@pytest.mark.parametrize("wire", ["roomed", "vitals-taken", "result-received", "task-delegate-requested"])
def test_a_message_cut_at_any_byte_is_refused(wire: str) -> None:
    data = codec.encode(event(wire, random.Random(7)))
    for end in range(len(data)):
        with pytest.raises(UndecodableEvent, match="Expected"):
            codec.decode(data[:end])


def test_a_byte_after_the_event_is_refused() -> None:
    with pytest.raises(UndecodableEvent, match="the end of the message after its last field"):
        codec.decode(codec.encode(roomed()) + b"\x00")


def test_an_empty_message_or_a_tombstone_is_refused() -> None:
    for nothing in (b"", None):
        with pytest.raises(UndecodableEvent, match="the message is empty"):
            codec.decode(nothing)  # type: ignore[arg-type]
        with pytest.raises(UndecodableEvent, match="begins with the bytes C3 01"):
            codec.type_of(nothing)  # type: ignore[arg-type]


def test_another_magic_is_refused() -> None:
    data = codec.encode(roomed())
    with pytest.raises(UndecodableEvent, match="begins with the bytes C3 01"):
        codec.decode(b"\x00" + data[1:])
    with pytest.raises(UndecodableEvent, match="begins with the bytes C3 01"):
        codec.type_of(b"{}")


def test_unknown_fingerprints_are_refused_by_name() -> None:
    data = codec.encode(roomed())
    for number in range(5):
        unknown = data[:2] + bytes([number]) * 8 + data[HEADER:]
        for read in (codec.decode, codec.type_of):
            with pytest.raises(UndecodableEvent, match=(bytes([number]) * 8).hex()):
                read(unknown)


def test_the_fingerprint_of_another_event_is_refused_or_read_as_what_it_says() -> None:
    body = codec.encode(roomed())[HEADER:]
    wrong = EVENTS.current["vitals-taken"].header + body
    with pytest.raises(UndecodableEvent):
        codec.decode(wrong)


def test_a_message_larger_than_the_limit_is_neither_read_nor_written() -> None:
    largest = codec.encode(roomed())
    with pytest.raises(UndecodableEvent, match=str(codec.MAX_BYTES)):
        codec.decode(largest + b"\x00" * (codec.MAX_BYTES + 1 - len(largest)))
    with pytest.raises(InvalidEvent, match=str(codec.MAX_BYTES)):
        codec.encode(roomed(room_id="x" * codec.MAX_BYTES))


def field_offset(name: str) -> tuple[bytes, int]:
    """The bytes of an event, and where one of its fields begins."""
    one, other = {
        "patient_id": (roomed(patient_id=None), roomed(patient_id="p")),
        "actor_credentials": (roomed(actor_credentials=[]), roomed(actor_credentials=["x"])),
        "sensitivity": (roomed(sensitivity="normal"), roomed(sensitivity="restricted")),
        "event_id": (roomed(event_id="a"), roomed(event_id="ab")),
    }[name]
    first, second = codec.encode(one), codec.encode(other)
    return first, next(at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b)


def test_a_union_index_out_of_range_is_refused() -> None:
    data, at = field_offset("patient_id")
    for index in (1, 4, 14, 0x80, 0xFF):
        with pytest.raises(UndecodableEvent, match="Expected"):
            codec.decode(data[:at] + bytes([index]) + data[at + 1 :])


def test_an_enum_index_out_of_range_is_refused() -> None:
    data, at = field_offset("sensitivity")
    for index in (1, 6, 0x7F, 0xFF):
        with pytest.raises(UndecodableEvent, match="a symbol of each coded field"):
            codec.decode(data[:at] + bytes([index]) + data[at + 1 :])


def refused_in(data: bytes, reason: str) -> float:
    """Seconds of the processor for a refusal; a look for garbage may fall into one of them."""
    started = time.process_time()
    with pytest.raises(UndecodableEvent, match=reason):
        codec.decode(data)
    return time.process_time() - started


@pytest.mark.parametrize("count", [2**31, 2**62, -(2**31), -(2**62), 1000])
def test_an_array_that_claims_more_items_than_there_are_bytes_costs_nothing(count: int) -> None:
    data, at = field_offset("actor_credentials")
    size = primitives.long_bytes(3) if count < 0 else b""
    bomb = data[:at] + primitives.long_bytes(count) + size + data[at + 1 :]
    assert min(refused_in(bomb, "no more items than bytes are left") for _ in range(3)) < 0.1


def test_a_list_of_more_than_a_thousand_items_is_neither_read_nor_written() -> None:
    longest = roomed(actor_credentials=["x"] * 1000)
    assert codec.decode(codec.encode(longest)) == longest
    with pytest.raises(InvalidEvent, match="a list of at most 1000 items"):
        codec.encode(roomed(actor_credentials=["x"] * 1001))
    data, at = field_offset("actor_credentials")
    for blocks in (
        primitives.long_bytes(1001) + b"\x02x" * 1001,
        (primitives.long_bytes(600) + b"\x02x" * 600) * 2,
        primitives.long_bytes(2) + b"\x02x" * 2 + primitives.long_bytes(999) + b"\x02x" * 999,
    ):
        with pytest.raises(UndecodableEvent, match="a list of at most 1000 items"):
            codec.decode(data[:at] + blocks + b"\x00" + data[at + 1 :])


@pytest.mark.parametrize("count", [1, 63, 64, 200])
def test_lists_of_short_and_long_texts_are_read_as_they_were_written(count: int) -> None:
    texts = ["", "x" * 63, "y" * 64, "ñ" * 200, "z"] * 40
    event = roomed(actor_credentials=texts[:count])
    assert codec.decode(codec.encode(event)) == event


@pytest.mark.parametrize("length", [-1, 100, 200_000, 2**40])
def test_a_text_of_a_list_that_reaches_beyond_the_end_is_refused(length: int) -> None:
    data, at = field_offset("actor_credentials")
    with pytest.raises(UndecodableEvent, match="Expected a whole roomed"):
        codec.decode(data[:at] + b"\x04\x02x" + primitives.long_bytes(length) + data[at + 1 :])


@pytest.mark.parametrize("length", [-1, -(2**40), 2**40, 2**62])
def test_a_text_of_impossible_length_is_refused(length: int) -> None:
    data, at = field_offset("event_id")
    with pytest.raises(UndecodableEvent, match="Expected a whole roomed"):
        codec.decode(data[:at] + primitives.long_bytes(length) + data[at + 1 :])


def test_an_integer_of_more_than_64_bits_is_refused() -> None:
    data, at = field_offset("event_id")
    for number in (b"\xff" * 10 + b"\x01", b"\xff" * 9 + b"\x7f"):
        with pytest.raises(UndecodableEvent, match="an integer of at most"):
            codec.decode(data[:at] + number + data[at + 1 :])


def test_a_text_that_is_not_utf_8_is_refused() -> None:
    data = codec.encode(roomed(room_id="zzzz"))
    for wrong in (b"\xff\xfe\xfa\xfb", b"\xed\xa0\x80a", b"\xc0\x80ab"):
        with pytest.raises(UndecodableEvent, match="texts in UTF-8"):
            codec.decode(data.replace(b"zzzz", wrong))


def test_array_blocks_with_their_size_are_read_and_a_wrong_size_is_refused() -> None:
    data, at = field_offset("actor_credentials")
    blocks = b"\x02\x02x" + primitives.long_bytes(-2) + primitives.long_bytes(4) + b"\x02y\x02z" + b"\x00"
    read = codec.decode(data[:at] + blocks + data[at + 1 :])
    assert read.actor_credentials == ["x", "y", "z"]
    wrong = blocks.replace(primitives.long_bytes(4), primitives.long_bytes(3))
    with pytest.raises(UndecodableEvent, match="an array block of the size that it claims"):
        codec.decode(data[:at] + wrong + data[at + 1 :])


def test_random_bytes_never_raise_anything_else_and_stay_cheap() -> None:
    rng = random.Random(20)
    headers = [writer.header for writer in EVENTS.current.values()]
    started = time.process_time()
    for _ in range(4000):
        data = rng.choice(headers) + rng.randbytes(rng.randrange(300))
        with pytest.raises(UndecodableEvent):
            codec.decode(data)
    assert time.process_time() - started < 20


def test_changed_bytes_give_an_event_or_a_refusal_and_nothing_else() -> None:
    rng = random.Random(21)
    refused = 0
    for name in WIRE_NAMES:
        data = bytearray(codec.encode(event(name, rng)))
        for _ in range(60):
            changed = bytearray(data)
            for _ in range(rng.randrange(1, 4)):
                changed[rng.randrange(HEADER, len(data))] = rng.randrange(256)
            try:
                read = codec.decode(bytes(changed))
            except UndecodableEvent:
                refused += 1
            else:
                assert codec.decode(codec.encode(read)) == read
    assert refused > 500


def test_a_value_of_a_wrong_type_is_not_written() -> None:
    for wrong in (
        roomed(room_id=7),
        roomed(sensitivity="secret"),
        roomed(occurred_at="2026-01-01T00:00:00Z"),
        roomed(occurred_at=2**63),
        roomed(actor_credentials="ma-basic", room_id=None),
        roomed(room_id="\ud800"),
    ):
        with pytest.raises(InvalidEvent) as refusal:
            codec.encode(wrong)
        assert str(refusal.value)


def test_the_reason_names_the_field_and_not_its_value() -> None:
    with pytest.raises(InvalidEvent, match="sensitivity is not a known code, expected one of normal") as refusal:
        codec.encode(roomed(sensitivity="secret-diagnosis"))
    assert "secret" not in str(refusal.value)


def test_times_before_1970_and_of_the_year_9999_come_back() -> None:
    for time_ in (0, -1, -62_135_596_800_000_000, 253_402_300_799_999_999, 2**55, 2**48 - 1, 2**63 - 1, -(2**63)):
        assert codec.decode(codec.encode(roomed(occurred_at=time_))).occurred_at == time_


def test_integers_of_every_length_come_back() -> None:
    for bits in range(63):
        for number in (2**bits - 1, 2**bits, 2**bits + 1, -(2**bits), -(2**bits) - 1):
            vitals = VitalsTaken(**{**msgspec.structs.asdict(event("vitals-taken", random.Random(3))), "pain": number})
            assert codec.decode(codec.encode(vitals)) == vitals


TASK = {
    "task_id": "5f0c2c0e-0000-4000-8000-000000000001",
    "org_id": "demo",
    "clinic_id": "north",
    "case_id": "5f0c2c0e-0000-4000-8000-000000000002",
    "patient_id": None,
    "agent": "vitals",
    "activity": "take-vitals",
    "rule": "take-vitals",
    "roles": ["MA", "RN"],
    "status": "in-progress",
    "priority": "urgent",
    "due_at": 1_790_000_000_000_000,
    "owner": None,
    "level": 1,
    "critical": False,
    "cause": "5f0c2c0e-0000-4000-8000-000000000003",
    "bundle": 3,
    "partition": 7,
    "position": 12345,
    "changed_at": 1_790_000_000_000_001,
    "what": "started",
    "cause_voided": False,
    "reason": None,
    "told": "ma-ana",
    "meant_for": "ma-ana",
    "supervisor": "prv-jonas",
    "note": None,
}


def test_a_task_change_comes_back_from_its_bytes() -> None:
    assert codec.decode_task(codec.encode_task(TASK)) == TASK
    assert codec.decode_task(codec.encode_task({**TASK, "roles": ("MA", "RN")})) == TASK


def test_a_task_change_without_a_field_or_with_a_wrong_one_is_refused() -> None:
    without = {name: value for name, value in TASK.items() if name != "status"}
    with pytest.raises(InvalidEvent, match="status missing"):
        codec.encode_task(without)
    for wrong in ({**TASK, "priority": "soon"}, {**TASK, "level": "1"}, {**TASK, "task_id": None}):
        with pytest.raises(InvalidEvent, match="Expected every field"):
            codec.encode_task(wrong)


def test_a_cut_task_change_and_an_event_in_its_place_are_refused() -> None:
    data = codec.encode_task(TASK)
    for end in range(len(data)):
        with pytest.raises(UndecodableEvent):
            codec.decode_task(data[:end])
    with pytest.raises(ClinicflowError, match="is unknown"):
        codec.decode_task(codec.encode(roomed()))
