"""The links that a customer gets: bound to the tenant, to a purpose and to one customer; they carry ids alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.urls import reverse

from retention.customers.links import customer_token, read_customer_token
from retention.customers.models import Customer
from tenants.links import tenant_url

Door = Literal["preferences", "unsubscribe", "why"]
ROUTES: dict[Door, str] = {"preferences": "preferences", "unsubscribe": "unsubscribe", "why": "why-this"}


@dataclass(frozen=True)
class Bearer:
    """Who holds a link: the customer, and the channel and message that it came with ("" where there was none)."""

    customer: Customer
    channel: str = ""
    message: str = ""


def path_of(door: Door, customer: UUID, *, channel: str = "", message: UUID | str = "") -> str:
    """The path of `door` for `customer` at the tenant in force."""
    token = customer_token(f"campaigns.{door}", customer, [channel, str(message)])
    return reverse(ROUTES[door], kwargs={"token": token})


def link_to(door: Door, customer: UUID, *, channel: str = "", message: UUID | str = "", base: str = "") -> str:
    """The full address; `base` (:func:`base_address`) saves asking for the host again for each of many."""
    return (base or base_address()) + path_of(door, customer, channel=channel, message=message)


def links_of(customer: UUID, *, channel: str, message: UUID | str = "", base: str = "") -> dict[str, str]:
    """The variables with addresses that every message has."""
    base = base or base_address()
    return {
        "preferences_link": link_to("preferences", customer, channel=channel, message=message, base=base),
        "unsubscribe_link": link_to("unsubscribe", customer, channel=channel, message=message, base=base),
        "why_link": link_to("why", customer, channel=channel, message=message, base=base),
    }


def base_address() -> str:
    """The scheme and host of the tenant in force, without a slash at the end."""
    return tenant_url("")


def read_token(door: Door, token: str) -> Bearer:
    """Who holds `token`; raises NotFound when it was not made here for this door, or the person is erased."""
    customer, (channel, message) = read_customer_token(f"campaigns.{door}", token)
    return Bearer(customer, channel, message)
