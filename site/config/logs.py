"""Structured logs, one JSON object a line, without personal data."""

import json
import logging
import time


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON: when, how bad, who speaks, what; never arguments with a person in them.

    Tracebacks are kept, because an operator needs them; local values are not.
    """

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request := getattr(record, "request", None):
            # Django's message ends with the path, and some paths are secrets: name the route instead.
            match = getattr(request, "resolver_match", None)
            entry["message"] = record.getMessage().partition(":")[0]
            entry["route"] = match.route if match else ""
        entry.update(getattr(record, "facts", {}))
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)
