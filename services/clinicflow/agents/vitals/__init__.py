"""The vitals agent: who has been measured, what is implausible, and when a clinician must be called."""

from clinicflow.agents.vitals.handlers import agent

__all__ = ["agent"]
