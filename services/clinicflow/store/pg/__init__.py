"""The store in PostgreSQL, one module for each port."""
