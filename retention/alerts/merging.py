"""Whose alerts they are when two customers turn out to be one."""

from retention.customers.services.merging import Owned, owned

owned.register(Owned("alerts_alert", unique=("monitor_id", "cause", "status <> 'resolved'")))
