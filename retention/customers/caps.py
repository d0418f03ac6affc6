"""Frequency caps over rolling windows: which apply to a contact, and from when on there is room. No clock, no rows.

No window of a cap's length, wherever it begins, holds more than the cap: a new contact counts all that lie less than
a window before it, and all after it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from retention.customers.enums import Channel, Purpose

Counted = Literal["all", "promotions", "calls", "surveys"]


@dataclass(frozen=True)
class Contact:
    """A contact made or reserved."""

    at: datetime
    channel: str
    purpose: str


@dataclass(frozen=True)
class Cap:
    """At most `most` of what `counted` names within `window`."""

    most: int
    window: timedelta
    counted: Counted

    def counts(self, contact: Contact) -> bool:
        """Whether `contact` takes a place under this cap."""
        if self.counted == "promotions":
            return contact.purpose == Purpose.MARKETING
        if self.counted == "calls":
            return contact.channel == Channel.CALL
        return self.counted == "all" or contact.purpose == Purpose.SURVEY


@dataclass(frozen=True)
class CapRules:
    """The tenant's caps."""

    promotions: Cap
    calls: Cap
    surveys: Cap

    def of(self, channel: str, purpose: str, *, wish_days: int | None = None) -> list[Cap]:
        """The caps that a new contact must keep to; service is never held.

        `wish_days` is the customer's own wish: at most one promotion in so many days.
        """
        if purpose == Purpose.SERVICE:
            return []
        caps = [self.calls] if channel == Channel.CALL else []
        if purpose == Purpose.MARKETING:
            caps.append(self.promotions)
            if wish_days:
                caps.append(Cap(1, timedelta(days=wish_days), "promotions"))
        if purpose == Purpose.SURVEY:
            caps.append(self.surveys)
        return caps


def room_from(contacts: Iterable[Contact], cap: Cap, at: datetime) -> datetime | None:
    """`at` when `cap` has room then, else the first moment after it; None when it never has."""
    if cap.most <= 0:
        return None
    held = sorted(contact.at for contact in contacts if cap.counts(contact) and contact.at > at - cap.window)
    if len(held) < cap.most:
        return at
    return held[len(held) - cap.most] + cap.window


def room_under_all(contacts: Sequence[Contact], caps: Iterable[Cap], at: datetime) -> datetime | None:
    """`at` when every cap has room then, else the first moment after it; None when one never has."""
    moment = at
    for cap in caps:
        found = room_from(contacts, cap, at)
        if found is None:
            return None
        moment = max(moment, found)
    return moment
