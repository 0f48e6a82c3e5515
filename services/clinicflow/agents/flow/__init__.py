"""The flow agent: stage, ticket, room and clocks of a visit, and the rooms themselves."""

from clinicflow.agents.flow.handlers import agent

__all__ = ["agent"]
