"""A whole portfolio goes to somebody else: accounts, open work and renewals together, or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from retention.common.errors import Conflict, DomainError
from retention.customers.models import Account
from retention.customers.services.handovers import StaffRole, hand_over_accounts
from retention.success.enums import AssignmentRole, RenewalStatus, TaskStatus
from retention.success.importers.kinds.assignments import ALONE, UNTIL
from retention.success.models import Renewal, Task
from retention.success.selectors.load import accounts_of
from retention.success.services.staff import colleague
from tenants.context import current_tenant
from tenants.governance.services.audit import record_act
from tenants.people.models import User

ROLES: dict[StaffRole, AssignmentRole] = {"csm": AssignmentRole.CARES, "consultant": AssignmentRole.DELIVERS}


@dataclass(frozen=True)
class Moved:
    """What goes over, in numbers."""

    accounts: int
    tasks: int
    renewals: int


def count_moved(*, role: StaffRole, leaver: str, actor: User) -> Moved:
    """What a hand-over would move now."""
    accounts = accounts_of(actor, role, leaver)
    return Moved(accounts.count(), _tasks(accounts, leaver).count(), _renewals(accounts, leaver).count())


@transaction.atomic
def hand_over(*, role: StaffRole, leaver: str, taker: User, why: str, actor: User, now: datetime) -> Moved:
    """`taker` has every account of `leaver` that `actor` may see, with what is open on it. Each change of a consultant
    starts its SOP. Raises DomainError for the same person twice, Conflict when nothing is left to move."""
    if leaver.strip().lower() == taker.email.lower():
        raise DomainError("same_person", _("That is the same person."), mend=_("Choose who takes over."))
    accounts = accounts_of(actor, role, leaver)
    ids = list(accounts.values_list("pk", flat=True))
    if not ids:
        raise Conflict("nothing_to_hand_over", _("Nobody’s account names %s any more.") % leaver)
    moved = Moved(
        len(ids),
        _tasks(accounts, leaver).update(assignee=taker),
        _renewals(accounts, leaver).update(owner=taker),
    )
    hand_over_accounts(accounts=ids, role=role, taker=taker.email, now=now)
    _note_assignments(ids, ROLES[role], taker.email, now)
    record_act(
        actor=actor,
        action="portfolio.handed_over",
        target=f"person:{taker.public_id}",
        detail={"role": role, "why": why.strip()[:300], **asdict(moved)},
        at=now,
    )
    return moved


def _tasks(accounts: QuerySet[Account], leaver: str) -> QuerySet[Task]:
    open_ones = Task.objects.filter(account__in=accounts.values("pk"), status=TaskStatus.OPEN)
    person = colleague(leaver)
    return open_ones.filter(assignee=person) if person else open_ones.none()


def _renewals(accounts: QuerySet[Account], leaver: str) -> QuerySet[Renewal]:
    open_ones = Renewal.objects.filter(contract__account__in=accounts.values("pk"), status=RenewalStatus.OPEN)
    person = colleague(leaver)
    return open_ones.filter(owner=person) if person else open_ones.none()


def _note_assignments(accounts: list[int], role: AssignmentRole, taker: str, now: datetime) -> None:
    """The history: from today on it is `taker`, and whoever it was before has ended."""
    today = now.astimezone(current_tenant().zone).date()
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {ALONE} DEFERRED")
        cursor.execute(
            """
            INSERT INTO success_assignment (key, account_id, staff, role, starts_on, recorded_at)
            SELECT md5(concat_ws('|', 'a' || a.id, lower(btrim(%(staff)s)), %(role)s, %(today)s::date)), a.id,
                   %(staff)s, %(role)s, %(today)s, %(now)s
            FROM customers_account a WHERE a.id = ANY(%(accounts)s)
            ON CONFLICT (key) DO NOTHING
            """,
            {"accounts": accounts, "staff": taker, "role": role.value, "today": today, "now": now},
        )
        cursor.execute(UNTIL)
        cursor.execute(f"SET CONSTRAINTS {ALONE} IMMEDIATE")
