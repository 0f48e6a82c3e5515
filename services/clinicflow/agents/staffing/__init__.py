"""The staffing agent: shifts, breaks, relief, credentials, learning and supervision of the people who do the work."""

from clinicflow.agents.staffing.handlers import agent

__all__ = ["agent"]
