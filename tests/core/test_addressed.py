"""Which of the agents that look at a type of event are asked about one event."""

from clinicflow.core.step import addressed
from tests.core.kit import an_event, asks, nurse_agent

NURSE, PORTER = nurse_agent("nurse"), nurse_agent("porter")


def test_a_request_is_for_the_agent_that_it_names() -> None:
    """Given two agents, when a person asks something of a task of one, then the other is not asked."""
    assert addressed((NURSE, PORTER), asks("claim", "t-1", agent="porter")) == (PORTER,)
    assert addressed((NURSE,), asks("claim", "t-1", agent="porter")) == ()


def test_everything_else_is_for_all_that_look_at_it() -> None:
    assert addressed((NURSE, PORTER), an_event("roomed")) == (NURSE, PORTER)
