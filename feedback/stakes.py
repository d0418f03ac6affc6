"""The registry of what the people behind a lead are worth a year, beside what they ordered: floors above add theirs.

    stakes.register(Stake("contracts", total=contract_total))

`total` gets `asking`, which makes the lead's items as a subquery that stands so many levels below the query of leads,
and returns a subquery of one number. The largest of all is at stake: an order may be the invoice of a contract.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from feedback.models import FeedbackItem
from retention.common.registry import Registry

Asking = Callable[[int], QuerySet[FeedbackItem]]


@dataclass(frozen=True)
class Stake:
    """One kind of revenue, as it stands on a day."""

    name: str
    total: Callable[[Asking, date], Subquery]


stakes: Registry[Stake] = Registry("stake", key=lambda stake: stake.name)


def register(stake: Stake) -> Stake:
    """Add a kind of revenue; called from an app's ``ready()``."""
    return stakes.register(stake)


def asking(levels: int) -> QuerySet[FeedbackItem]:
    """The items of a lead, for a subquery `levels` below the query of leads."""
    lead: Any = "pk"
    for _level in range(levels):
        lead = OuterRef(lead)
    return FeedbackItem.objects.filter(lead_links__lead=lead, withdrawn=False).order_by()
