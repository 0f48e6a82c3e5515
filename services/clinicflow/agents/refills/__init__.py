"""The refills agent: a refill request from the protocol check to the pharmacy."""

from clinicflow.agents.refills.handlers import agent

__all__ = ["agent"]
