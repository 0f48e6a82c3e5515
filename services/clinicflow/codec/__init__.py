"""Bytes and JSON to events and back; see ``wire`` for the bytes and ``json_form`` for the JSON."""

from clinicflow.codec.json_form import check, from_json, to_json
from clinicflow.codec.wire import MAX_BYTES, decode, decode_task, encode, encode_task, type_of

__all__ = ["MAX_BYTES", "check", "decode", "decode_task", "encode", "encode_task", "from_json", "to_json", "type_of"]
