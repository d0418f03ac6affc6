"""How Celery talks to its broker: numbers that belong together, in one place.

With Redis a task that outlives the visibility timeout is delivered again while it still runs, so every time limit
lies below it. A task whose worker was killed comes back after the timeout, found by a sweep: at kombu's defaults
about every 100 s, with the options below every 5 s.
"""

from __future__ import annotations

from urllib.parse import urlsplit

VISIBILITY_SECONDS = 900
TASK_SOFT_LIMIT_SECONDS = 540
TASK_LIMIT_SECONDS = 600


def transport_options(broker_url: str) -> dict[str, int | bool]:
    """Celery's `broker_transport_options` for the broker at this address."""
    if urlsplit(broker_url).scheme.startswith("amqp"):
        return {"confirm_publish": True}
    return {
        "visibility_timeout": VISIBILITY_SECONDS,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
