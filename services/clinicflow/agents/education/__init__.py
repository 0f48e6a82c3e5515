"""The education agent: teaching by approved texts, questions that only licensed staff answer, the plan of the visit."""

from clinicflow.agents.education.handlers import agent

__all__ = ["agent"]
