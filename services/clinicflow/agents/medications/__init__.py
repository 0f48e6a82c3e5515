"""The medications agent: doses and vaccines from the order to the end of the observation, what is dispensed,
prescriptions before they go, and counts of controlled drugs."""

from clinicflow.agents.medications.handlers import agent

__all__ = ["agent"]
