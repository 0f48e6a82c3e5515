"""Named queries, read from the SQL files beside this one; parameters are given by name."""

from pathlib import Path
from typing import Any

import aiosql
import aiosql.adapters.asyncpg


class Queries:
    """The queries of one file: ``text(name)`` for the server, ``args(name, ...)`` in the order that it expects."""

    def __init__(self, area: str) -> None:
        adapter: Any = aiosql.adapters.asyncpg.AsyncPGAdapter()  # type: ignore[no-untyped-call]
        loaded: Any = aiosql.from_path(
            Path(__file__).with_name(f"{area}.sql"), lambda: adapter, mandatory_parameters=False
        )
        names = set(loaded.available_queries)
        own = {
            name for name in names if name.removesuffix("_cursor") not in names - {name}
        }  # the loader adds a cursor twin
        self._texts: dict[str, str] = {name: getattr(loaded, name).sql for name in sorted(own)}
        self._order: dict[str, list[str]] = {name: list(adapter.var_sorted[name]) for name in self._texts}

    def text(self, name: str) -> str:
        """The statement."""
        return self._texts[name]

    def args(self, name: str, values: dict[str, Any]) -> list[Any]:
        """Values in the statement's order. A missing or an unknown name is a KeyError: a typing mistake, not data."""
        order = self._order[name]
        if len(values) != len(order):
            raise KeyError(f"query {name} takes {sorted(order)}, but got {sorted(values)}")
        return [values[key] for key in order]
