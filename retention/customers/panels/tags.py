"""The customer's panel of external tags, by who gave them; whoever may puts own ones on."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Customer
from retention.customers.panels import Panel, register
from retention.customers.selectors.tags import tags_of
from retention.customers.services.tags import BY_HAND

FOLDER = "customers/panels"


def tags(customer: Customer, as_of: date) -> dict[str, Any]:
    """Those in force."""
    return {"tags_by_source": tags_of(customer)}


def tags_form(customer: Customer, as_of: date) -> dict[str, Any]:
    """The tags that people of the house gave, each with a button that takes it off."""
    return {"own_tags": dict(tags_of(customer)).get(BY_HAND, [])}


register(Panel("tags", _("External tags"), 47, "customers.view", f"{FOLDER}/_tags.html", tags, "side"))
register(Panel("tags_form", _("Change tags"), 48, "tags.edit", f"{FOLDER}/_tags_form.html", tags_form, "side"))
