"""The facility agent: rooms that may not be used, spills, equipment, waste and sharps injuries."""

from clinicflow.agents.facility.handlers import agent

__all__ = ["agent"]
