"""Running the SQL file of a migration step."""

from pathlib import Path
from typing import Any

from alembic import op


def run_sql(step: str) -> None:
    """Execute ``sql/<step>.sql`` in the running transaction; several statements and function bodies are welcome."""
    text = Path(__file__).with_name("sql").joinpath(f"{step}.sql").read_text(encoding="utf-8")
    driver: Any = op.get_bind().connection.dbapi_connection
    driver.run_async(lambda connection: connection.execute(text))
