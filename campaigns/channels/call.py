"""Calls are made by people: a call step opens a task, once for a message."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from importlib import import_module
from uuid import UUID

from campaigns.channels import CampaignChannel, Outcome, Outgoing, Provider, register
from campaigns.enums import AttemptOutcome
from campaigns.services.settling import slot_key
from retention.common import clock
from retention.customers.enums import Channel
from retention.customers.models import Customer

TASKS = "retention.success.services.tasks"
DUE_IN = timedelta(days=1)


class TaskProvider:
    """Opens tasks; a task is known by the message it came from, so the same message twice is one task."""

    name = "task"
    takes_idempotency_key = True
    looks_up = True

    def __init__(self, open_task: Callable[..., object]) -> None:
        self._open_task = open_task

    @contextmanager
    def session(self) -> Iterator[TaskProvider]:
        """Itself: nothing is connected."""
        yield self

    def send(self, message: Outgoing) -> Outcome:
        """Open the task, with the text as what to say."""
        now = clock.now()
        task = self._open_task(
            title=(message.subject or message.text)[:200],
            kind="call",
            customer=Customer.objects.get(pk=message.customer),
            due_at=now + DUE_IN,
            source="campaign",
            source_key=str(message.id),
            touch_key=slot_key(message.id),
            now=now,
        )
        return Outcome(AttemptOutcome.ACCEPTED, provider_id=str(getattr(task, "public_id", "")))

    def look_up(self, message: UUID) -> Outcome:
        """Not needed: opening it again opens nothing."""
        return Outcome(AttemptOutcome.NOT_SENT, code="open_again")


@cache
def task_provider() -> Provider | None:
    """Who opens tasks; None while nobody does."""
    try:
        return TaskProvider(import_module(TASKS).open_task)
    except ModuleNotFoundError:
        return None


register(CampaignChannel(Channel.CALL, address="c.phone", mark="phone", provider=task_provider))
