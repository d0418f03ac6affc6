"""Points that people give and customers spend: facts of the ledger, each known by its key.

The balance can't fall below zero by a spend: it is added up and taken from under a lock on the customer's row, the
same that an import holds while it appends what was earned.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from retention.common.errors import DomainError, Unprocessable
from retention.customers.enums import PointKind
from retention.customers.models import Customer, PointEntry
from retention.customers.selectors.points import usable_points
from retention.customers.selectors.state_sql import IdList
from retention.customers.services.points.debts import settle_debts
from retention.customers.services.state import lock_customers
from tenants.context import current_tenant
from tenants.governance.services.audit import actor_identity, record_act

MAX_KEY, MOST = 200, 100_000_000


@dataclass(frozen=True)
class Booked:
    """What was booked: `points` as given or spent, the `balance` after it, and whether it had been booked before."""

    points: int
    balance: int
    repeated: bool


@transaction.atomic
def grant_points(
    *, customer: Customer, points: int, reason: str, key: str, actor: object, now: datetime, months: int | None = None
) -> Booked:
    """Give points, once for a `key`; they expire after so many `months`, or never."""
    _check(points, key, reason)
    lock_customers(IdList([customer.pk]))
    today = _today(now)
    known = _booked_before(customer, PointKind.GRANTED, key, points)
    if not known:
        expires_on = None if months is None else _months_on(today, months)
        _book(customer, PointKind.GRANTED, key, {expires_on: points}, reason=reason, actor=actor, now=now)
        settle_debts(IdList([customer.pk]))
        _audit("points.granted", customer, points, key, actor, now)
    return Booked(points, sum(_left(customer, today).values()), known)


@transaction.atomic
def spend_points(*, customer: Customer, points: int, reason: str, key: str, actor: object, now: datetime) -> Booked:
    """Take points, those that expire first, once for a `key`; DomainError where fewer are left."""
    _check(points, key, reason)
    lock_customers(IdList([customer.pk]))
    today = _today(now)
    left = _left(customer, today)
    if _booked_before(customer, PointKind.SPENT, key, points):
        return Booked(points, sum(left.values()), True)
    balance = sum(left.values())
    if balance < points:
        raise DomainError(
            "points_too_few",
            _("%(left)d points are left, %(wanted)d were to be spent.") % {"left": balance, "wanted": points},
            mend=_("Spend fewer."),
        )
    _book(customer, PointKind.SPENT, key, _taken(left, points), reason=reason, actor=actor, now=now)
    _audit("points.spent", customer, points, key, actor, now)
    return Booked(points, balance - points, False)


def _taken(left: dict[date | None, int], points: int) -> dict[date | None, int]:
    """How `points` come off what is left by last day of use, the first to expire first; each part negative."""
    taken: dict[date | None, int] = {}
    for expires_on in sorted(left, key=lambda day: (day is None, day or date.max)):
        part = min(max(left[expires_on], 0), points)
        if part:
            taken[expires_on] = -part
            points -= part
    return taken


def _book(
    customer: Customer,
    kind: PointKind,
    key: str,
    parts: dict[date | None, int],
    *,
    reason: str,
    actor: object,
    now: datetime,
) -> None:
    PointEntry.objects.bulk_create(
        PointEntry(
            customer=customer,
            kind=kind,
            points=points,
            reason=reason.strip(),
            source_key=f"{kind}:{key}",
            revision=revision,
            made_by=":".join(actor_identity(actor)),
            occurred_at=now,
            occurred_on=_today(now),
            expires_on=expires_on,
            recorded_at=now,
        )
        for revision, (expires_on, points) in enumerate(parts.items(), start=1)
    )


def _booked_before(customer: Customer, kind: PointKind, key: str, points: int) -> bool:
    """Whether this very booking is in the ledger; Unprocessable when its key stands for another one."""
    rows = PointEntry.objects.filter(source_key=f"{kind}:{key}").order_by()
    known = next(iter(rows.values("customer_id").annotate(total=Sum("points"))), None)
    if known is None:
        return False
    if (known["customer_id"], abs(known["total"])) != (customer.pk, points):
        raise Unprocessable(
            "idempotency_key_reused",
            _("This key stands for other points that were booked before."),
            mend=_("Give each booking a key of its own; repeat one only with the very same customer and points."),
        )
    return True


def _check(points: int, key: str, reason: str) -> None:
    if not 0 < points <= MOST:
        raise DomainError("points_invalid", _("Points are a whole number above zero."), mend=_("Give how many."))
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise DomainError("points_key_invalid", _("The key is not a text of 1 to 200 signs."), mend=_("Send a UUID."))
    if not 0 < len(reason.strip()) <= 120:
        raise DomainError("points_reason_missing", _("A reason of up to 120 signs is needed."), mend=_("Say why."))


def _left(customer: Customer, today: date) -> dict[date | None, int]:
    parts = usable_points(today).filter(customer=customer).order_by()
    return dict(parts.values("expires_on").annotate(left=Sum("points")).values_list("expires_on", "left"))


def _months_on(day: date, months: int) -> date:
    """The same day so many months later, or that month's last: as PostgreSQL adds them."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _today(now: datetime) -> date:
    return now.astimezone(current_tenant().zone).date()


def _audit(action: str, customer: Customer, points: int, key: str, actor: object, now: datetime) -> None:
    detail = {"points": points, "key": key}
    record_act(actor=actor, action=action, target=f"customer:{customer.public_id}", detail=detail, at=now)
