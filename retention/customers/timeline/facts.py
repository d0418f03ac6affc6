"""The timeline's sources that this floor knows: orders, events, contacts made, levels, points, consent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, F, Func, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common import formats
from retention.customers.enums import OrderStatus, PointKind
from retention.customers.models import (
    Account,
    ConsentEntry,
    Customer,
    Event,
    Membership,
    Order,
    PointEntry,
    Touch,
)
from retention.customers.selectors.standing_words import entry_reason, names_beside, with_rule_names
from retention.customers.timeline import Entry, Source, register, register_account
from retention.customers.timeline.words import details_of, title_of
from tenants.context import current_tenant

PRIVATE = ("mail", "phone", "mobile", "address", "token", "password")
PROPERTIES_SHOWN = 5
VIEW = "customers.view"
ACCOUNT_VIEW = "accounts.view"


def in_words(properties: Mapping[str, Any]) -> str:
    """The first few plain properties; what might be a person's address or secret is left out."""
    plain = [
        (key, value)
        for key, value in properties.items()
        if isinstance(value, str | int | float) and not any(word in key.lower() for word in PRIVATE)
    ]
    return " · ".join(f"{key}: {str(value)[:60]}" for key, value in plain[:PROPERTIES_SHOWN])


def order_entry(order: Order) -> Entry:
    """An order or a return."""
    title = _("Return %(order)s") if order.amount < 0 else _("Order %(order)s")
    words = [_("coupon %(coupon)s") % {"coupon": order.coupon}] if order.coupon else []
    if order.refunded:
        words.append(_("%(amount)s refunded") % {"amount": formats.money(order.refunded)})
    return Entry(
        title % {"order": order.external_id},
        detail=" · ".join(words),
        amount=formats.money(order.amount),
        badge="" if order.status == OrderStatus.PAID else order.get_status_display(),
        tone="warn",
    )


def event_entry(event: Event) -> Entry:
    """Something done; on an account's page also by whom."""
    said = details_of(event.name, event.properties)
    return Entry(title_of(event.name), detail=in_words(event.properties) if said is None else said)


def touch_entry(touch: Touch) -> Entry:
    """A contact that somebody made."""
    title = f"{touch.get_channel_display()} · {touch.get_purpose_display()}"
    answered = _("answered") if touch.two_way else ""
    return Entry(title, detail=" · ".join(word for word in (touch.summary, touch.made_by) if word), badge=answered,
                 tone="good")  # fmt: skip


def membership_entry(membership: Membership) -> Entry:
    """A level reached."""
    ends = _("until %(day)s") % {"day": formats.day(membership.ends_on)} if membership.ends_on else ""
    return Entry(_("Level %(level)s") % {"level": membership.level}, detail=ends)


def point_entry(entry: PointEntry) -> Entry:
    """Growth points earned, given or spent."""
    return Entry(
        entry_reason(entry, names_beside(entry)) or entry.get_kind_display(),
        amount=f"{entry.points:+,}".replace("-", "−"),
    )


def consent_entry(entry: ConsentEntry) -> Entry:
    """A yes or a no."""
    title = _("Consent given: %(what)s") if entry.granted else _("Consent withdrawn: %(what)s")
    what = f"{entry.get_channel_display()} · {entry.get_purpose_display()}"
    return Entry(title % {"what": what}, detail=entry.source)


def in_force(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Facts that no later version replaced and nobody withdrew."""
    return rows.filter(superseded_at=None, withdrawn=False)


def memberships(customer: Customer) -> QuerySet[Any]:
    """Levels, with the local midnight at which they began."""
    local = Func(Value(current_tenant().timezone), F("since"), template="timezone(%(expressions)s::timestamp)")
    began = ExpressionWrapper(local, output_field=DateTimeField())
    return Membership.objects.filter(customer=customer, withdrawn=False).annotate(began_at=began)


def _touches_of(account: Account) -> QuerySet[Any]:
    return Touch.objects.filter(customer__contacts__account=account, reserved=False).distinct()


register(Source("order", gettext_lazy("Orders"), "shopping-cart", VIEW,
                lambda customer: in_force(Order.objects.filter(customer=customer)), order_entry,
                "ordered_at"))  # fmt: skip
register(Source("event", gettext_lazy("Events"), "activity", VIEW,
                lambda customer: in_force(Event.objects.filter(customer=customer)), event_entry))  # fmt: skip
register(Source("touch", gettext_lazy("Contacts made"), "message", VIEW,
                lambda customer: Touch.objects.filter(customer=customer, reserved=False), touch_entry))  # fmt: skip
register(Source("membership", gettext_lazy("Levels"), "star", VIEW, memberships, membership_entry,
                "began_at"))  # fmt: skip
register(Source("points", gettext_lazy("Growth points"), "coin", VIEW,
                lambda customer: with_rule_names(
                    PointEntry.objects.filter(customer=customer).exclude(kind=PointKind.MOVED)),
                point_entry))  # fmt: skip
register(Source("consent", gettext_lazy("Consent"), "shield-check", VIEW,
                lambda customer: ConsentEntry.objects.filter(customer=customer), consent_entry))  # fmt: skip
register_account(Source("event", gettext_lazy("Events"), "activity", ACCOUNT_VIEW,
                        lambda account: in_force(Event.objects.filter(account=account)),
                        event_entry))  # fmt: skip
register_account(Source("order", gettext_lazy("Orders"), "shopping-cart", ACCOUNT_VIEW,
                        lambda account: in_force(Order.objects.filter(account=account)), order_entry,
                        "ordered_at"))  # fmt: skip
register_account(Source("touch", gettext_lazy("Contacts made"), "message", ACCOUNT_VIEW, _touches_of,
                        touch_entry))  # fmt: skip
