"""clinicflow: what happens to a patient in a clinic as a stream of events, and the follow-on tasks it causes."""

__version__ = "0.1.0"
