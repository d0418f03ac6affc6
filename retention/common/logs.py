"""Structured logs: one JSON object a line in production, readable lines elsewhere, and no personal data in either.

Every line carries what is known of where it was said: the request's id, the task's id, the tenant. What a person
could be known by stays out: requests are named by their route, exceptions by their type and place, and what remains
of e-mail addresses, query strings and keys in the words of libraries is blotted out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

OURS = ("retention", "tenants", "campaigns", "feedback", "django_structlog")
_BLOTS = (
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), "[mail]"),
    (re.compile(r"(?<=[\w/])\?[^\s\"']+"), "?[query]"),
    (re.compile(r"\b(?:stay|wk)_[\w-]{8,}"), "[key]"),
    (re.compile(r"\+\d[\d ()-]{7,}\d"), "[phone]"),
)
_FREE_TEXT = ("error", "reason", "result")
"""What the task library says about a task: words made from its data."""


def log_settings(*, as_json: bool, processors: Sequence[Processor] = ()) -> dict[str, Any]:
    """Django's LOGGING, to standard error; `processors` add to each line. Sets structlog up on the way."""
    added: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *processors,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *added,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    silent = {"handlers": ["nowhere"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "stay": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": added,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(as_json)],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "stay"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": "INFO" if as_json else "WARNING"},
        "loggers": {
            **{name: {"level": "INFO"} for name in OURS},
            "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # These write addresses with their query strings, and messages of exceptions; our own lines say the rest.
            "django.request": silent,
            "django.security.csrf": silent,
            "celery.app.trace": silent,
        },
    }


def _rendering(as_json: bool) -> list[Processor]:
    if as_json:
        return [plain_exception, without_personal_data, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [without_personal_data, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def without_personal_data(logger: object, method: str, event: EventDict) -> EventDict:
    """Leaves out free text about a task's data and blots out what looks like a person's."""
    if str(event.get("event", "")).startswith("task_") and str(event.get("logger", "")).startswith("django_structlog"):
        for name in _FREE_TEXT:
            event.pop(name, None)
    return {name: _blotted(value) for name, value in event.items()}


def plain_exception(logger: object, method: str, event: EventDict) -> EventDict:
    """Types and places of an exception and of what caused it, never its words: they may quote a row."""
    given = event.pop("exc_info", None)
    known = event.pop("exception", None)
    error = known if isinstance(known, BaseException) else _exception(given)
    if error is not None:
        event["exception"] = [_described(one) for one in _chain(error)]
    return event


def _exception(given: Any) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return sys.exc_info()[1] if given else None


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found and len(found) < 10:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _described(error: BaseException) -> dict[str, object]:
    return {"type": f"{type(error).__module__}.{type(error).__qualname__}", "at": _places(error.__traceback__)}


def _places(trace: TracebackType | None) -> list[str]:
    found: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return found


def _blotted(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    for pattern, blot in _BLOTS:
        value = pattern.sub(blot, value)
    return value
