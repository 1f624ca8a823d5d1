"""Structured logs: one JSON object a line, with the trace number that error pages show."""

from __future__ import annotations

import json
import logging


class JsonFormatter(logging.Formatter):
    """Level, logger, message, trace; never request bodies or personal data."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"at": self.formatTime(record), "level": record.levelname, "logger": record.name, "message": record.getMessage()}
        if trace := getattr(record, "trace", ""):
            line["trace"] = trace
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
