"""Where the customers whom an alert is about are listed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.urls import reverse

from retention.segments.overview.words import customers_url

if TYPE_CHECKING:
    from retention.alerts.models import Alert


def customers_in(segment: str) -> Callable[[Alert], str]:
    """The page of a ready segment."""
    return lambda alert: reverse("segment", args=[segment])


def customers_where(**filters: str) -> Callable[[Alert], str]:
    """The list of customers, filtered."""
    return lambda alert: customers_url(**filters)


def the_customer(alert: Alert) -> str:
    """The record of the customer whom the alert is about; "" where it is about no customer."""
    return reverse("customer", args=[alert.customer.public_id]) if alert.customer else ""
