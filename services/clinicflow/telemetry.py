"""Structured logs without personal data, shared by all services."""

import logging
import sys
from typing import Any

import structlog

ALLOWED: frozenset[str] = frozenset(
    {
        "event", "level", "timestamp", "logger", "exception", "address", "agent", "agents", "assigned", "attempt",
        "bootstrap", "bundle", "case_id", "client", "clinic", "code", "command", "count", "database", "dead_letter",
        "delay_s", "epoch", "error", "event_id", "event_type", "feed", "file", "group", "health", "holder", "kind",
        "lag", "limit", "message_id", "method", "name", "offset", "org", "partition", "partitions", "path", "pid",
        "port", "position", "reason_code", "role", "rows", "seconds", "signal", "status", "topic", "version", "what",
    }
)  # fmt: skip
"""Only these keys are printed: a name or a free text cannot slip into a log under a new key."""


def _only_allowed(_logger: Any, _method: str, entry: structlog.typing.EventDict) -> structlog.typing.EventDict:
    dropped = sorted(key for key in entry if key not in ALLOWED and not key.startswith("_"))
    for key in dropped:
        del entry[key]
    if dropped:
        entry["what"] = f"withheld: {', '.join(dropped)}"
    return entry


def configure(level: str = "INFO", *, plain: bool = False) -> None:
    """Set up logging for a process: JSON lines on standard error, or plain lines for a terminal."""
    renderer: Any = structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer()
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _only_allowed,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=shared,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "alembic", "kafka", "faust", "httpx", "mode", "uvicorn"):
        logging.getLogger(noisy).setLevel("WARNING")


def log(name: str) -> Any:
    """A structured logger."""
    return structlog.get_logger(name)
