"""Facts and relations that a caller may see: everything, or only what belongs to the accounts that name them."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from retention.customers.models import Account, Contact, Customer, CustomerTag, Event, Membership, Order, PointEntry
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from tenants.people.scopes import scope_of

Fact = TypeVar("Fact", bound=Model)


def seen_customers(user: object) -> QuerySet[Customer]:
    """Every profile but erased ones, staff and tests too."""
    return visible_customers(Customer.objects.filter(erased_at=None), user)


def seen_accounts(user: object) -> QuerySet[Account]:
    """The accounts in sight of `user`."""
    return visible_accounts(Account.objects.all(), user)


def seen_contacts(user: object) -> QuerySet[Contact]:
    """Who acts for the accounts in sight of `user`."""
    contacts = Contact.objects.all()
    if not scope_of(user).is_limited:
        return contacts
    return contacts.filter(account__in=seen_accounts(user))


def seen_orders(user: object) -> QuerySet[Order]:
    """Orders in every version."""
    return _of_someone_seen(Order.objects.all(), user)


def seen_events(user: object) -> QuerySet[Event]:
    """Events in every version."""
    return _of_someone_seen(Event.objects.all(), user)


def seen_memberships(user: object) -> QuerySet[Membership]:
    """Levels held by the customers in sight of `user`, withdrawn ones too."""
    memberships = Membership.objects.all()
    if not scope_of(user).is_limited:
        return memberships
    return memberships.filter(customer__in=seen_customers(user))


def seen_points(user: object) -> QuerySet[PointEntry]:
    """Points of the customers in sight of `user`."""
    entries = PointEntry.objects.all()
    if not scope_of(user).is_limited:
        return entries
    return entries.filter(customer__in=seen_customers(user))


def seen_tags(user: object) -> QuerySet[CustomerTag]:
    """Tags of the customers in sight of `user`, also those that were taken off."""
    tags = CustomerTag.objects.all()
    if not scope_of(user).is_limited:
        return tags
    return tags.filter(customer__in=seen_customers(user))


def _of_someone_seen(facts: QuerySet[Fact], user: object) -> QuerySet[Fact]:
    if not scope_of(user).is_limited:
        return facts
    return facts.filter(Q(customer__in=seen_customers(user)) | Q(account__in=seen_accounts(user)))
