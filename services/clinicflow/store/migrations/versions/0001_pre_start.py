"""The first schema."""

from clinicflow.store.migrations import run_sql

revision = "0001_pre_start"
down_revision = None


def upgrade() -> None:
    """Make every table, function, right and policy."""
    run_sql(revision)
