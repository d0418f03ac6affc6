"""The registry of what sends to customers, so that the platform can say what waits before it lets it go.

senders.register(Sender("campaigns", count_due=count_due, hold_due=hold_due))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from retention.common.registry import Registry


@dataclass(frozen=True)
class Sender:
    """Both run inside a tenant. `count_due(now)`: what would go out at once. `hold_due(actor, now)`: it never does,
    and what goes on by itself waits for a person; how many that were."""

    name: str
    count_due: Callable[[datetime], int]
    hold_due: Callable[[object, datetime], int]


senders: Registry[Sender] = Registry("sender", key=lambda sender: sender.name)


def register(sender: Sender) -> Sender:
    """Declare a sender; called from an app's ``ready()``."""
    return senders.register(sender)
