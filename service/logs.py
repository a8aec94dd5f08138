"""Logs: one JSON object on one line of standard output for each event; no secrets, no access log."""

import asyncio
import json
import logging
import socket
import sys
from datetime import UTC, datetime
from typing import Any

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


class JsonLines(logging.Formatter):
    """Time, level, logger, message, whatever was passed as ``extra``, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a value JSON does not know is written as its text."""
        event: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        event |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, default=str)


def configure(level: str) -> None:
    """Send everything from ``level`` up to standard output, replacing what was configured before."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # asyncpg repeats a traceback for each failed reconnection; the watch logs an outage once instead.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)
    # The span exporter reports every batch it loses; the metrics' exporter says once that the receiver is gone.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    logging.getLogger("uvicorn.access").disabled = True


def leave_out_look_ups(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An event loop's exception handler: a name look-up of a connection that was given up concerns nobody any more.

    uvloop reports its failure although whoever wanted the connection has been told; the watch logs the outage once.
    """
    if not ("future" in context and isinstance(context.get("exception"), socket.gaierror)):
        loop.default_exception_handler(context)
