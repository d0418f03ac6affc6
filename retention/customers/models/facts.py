"""Facts: what was bought and what was done. Append-only; a correction is a newer version of the row.

A fact is in force while `superseded_at` is null and `withdrawn` is false. What a run at `known_at` could have known is
the version with ``recorded_at <= known_at`` and (``superseded_at`` null or ``> known_at``). `*_on` is the local
day in the tenant's zone, derived at ingest and again by ``rebuild``.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext_lazy as _

from retention.common.ids import uuid7
from retention.customers.enums import Behaviour, Clock, OrderStatus
from retention.customers.models.customer import Account, Customer

ORDER_EVENTS = ("Order Completed", "Order Updated", "Order Refunded", "Order Cancelled")
"""Events of Segment's e-commerce spec that make and change orders."""


class Category(models.Model):
    """A kind of goods or content with a rhythm and a clock of its own."""

    code = models.CharField(_("code"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    clock = models.CharField(_("clock"), max_length=8, choices=Clock.choices, blank=True, default="", db_default="")
    """What ends a silence here; empty: what the tenant's policy says."""

    class Meta:
        verbose_name = _("Category")
        verbose_name_plural = _("Categories")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class Product(models.Model):
    """One thing that can be bought."""

    code = models.CharField(_("code"), max_length=200, unique=True)
    name = models.CharField(_("name"), max_length=300, blank=True, default="")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="products")
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=2, null=True, blank=True)
    on_sale = models.BooleanField(_("on sale"), default=True, db_default=True)

    class Meta:
        verbose_name = _("Product")
        verbose_name_plural = _("Products")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class Order(models.Model):
    """An order: the sum of its lines. A negative `amount` is a return. `refunded` was paid back on it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    external_id = models.CharField(_("order id"), max_length=200)
    version = models.PositiveIntegerField(default=1, db_default=1)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders", db_index=False)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="orders")
    ordered_at = models.DateTimeField(_("ordered at"))
    ordered_on = models.DateField(_("ordered on"))
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    refunded = models.DecimalField(_("refunded"), max_digits=14, decimal_places=2, default=0, db_default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=OrderStatus.choices, default=OrderStatus.PAID, db_default="paid"
    )
    coupon = models.CharField(_("coupon"), max_length=200, blank=True, default="", db_default="")
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    digest = models.BinaryField(max_length=16)  # of the content, so that the same order again changes nothing
    source = models.CharField(_("source"), max_length=80, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(_("recorded at"))
    superseded_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Order")
        verbose_name_plural = _("Orders")
        ordering = ["-ordered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], condition=Q(superseded_at__isnull=True), name="order_one_in_force"
            ),
            models.UniqueConstraint(fields=["external_id", "version"], name="order_version_unique"),
        ]
        indexes = [
            models.Index(fields=["customer", "ordered_on"], name="order_of_customer"),  # state, timeline
            models.Index(fields=["ordered_on"], name="order_by_day"),  # daily figures
        ]

    def __str__(self) -> str:
        return self.external_id


class OrderLine(models.Model):
    """One line of one version of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_index=False)
    ordinal = models.PositiveIntegerField()
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.SET_NULL, related_name="lines")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="lines")
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=1, db_default=1)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, null=True, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        ordering = ["order", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["order", "ordinal"], name="orderline_ordinal_unique")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.ordinal}"


class Event(models.Model):
    """Something a customer or account did, or that was done with them. The name is stored, its behaviour looked up."""

    event_id = models.CharField(_("event id"), max_length=200)
    version = models.PositiveIntegerField(default=1, db_default=1)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    name = models.CharField(_("event"), max_length=200)
    occurred_at = models.DateTimeField(_("occurred at"))
    occurred_on = models.DateField(_("occurred on"))
    properties = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    digest = models.BinaryField(max_length=16)
    source = models.CharField(_("source"), max_length=80, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(_("recorded at"))
    superseded_at = models.DateTimeField(null=True, blank=True)
    withdrawn = models.BooleanField(_("withdrawn"), default=False, db_default=False)

    class Meta:
        verbose_name = _("Event")
        verbose_name_plural = _("Events")
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event_id"], condition=Q(superseded_at__isnull=True), name="event_one_in_force"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(account__isnull=False), name="event_of_someone"
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "occurred_at", "id"], name="event_of_customer"),  # state, timeline
            models.Index(fields=["account", "occurred_at", "id"], name="event_of_account"),  # account timeline
            models.Index(fields=["occurred_on", "name"], name="event_by_day"),  # daily figures, feed check
            models.Index(  # whose a corrected event was before: few are ever corrected
                fields=["event_id"], name="event_superseded", condition=Q(superseded_at__isnull=False)
            ),
            models.Index(  # what happened to one order, in whatever sequence it arrives
                KeyTextTransform("order_id", "properties"),
                name="event_of_order",
                condition=Q(name__in=ORDER_EVENTS),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EventBehaviour(models.Model):
    """The map from an event's name to what it means. A name that is not here counts as *other*."""

    name = models.CharField(_("event"), max_length=200, unique=True)
    behaviour = models.CharField(_("behaviour"), max_length=12, choices=Behaviour.choices)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} → {self.behaviour}"
