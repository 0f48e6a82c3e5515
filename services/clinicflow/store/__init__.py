"""Where the journal and everything derived from it is kept: ports, an in-memory store, and PostgreSQL."""
