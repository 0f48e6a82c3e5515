"""The procedures agent: tests, traces, wounds, small surgery, and the work of eye, foot, skin and heart clinics."""

from clinicflow.agents.procedures.handlers import agent

__all__ = ["agent"]
