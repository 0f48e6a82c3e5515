"""The rooming agent: from check-in to the room, the provider and out again."""

from clinicflow.agents.rooming.handlers import agent

__all__ = ["agent"]
