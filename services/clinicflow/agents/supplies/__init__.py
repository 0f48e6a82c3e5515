"""The supplies agent: levels, orders, lots that expire or are called back, and the cold that some of it needs."""

from clinicflow.agents.supplies.handlers import agent

__all__ = ["agent"]
