"""The scheduling agent: calls to the clinic, and appointments from the request to the kept or missed hour."""

from clinicflow.agents.scheduling.handlers import agent

__all__ = ["agent"]
