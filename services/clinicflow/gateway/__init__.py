"""Intake: what happens in a clinic comes in here, by HTTP or HL7 v2, and is journaled before it is acknowledged."""
