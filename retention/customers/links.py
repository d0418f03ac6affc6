"""Links that a customer gets: bound to the tenant, to a purpose and to one customer; they carry ids alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from retention.common.errors import DomainError, NotFound
from retention.customers.models import Customer
from tenants.tokens import sign, unsign


def customer_token(purpose: str, customer: UUID, says: Sequence[str] = ()) -> str:
    """A token for `customer` at the tenant in force; its holder can read `says`."""
    return sign(purpose, [str(customer), *says])


def read_customer_token(purpose: str, token: str) -> tuple[Customer, list[str]]:
    """Who holds `token`, and what it says; NotFound when it was not made here for this, or the person is erased."""
    try:
        public_id, *says = unsign(purpose, token)
        customer = Customer.objects.get(public_id=UUID(public_id), erased_at=None)
    except (DomainError, ValueError, TypeError, Customer.DoesNotExist) as error:
        raise NotFound(
            "link_unknown",
            _("This link leads nowhere."),
            mend=_("Use the link in the latest message that you got from us."),
        ) from error
    while customer.merged_into is not None:
        customer = customer.merged_into
    return customer, [str(said) for said in says]
