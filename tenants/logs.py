"""Which tenant a line of the log is about."""

from __future__ import annotations

import structlog
from django.db import connection
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from structlog.typing import EventDict


def add_tenant(logger: object, method: str, event: EventDict) -> EventDict:
    """Puts the short name of the tenant in force into a line that names none yet."""
    slug = getattr(getattr(connection, "tenant", None), "slug", None)
    if slug is not None:
        event.setdefault("tenant", slug)
    return event


@receiver(bind_extra_task_metadata)
def name_the_task_and_its_tenant(sender: object, task: object, **kwargs: object) -> None:
    """Around a task no tenant is in force yet, or any more: its lines name the one it was sent for."""
    arguments = getattr(getattr(task, "request", None), "kwargs", None) or {}
    structlog.contextvars.bind_contextvars(task=getattr(task, "name", None), tenant=arguments.get("tenant"))
