"""Ends of terms that come up, and the portfolio of accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import (
    Count,
    DateField,
    DecimalField,
    Exists,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from retention.alerts.enums import LIVING
from retention.alerts.models import Alert
from retention.customers.models import Account, Customer
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from retention.scoring.models import AccountScore
from retention.success.enums import ContractStatus, RenewalStatus, RunStatus, TaskStatus
from retention.success.models import Contract, PlaybookRun, Renewal, Task
from retention.success.selectors.terms import in_force_on
from tenants.context import current_tenant
from tenants.people.models import User
from tenants.people.scopes import scope_of

AHEAD = timedelta(days=90)
MOST = 10


def visible_renewals(user: object) -> QuerySet[Renewal]:
    """The ends of terms that `user` may see, of contracts that stand."""
    renewals = Renewal.objects.filter(withdrawn=False, contract__withdrawn=False)
    renewals = renewals.select_related("contract__account", "contract__customer", "owner")
    if not scope_of(user).is_limited:
        return renewals
    accounts = visible_accounts(Account.objects.all(), user).values("pk")
    customers = visible_customers(Customer.objects.all(), user).values("pk")
    return renewals.filter(Q(contract__account__in=accounts) | Q(contract__customer__in=customers))


def upcoming_renewals(user: User, *, now: datetime) -> list[Renewal]:
    """Open ones of `user`'s own accounts within ninety days, soonest first."""
    today = now.astimezone(current_tenant().zone).date()
    own = Q(contract__account__csm__iexact=user.email) | Q(owner=user)
    rows = visible_renewals(user).filter(own, status=RenewalStatus.OPEN, ends_on__range=(today, today + AHEAD))
    return list(rows.order_by("ends_on", "pk")[:MOST])


def portfolio(user: object, *, now: datetime) -> QuerySet[Account]:
    """The accounts `user` may see, each with health, next end of a term, money of its contracts, open alerts and
    tasks, whether its delivery track (an overdue step) slips, and whether it had contracts and has none any more."""
    today = now.astimezone(current_tenant().zone).date()
    scores = AccountScore.current.filter(account=OuterRef("pk"))
    running = Contract.objects.filter(account=OuterRef("pk"), withdrawn=False, status=ContractStatus.ACTIVE)
    agreed = Contract.objects.filter(account=OuterRef("pk"), withdrawn=False).exclude(status=ContractStatus.DRAFT)
    binding = agreed.filter(Q(ends_on__gte=today) | Q(ends_on__isnull=True, status=ContractStatus.ACTIVE))
    ahead = running.filter(ends_on__gte=today).order_by("ends_on", "pk")
    alerts = Alert.objects.filter(account=OuterRef("pk"), status__in=LIVING)
    tasks = Task.objects.filter(account=OuterRef("pk"), status=TaskStatus.OPEN)
    runs = PlaybookRun.objects.filter(account=OuterRef("pk"), status=RunStatus.RUNNING)
    late = tasks.filter(run__isnull=False, due_at__lt=now)
    return visible_accounts(Account.objects.all(), user).annotate(
        health=Subquery(scores.values("health")[:1], output_field=FloatField()),
        health_band=Subquery(scores.values("health_band")[:1]),
        renews_on=Coalesce(
            Subquery(ahead.values("ends_on")[:1], output_field=DateField()),
            Subquery(scores.values("renews_on")[:1], output_field=DateField()),
        ),
        money=_sum(Contract.objects.filter(in_force_on(today), account=OuterRef("pk"))),
        alert_count=_count(alerts),
        task_count=_count(tasks),
        run_count=_count(runs),
        delivery_slips=Exists(late),
        has_left=Exists(agreed) & ~Exists(binding),
    )


def _count(rows: QuerySet[Alert] | QuerySet[Task] | QuerySet[PlaybookRun]) -> Coalesce:
    counted = rows.order_by().values("account").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _sum(contracts: QuerySet[Contract]) -> Subquery:
    added = contracts.order_by().values("account").annotate(total=Sum("amount")).values("total")
    return Subquery(added, output_field=DecimalField(max_digits=16, decimal_places=2))
