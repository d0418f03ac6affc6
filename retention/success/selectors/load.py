"""Who has how much to do: accounts, money and open tasks of each CSM and consultant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, QuerySet, Sum
from django.db.models.functions import Lower

from retention.customers.models import Account
from retention.customers.selectors.scopes import visible_accounts
from retention.customers.services.handovers import StaffRole
from retention.success.enums import TaskStatus
from retention.success.models import Contract, Task
from retention.success.selectors.terms import in_force_on


@dataclass(frozen=True)
class Load:
    """One person's: `staff` as the accounts name them; `money` of the contracts in force."""

    staff: str
    accounts: int
    money: Decimal
    tasks: int


def loads(user: object, role: StaffRole, *, today: date) -> list[Load]:
    """Everybody who is named as `role` on an account that `user` may see, most accounts first."""
    accounts = visible_accounts(Account.objects.all(), user).exclude(**{role: ""})
    of = {"account__in": accounts.values("pk")}
    contracts = Contract.objects.filter(in_force_on(today), **of)
    tasks = Task.objects.filter(**of, status=TaskStatus.OPEN)
    money = _by_staff(contracts, f"account__{role}", Sum("amount"))
    counts = _by_staff(tasks, f"account__{role}", Count("pk"))
    found = _by_staff(accounts, role, Count("pk"))
    return [
        Load(staff, found[staff], money.get(staff) or Decimal(0), counts.get(staff, 0))
        for staff in sorted(found, key=lambda staff: (-found[staff], staff))
    ]


def accounts_of(user: object, role: StaffRole, staff: str) -> QuerySet[Account]:
    """The accounts that name `staff` as `role`, in any case of letters."""
    return visible_accounts(Account.objects.all(), user).filter(**{f"{role}__iexact": staff.strip()}).order_by()


def _by_staff(rows: QuerySet[Any], name: str, figure: Aggregate) -> dict[str, Any]:
    """`figure` of the rows of each person, whose name may stand there in any case of letters."""
    return dict(
        rows.order_by().annotate(staff=Lower(name)).values("staff").annotate(n=figure).values_list("staff", "n")
    )
