"""The kinds of case: what an event is about and is ordered by, those with an end and those that go on for ever."""

WITH_END = frozenset(
    {"visit", "order", "refill", "unmatched", "appointment", "call", "referral", "claim", "document", "incident"}
)
"""They keep the bundle of their first row, until an explicit migration."""

KEYS = {
    "room": "room_id",
    "stock": "item_id",
    "asset": "asset_id",
    "load": "load_id",
    "staff": "staff_id",
    "clinic": "clinic_id",
}
"""Endless kinds, which use each row's bundle, and the field that says which one it is: its case id follows from it."""

KINDS = WITH_END | KEYS.keys()
"""All kinds of case. An event may also be about ``any``."""

IMPERSONAL = frozenset(KEYS)
"""Kinds whose cases are about no patient."""
