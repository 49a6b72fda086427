"""key=value logs in which no personal data stands whole."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from kernel.masking import scrub

# Values of these keys are ids of ours or of a provider, made of letters and digits, and must stay searchable.
_PLAIN = {
    "conversation_id", "call_id", "order_no", "timestamp", "level", "source", "event", "service", "turn_key", "status",
    "duration_ms", "pid", "job_id", "seq", "port",
}  # fmt: skip


def _mask(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in entry.items():
        if isinstance(value, str) and (key not in _PLAIN or key == "event"):
            entry[key] = scrub(value)
    return entry


def configure(service: str, *, level: int = logging.INFO) -> None:
    """Set up logging of this process to standard error; `service` stands in every line."""

    def name_service(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        # Not a context variable: requests run in contexts that were made before this call.
        entry["service"] = service
        return entry

    structlog.configure(
        processors=[
            name_service,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            _mask,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "service", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def get(name: str) -> Any:
    return structlog.get_logger(source=name)  # `logger` is a parameter of structlog itself
