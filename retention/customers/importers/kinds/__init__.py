"""The kinds of this app, in the order of the list on the import page."""

from retention.customers.importers.kinds import customers, orders, events, memberships, tags  # isort: skip
from retention.customers.importers.kinds import categories, accounts, contacts  # isort: skip

__all__ = ["accounts", "categories", "contacts", "customers", "events", "memberships", "orders", "tags"]
