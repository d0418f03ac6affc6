"""Contracts are revenue at stake too: those in force of the accounts and customers who ask."""

from __future__ import annotations

from datetime import date

from django.db.models import DecimalField, Q, Subquery, Sum, Value

from feedback.stakes import Asking, Stake, register
from retention.customers.models import Contact
from retention.success.enums import ContractStatus
from retention.success.models import Contract
from retention.success.selectors.terms import in_force_on


def contract_total(asking: Asking, today: date) -> Subquery:
    """The amounts of contracts in force, each counted once; in one that was ended nothing is at stake any more."""
    people = Contact.objects.filter(customer__in=asking(3).values("customer"), withdrawn=False)
    parties = (
        Q(account__in=asking(2).values("account"))
        | Q(account__in=people.values("account"))
        | Q(customer__in=asking(2).values("customer"))
    )
    contracts = Contract.objects.filter(parties, in_force_on(today), status=ContractStatus.ACTIVE).order_by()
    together = contracts.annotate(one=Value(0)).values("one").annotate(total=Sum("amount"))
    return Subquery(together.values("total"), output_field=DecimalField(max_digits=16, decimal_places=2))


register(Stake("contracts", contract_total))
