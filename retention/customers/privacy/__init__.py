"""What is held on one customer, part by part: each floor says what it exports and how it erases.

    privacy.register(PrivacyPart("scores", export_scores, erase_scores))

`export` gives rows that JSON can hold. `erase` takes out whatever tells who it was, in the caller's transaction, and
says what it did in numbers; rows that counts and sums rest on stay, empty of the person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retention.common.registry import Registry
from retention.customers.models import Customer

Rows = Sequence[Mapping[str, object]]
"""What an export holds: plain values by name."""


@dataclass(frozen=True)
class PrivacyPart:
    """One part of what is held. `erase` returns counts by what was done: ``{"events_emptied": 12}``."""

    name: str
    export: Callable[[Customer], Rows]
    erase: Callable[[Customer], dict[str, int]]


parts: Registry[PrivacyPart] = Registry("privacy part", key=lambda part: part.name)


def register(part: PrivacyPart) -> PrivacyPart:
    """Add `part` to every export and every erasure."""
    return parts.register(part)
