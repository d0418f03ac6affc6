"""The kinds of this app, in the order of the list on the import page."""

from retention.customers.importers.kinds import customers, orders, events, memberships, tags, accounts, contacts  # isort: skip

__all__ = ["accounts", "contacts", "customers", "events", "memberships", "orders", "tags"]
