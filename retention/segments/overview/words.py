"""The names of pools, families and feeds, and the addresses of their lists."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from retention.customers.enums import Behaviour
from retention.scoring.enums import Pool

FAMILIES: dict[str, Promise] = {
    "log_in": _("Log-in"),
    "interaction": _("Interaction"),
    "consumption": _("Consumption"),
    "service": _("Service"),
    "sentiment": _("Sentiment"),
}


def pool_label(code: str) -> Promise | str:
    """The pool's name; "none" is a customer who was not there yet."""
    return _("Not yet a customer") if code == "none" else Pool(code).label


def feed_label(code: str) -> Promise | str:
    """The feed's name."""
    return _("Orders") if code == "orders" else Behaviour(code).label


def customers_url(**filters: str) -> str:
    """The list of customers, filtered."""
    return f"{reverse('customers')}?{urlencode(filters)}"
