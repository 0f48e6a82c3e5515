"""The pure core: no clock, no randomness, no environment, no Kafka, no database, no web."""
