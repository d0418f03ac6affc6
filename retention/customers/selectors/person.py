"""A person with all rows that were merged into theirs."""

from __future__ import annotations

from retention.common.errors import NotFound
from retention.customers.models import Customer, Identity


def find_customer(external_id: str) -> Customer:
    """The customer of this id, or whose other id it is; raises NotFound."""
    customer = Customer.objects.filter(external_id=external_id).first()
    if customer is None:
        known = Identity.objects.filter(value=external_id).select_related("customer").order_by("pk").first()
        customer = known.customer if known is not None else None
    if customer is None or customer.erased_at is not None:
        raise NotFound("unknown_customer", f"There is no customer “{external_id}”.", mend="Check the id.")
    return customer


def whole_person(customer: Customer) -> list[Customer]:
    """The row in force and every row merged into it, by whichever of them one asks; the one in force first."""
    root = customer
    while root.merged_into is not None:
        root = root.merged_into
    found, edge = [root], [root.pk]
    while edge:
        below = list(Customer.objects.filter(merged_into__in=edge).order_by("pk"))
        found += below
        edge = [row.pk for row in below]
    return found
