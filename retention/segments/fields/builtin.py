"""The fields that come with the product."""

from __future__ import annotations

from retention.segments.fields import (
    accounts,
    behaviour,
    bought,
    changes,
    contacts,
    customer,
    events,
    membership,
    orders,
    relations,
    scores,
    service,
    special,
    spells,
    tags,
)
from retention.segments.fields.base import register

_MODULES = (
    customer, scores, changes, spells, orders, bought, behaviour, events, service, relations, membership, tags,
    accounts, contacts, special,
)  # fmt: skip


def register_builtin() -> None:
    """Register them all; called once from ``ready()``."""
    for module in _MODULES:
        register(*module.FIELDS)
