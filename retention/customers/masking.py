"""Phone numbers and mail addresses are shown masked; whoever may see them whole asks, and the audit log keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from retention.customers.models import Customer
from tenants.governance.services.audit import record_act

DOTS = "•••"


@dataclass(frozen=True)
class ContactMarks:
    """A customer's mail and phone as they may be shown."""

    email: str
    phone: str
    is_masked: bool


def masked_email(email: str) -> str:
    """``ann.lee@mail.example`` → ``a•••@mail.example``."""
    name, at, host = email.rpartition("@")
    if not at:
        return DOTS if email else ""
    return f"{name[:1]}{DOTS}@{host}"


def masked_phone(phone: str) -> str:
    """``+8613800112345`` → ``+861•••45``; nothing of a short number."""
    if len(phone) < 8:
        return DOTS if phone else ""
    return f"{phone[:4]}{DOTS}{phone[-2:]}"


def masked(customer: Customer) -> ContactMarks:
    """What everybody sees."""
    return ContactMarks(masked_email(customer.email), masked_phone(customer.phone), is_masked=True)


@transaction.atomic
def unmask(*, customer: Customer, actor: object) -> ContactMarks:
    """Both whole. The act is kept; the door has checked the permission."""
    record_act(actor=actor, action="customer.unmask", target=f"customer:{customer.public_id}", detail={})
    return ContactMarks(customer.email, customer.phone, is_masked=False)
