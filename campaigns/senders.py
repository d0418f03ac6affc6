"""What the platform asks before it lets sending go on after a restore."""

from __future__ import annotations

from campaigns.services.restoring import count_due, hold_due
from tenants.senders import Sender, register

register(Sender("campaigns", count_due=count_due, hold_due=hold_due))
