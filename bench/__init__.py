"""Measurements, one command a figure: ``python -m bench``."""
