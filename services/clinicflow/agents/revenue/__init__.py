"""The revenue agent: coding, claims, what patients owe, the day's cash and the figures of a period."""

from clinicflow.agents.revenue.handlers import agent

__all__ = ["agent"]
