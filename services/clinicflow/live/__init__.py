"""The running side: journal to Kafka, Kafka to agents, agents to the database."""
