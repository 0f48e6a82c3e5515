"""The safety agent: incidents, near misses, complaints, aggression, privacy and safeguarding. It blames nobody."""

from clinicflow.agents.safety.handlers import agent

__all__ = ["agent"]
