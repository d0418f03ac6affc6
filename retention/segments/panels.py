"""Segments on the customer record: which ones hold the customer, since when, and why."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Customer
from retention.customers.panels import Panel, register
from retention.segments.selectors.members import segments_of


def _context(customer: Customer, as_of: date) -> dict[str, Any]:
    return {"stays": list(segments_of(customer))}


register(Panel("segments", _("Segments"), 60, "segments.view", "segments/_panel.html", _context, place="side"))
