"""The registry of chores: what has to be done again and again in each tenant. Upper apps add theirs in ``ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from retention.common.registry import Registry


@dataclass(frozen=True)
class Chore:
    """Work of one tenant that is due every `every`; `run` gets the moment at which it was found due.

    It may run twice, or late after an outage, and must not mind: its own rows say what is left to do.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], None]


chores: Registry[Chore] = Registry("chore", key=lambda chore: chore.name)


def register(chore: Chore) -> Chore:
    """Let the scheduler wake `chore` in every active tenant."""
    return chores.register(chore)
