"""The specimens agent: an order from the tube to the reviewed result."""

from clinicflow.agents.specimens.handlers import agent

__all__ = ["agent"]
