"""The referrals agent: specialists, tests elsewhere, hospitals, and emergencies in the clinic."""

from clinicflow.agents.referrals.handlers import agent

__all__ = ["agent"]
