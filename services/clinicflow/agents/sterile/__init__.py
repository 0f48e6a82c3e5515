"""The sterile agent: sets of instruments, sterilizer loads, biological indicators, recalls that find the patients."""

from clinicflow.agents.sterile.handlers import agent

__all__ = ["agent"]
