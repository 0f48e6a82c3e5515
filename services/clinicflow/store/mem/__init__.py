"""The store in memory, one module for each group of ports."""
