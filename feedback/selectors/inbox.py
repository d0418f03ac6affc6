"""The inbox: what was said, newest first."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from feedback.enums import COMPLAINTS, ItemStatus
from feedback.models import FeedbackItem, Tag
from retention.customers.models import Account, Customer
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from tenants.people.scopes import scope_of


def inbox(user: object) -> QuerySet[FeedbackItem]:
    """The items that `user` may see, with people, accounts and topics fetched for a page at once."""
    items = FeedbackItem.objects.filter(withdrawn=False).select_related("customer", "account")
    return _seen(items, user).prefetch_related(Prefetch("tags", Tag.objects.select_related("topic")))


def open_complaints() -> QuerySet[FeedbackItem]:
    """Complaints that nobody has answered yet."""
    return FeedbackItem.objects.filter(
        withdrawn=False, intent__in=COMPLAINTS, status__in=[ItemStatus.NEW, ItemStatus.OPEN]
    )


def found_items(items: QuerySet[FeedbackItem], text: str) -> QuerySet[FeedbackItem]:
    """Those whose text holds `text`."""
    return items.filter(text__icontains=text)


def _seen(items: QuerySet[FeedbackItem], user: object) -> QuerySet[FeedbackItem]:
    if not scope_of(user).is_limited:
        return items
    customers = visible_customers(Customer.objects.all(), user)
    accounts = visible_accounts(Account.objects.all(), user)
    return items.filter(Q(customer__in=customers) | Q(account__in=accounts))
