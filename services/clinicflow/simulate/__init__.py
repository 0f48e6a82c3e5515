"""Synthetic clinics: a seeded day of patients and the staff who look after them, for demos, load and tests."""
