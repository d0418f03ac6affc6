"""Derived rows: kept exactly at ingest, dropped and rebuilt to the same values by ``rebuild``."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from retention.customers.models.customer import Customer
from retention.customers.models.facts import Category


class CustomerState(models.Model):
    """Running sums of one customer, a function of the facts alone: no clock, no policy.

    An *order day* is a local day with a paid order of amount ≥ 0 that was not wholly refunded; its value is the net
    of all that day's orders, returns and refunds. A *log-in day* has an event mapped to log-in.
    """

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="state")
    first_order_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    order_days = models.PositiveIntegerField(default=0)
    net_revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    repeat_revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    """Sum of the values of the order days after the first: Gamma-Gamma's numerator."""
    year_order_days = models.PositiveIntegerField(default=0)
    """F: order days in the 365 d up to the customer's last order."""
    year_revenue = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    """Net revenue of orders in the 365 d up to the customer's last order; scoring adds the fees for M."""
    main_category = models.ForeignKey(Category, null=True, on_delete=models.SET_NULL, related_name="+")
    main_category_last_on = models.DateField(null=True)
    first_login_on = models.DateField(null=True)
    last_login_on = models.DateField(null=True)
    login_days = models.PositiveIntegerField(default=0)
    first_seen_on = models.DateField(null=True)
    """First local day with any fact."""
    last_seen_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("customer's running state")
        ordering = ["customer"]
        indexes = [
            models.Index(fields=["last_order_on", "customer"], name="state_by_last_order"),  # the list, sorted
            models.Index(fields=["last_login_on", "customer"], name="state_by_last_login"),  # the list, sorted
            models.Index(fields=["net_revenue", "customer"], name="state_by_revenue"),  # the list, sorted
            models.Index(fields=["first_seen_on"], name="state_by_first_seen"),  # who came after a day
        ]

    def __str__(self) -> str:
        return f"state of {self.customer_id}"
