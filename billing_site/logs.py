"""What is logged, and how. A traceback shows where it was, and never the values it had there:
those are people's names and sums.
"""

from __future__ import annotations

from typing import Any

import structlog

_LINE = structlog.processors.KeyValueRenderer(key_order=["event"])
SEALS = "billing_site.workflows.daily_heads"  # kept in the log, so that nobody can rewrite them


def configured(*, level: str) -> dict[str, Any]:
    """Return what Django's LOGGING is to be, and lead what structlog is told the same way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            _as_one_line,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {SEALS: {"level": "INFO"}},
    }


def _as_one_line(logger: Any, method: str, event: Any) -> tuple[tuple[Any], dict[str, Any]]:
    """Leave the traceback to logging, whose has no local variables, unlike structlog's default."""
    error = event.pop("exc_info", None)
    return (_LINE(logger, method, event),), {"exc_info": error} if error else {}
