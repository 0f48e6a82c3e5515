"""The records agent: documents that come in and are filed, copies that go out, gaps in the record of a visit."""

from clinicflow.agents.records.handlers import agent

__all__ = ["agent"]
