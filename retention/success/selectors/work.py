"""What there is to do, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet

from retention.customers.models import Account, Customer
from retention.customers.selectors.scopes import visible_accounts, visible_customers
from retention.success.enums import TaskStatus
from retention.success.models import PlaybookRun, Task
from retention.success.selectors.wording import in_words
from tenants.context import current_tenant
from tenants.people.models import User
from tenants.people.scopes import scope_of

AHEAD = timedelta(days=7)
MOST = 100


@dataclass(frozen=True)
class MyDay:
    """Tasks of a person in four parts, soonest first; `free`: of their role, taken by nobody."""

    overdue: list[Task]
    today: list[Task]
    soon: list[Task]
    free: list[Task]

    @property
    def count(self) -> int:
        """What has to be done today."""
        return len(self.overdue) + len(self.today)


def visible_tasks(user: object) -> QuerySet[Task]:
    """The tasks `user` may see: limited to own accounts, those of these, and those given to them."""
    tasks = Task.objects.select_related("customer", "account", "assignee", "run__version__playbook")
    if not scope_of(user).is_limited:
        return tasks
    return tasks.filter(_mine(user) | Q(assignee=user))


def visible_runs(user: object) -> QuerySet[PlaybookRun]:
    """The runs `user` may see."""
    runs = PlaybookRun.objects.select_related("version__playbook", "account", "customer")
    return runs.filter(_mine(user)) if scope_of(user).is_limited else runs


def my_day(user: User, *, now: datetime) -> MyDay:
    """What `user` has to do now."""
    zone = current_tenant().zone
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time.min, zone)
    tasks = visible_tasks(user).filter(status=TaskStatus.OPEN).order_by("due_at", "id")
    mine = tasks.filter(assignee=user)
    free = tasks.filter(assignee=None, role=user.role)
    return MyDay(
        overdue=in_words(mine.filter(due_at__lt=now)[:MOST]),
        today=in_words(mine.filter(due_at__gte=now, due_at__lt=midnight)[:MOST]),
        soon=in_words(mine.filter(due_at__gte=midnight, due_at__lt=midnight + AHEAD)[:MOST]),
        free=in_words(free[:MOST]),
    )


def _mine(user: object) -> Q:
    accounts = visible_accounts(Account.objects.all(), user).values("pk")
    customers = visible_customers(Customer.objects.all(), user).values("pk")
    return Q(account__in=accounts) | Q(account=None, customer__in=customers)
