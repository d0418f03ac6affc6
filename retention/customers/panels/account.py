"""The account's panels that this floor knows: who is in charge, its people, its use, its family."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Account, Contact
from retention.customers.panels import Panel, register_account
from retention.customers.panels.customer import activity_chart
from retention.customers.selectors import record

LEADING = ("decision_maker", "champion", "administrator")


def charge(account: Account, as_of: date) -> dict[str, Any]:
    """Who looks after the account, and since when."""
    since = account.consultant_since
    traits = [(key, value) for key, value in sorted(account.traits.items()) if value not in (None, "")]
    return {"consultant_days": (as_of - since).days if since else None, "traits": traits[:20]}


def people(account: Account, as_of: date) -> dict[str, Any]:
    """The account's contacts; those who decide come first, and a missing part is named."""
    contacts = list(Contact.objects.filter(account=account).select_related("customer__state").order_by("pk"))
    rank = {role: place for place, role in enumerate(LEADING)}
    contacts.sort(key=lambda contact: (contact.ended_on is not None, rank.get(contact.role, 9), contact.pk))
    held = {contact.role for contact in contacts if contact.ended_on is None}
    roles = dict(Contact._meta.get_field("role").flatchoices)
    return {"contacts": contacts, "missing": [roles[role] for role in LEADING if role not in held]}


def usage(account: Account, as_of: date) -> dict[str, Any]:
    """What was done in the account's name, week by week."""
    return {"chart": activity_chart(record.activity_by_week(record.account_events(account, as_of), as_of))}


def family(account: Account, as_of: date) -> dict[str, Any] | None:
    """Parent and children; left out where there are none."""
    children = list(account.children.order_by("name", "pk")[:50])
    return {"children": children} if children or account.parent_id else None


FOLDER = "accounts/panels"
VIEW = "accounts.view"
register_account(Panel("charge", _("In charge"), 10, VIEW, f"{FOLDER}/_charge.html", charge, "side"))
register_account(Panel("family", _("Parent and children"), 60, VIEW, f"{FOLDER}/_family.html", family, "side"))
register_account(Panel("people", _("People"), 30, VIEW, f"{FOLDER}/_people.html", people))
register_account(Panel("usage", _("Use"), 40, VIEW, f"{FOLDER}/_usage.html", usage))
