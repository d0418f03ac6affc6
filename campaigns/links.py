"""The links that a customer gets: bound to the tenant, to a purpose and to one customer; they carry ids alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from retention.common.errors import DomainError, NotFound
from retention.customers.models import Customer
from tenants.links import tenant_url
from tenants.tokens import sign, unsign

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
    token = sign(f"campaigns.{door}", [str(customer), channel, str(message)])
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
    try:
        public_id, channel, message = unsign(f"campaigns.{door}", token)
        customer = Customer.objects.get(public_id=UUID(public_id), erased_at=None)
    except (DomainError, ValueError, TypeError, Customer.DoesNotExist) as error:
        raise NotFound(
            "link_unknown",
            _("This link leads nowhere."),
            mend=_("Use the link in the latest message that you got from us."),
        ) from error
    while customer.merged_into is not None:
        customer = customer.merged_into
    return Bearer(customer, str(channel), str(message))
