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
    known = ("customer", "account", "duplicate_of")
    items = FeedbackItem.objects.filter(withdrawn=False).select_related(*known)
    return _seen(items, user).prefetch_related(Prefetch("tags", Tag.objects.select_related("topic")))


def waiting_after(items: QuerySet[FeedbackItem], item: FeedbackItem) -> FeedbackItem | None:
    """The next of `items` that nobody took up: older than `item`, else from the top again."""
    waiting = items.filter(status=ItemStatus.NEW).exclude(pk=item.pk).order_by("-received_at", "-pk")
    older = Q(received_at__lt=item.received_at) | Q(received_at=item.received_at, pk__lt=item.pk)
    return waiting.filter(older).first() or waiting.first()


def waiting_before(items: QuerySet[FeedbackItem], item: FeedbackItem) -> FeedbackItem | None:
    """The one of `items` that nobody took up and that is the next newer."""
    newer = Q(received_at__gt=item.received_at) | Q(received_at=item.received_at, pk__gt=item.pk)
    return items.filter(newer, status=ItemStatus.NEW).order_by("received_at", "pk").first()


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
