"""The front_desk agent: arrival, check-in, identity and check-out."""

from clinicflow.agents.front_desk.handlers import agent

__all__ = ["agent"]
