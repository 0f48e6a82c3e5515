"""Screens: the waiting room's display, staff boards and the front desk, as pages that follow the stream."""
