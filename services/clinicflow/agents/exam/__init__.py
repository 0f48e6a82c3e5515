"""The exam agent: what the provider must know, the patient made ready, a chaperone and an assistant."""

from clinicflow.agents.exam.handlers import agent

__all__ = ["agent"]
