"""Counters of intake. Labels name feeds and outcomes, never a patient, case, message or event."""

from prometheus_client import Counter

MESSAGES = Counter("clinicflow_messages", "HL7 messages received, by what became of them", ["feed", "outcome"])
EVENTS = Counter("clinicflow_intake_events", "Events offered to the public door, by answer", ["answer"])
