"""Replay: recorded events through the same code again, compared with what was recorded, or under other rules."""
