"""The fields that come with the product."""

from __future__ import annotations

from retention.segments.fields import behaviour, customer, orders, relations, scores, service, special
from retention.segments.fields.base import register


def register_builtin() -> None:
    """Register them all; called once from ``ready()``."""
    for module in (customer, scores, orders, behaviour, service, relations, special):
        register(*module.FIELDS)
