"""The customer's panel of membership: level and the way to the next, growth points and their ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Customer
from retention.customers.panels import Panel, register
from retention.customers.selectors.levels import standing_of
from retention.customers.selectors.points import latest_entries, points_of
from retention.customers.selectors.standing_words import entry_lines, level_title, sentences

ENTRIES_SHOWN = 5


def membership(customer: Customer, as_of: date) -> dict[str, Any]:
    """As of the day after `as_of`, today: what was spent this morning is gone."""
    today = as_of + timedelta(days=1)
    standing = standing_of(customer, today)
    return {
        "level_title": level_title(standing),
        "sentences": sentences(standing, today),
        "standing": standing,
        "points": points_of(customer, today),
        "entries": entry_lines(latest_entries(customer, today, ENTRIES_SHOWN)),
    }


def points_form(customer: Customer, as_of: date) -> dict[str, Any]:
    """Spend or give. The key makes a second click on the same page the same booking."""
    return {"key": uuid4()}


FOLDER = "customers/panels"
register(Panel("membership", _("Membership"), 45, "customers.view", f"{FOLDER}/_membership.html", membership, "side"))
register(Panel("points", _("Spend or give points"), 46, "points.edit", f"{FOLDER}/_points_form.html", points_form,
               "side"))  # fmt: skip
