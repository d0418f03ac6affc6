"""Which colleague does what for whom: accounts name people by address, tasks know them."""

from __future__ import annotations

from retention.customers.models import Account, Contact, Customer
from retention.success.enums import WorkRole
from tenants.people.models import User


def colleague(staff: str) -> User | None:
    """The colleague with this address, else the only one with this name; None where nobody signs in under it."""
    people = User.objects.filter(is_active=True)
    if "@" in staff:
        return people.filter(email__iexact=staff.strip()).first()
    named = list(people.filter(name=staff.strip())[:2]) if staff.strip() else []
    return named[0] if len(named) == 1 else None


def whose(role: str, *, account: Account | None, customer: Customer | None) -> User | None:
    """Who has `role` for the account (or the one account of the customer); None: anybody of the role."""
    if role not in (WorkRole.CSM, WorkRole.CONSULTANT):
        return None
    account = account or _account_of(customer)
    if account is None:
        return None
    return colleague(account.csm if role == WorkRole.CSM else account.consultant)


def _account_of(customer: Customer | None) -> Account | None:
    if customer is None:
        return None
    contacts = Contact.objects.filter(customer=customer, withdrawn=False, ended_on=None).select_related("account")
    accounts = {contact.account_id: contact.account for contact in contacts}
    return next(iter(accounts.values())) if len(accounts) == 1 else None
