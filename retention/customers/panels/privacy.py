"""The customer's panel of privacy: export, erase."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Customer
from retention.customers.panels import Panel, register


def privacy(customer: Customer, as_of: date) -> dict[str, Any]:
    """Two doors; each asks who is there again."""
    return {}


register(Panel("privacy", _("Privacy"), 95, "privacy.export", "customers/panels/_privacy.html", privacy, "side"))
