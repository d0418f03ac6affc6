"""The lists of customers behind each flow: filters whose values carry a period, and what they say in words.

    ?moved=2024-01-01~2024-03-31~lost~active      in one pool at the end of one day, in another at another's
    ?entries=2024-01-01~2024-03-31~at_risk~active~order      entered a pool between them, and why
    ?tiers=2024-01-01~2024-03-31~key_save~key_value      the same for value tiers

An empty part is any; ``none`` is: in no pool, or without a tier.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.common import formats
from retention.common.tables import Filter
from retention.scoring.enums import MoveReason, Pool, Tier
from retention.scoring.models import GoneStay, PoolSpell, ScoreHistory

Customers = QuerySet[Any]
NOBODY = "none"
BETWEEN = "~"


@dataclass(frozen=True)
class Asked:
    """The parts of a filter's value."""

    first: date
    last: date
    parts: tuple[str, ...]


def value_of(first: date, last: date, *parts: str) -> str:
    """The value of a filter."""
    return BETWEEN.join((first.isoformat(), last.isoformat(), *parts))


def read(value: str, *allowed: tuple[str, ...]) -> Asked | None:
    """The parts of `value`, each one of those allowed in its place or empty; None where it is no such value."""
    first, _found, rest = value.partition(BETWEEN)
    last, *parts = rest.split(BETWEEN)
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    fits = len(parts) == len(allowed) and all(
        part in ("", *names) for part, names in zip(parts, allowed, strict=False)
    )
    return Asked(*days, tuple(parts)) if fits else None


def standing(customers: Customers, day: date, pool: str) -> Customers:
    """Those who were in `pool` at the end of `day`; "none" had no pool yet."""
    stays = PoolSpell.objects.filter(
        Q(left_on=None) | Q(left_on__gt=day), customer=OuterRef("pk"), entered_on__lte=day
    )
    gone = GoneStay.objects.filter(Q(left_on=None) | Q(left_on__gt=day), customer=OuterRef("pk"), entered_on__lte=day)
    if pool == NOBODY:
        return customers.filter(~Exists(stays))
    if pool == Pool.GONE:
        return customers.filter(Exists(stays), Exists(gone))
    return customers.filter(Exists(stays.filter(pool=pool)), ~Exists(gone))


POOLS = (*Pool.values, NOBODY)
TIERS = (*Tier.values, NOBODY)


def _by_move(customers: Customers, value: str) -> Customers:
    asked = read(value, POOLS, POOLS)
    if asked is None:
        return customers.none()
    for day, pool in zip((asked.first, asked.last), asked.parts, strict=True):
        customers = standing(customers, day, pool) if pool else customers
    return customers


def _move_words(value: str) -> str:
    asked = read(value, POOLS, POOLS)
    return _from_to(asked, _pool_label) if asked else ""


def _by_entry(customers: Customers, value: str) -> Customers:
    asked = read(value, (*Pool.values, NOBODY), Pool.values, MoveReason.values)  # type: ignore[arg-type]
    if asked is None:
        return customers.none()
    came_from, pool, reason = asked.parts
    days = {"entered_on__gt": asked.first, "entered_on__lte": asked.last}
    if pool == Pool.GONE:
        return customers.filter(pk__in=GoneStay.objects.filter(**days).values("customer"))
    spells = PoolSpell.objects.filter(**days)
    if came_from:
        spells = spells.filter(came_from="" if came_from == NOBODY else came_from)
    spells = spells.filter(pool=pool) if pool else spells
    spells = spells.filter(reason=reason) if reason else spells
    return customers.filter(pk__in=spells.values("customer"))


def _entry_words(value: str) -> str:
    asked = read(value, (*Pool.values, NOBODY), Pool.values, MoveReason.values)  # type: ignore[arg-type]
    if asked is None:
        return ""
    came_from, pool, reason = asked.parts
    told = [
        str(Pool(pool).label) if pool else "",
        _("after %s") % formats.day(asked.first),
        _("up to %s") % formats.day(asked.last),
        _("from “%s”") % _pool_label(came_from) if came_from else "",
        str(MoveReason(reason).label) if reason else "",
    ]
    return _(", ").join(part for part in told if part)


def tier_at(day: date) -> Subquery:
    """The tier that the latest trail up to `day` tells of the customer in the outer query."""
    trail = ScoreHistory.objects.filter(customer=OuterRef("pk"), as_of__lte=day).order_by("-as_of")
    return Subquery(trail.values("tier")[:1])


def _by_tier(customers: Customers, value: str) -> Customers:
    asked = read(value, TIERS, TIERS)
    if asked is None:
        return customers.none()
    customers = customers.filter(pk__in=ScoreHistory.objects.filter(as_of__lte=asked.last).values("customer"))
    for name, day, tier in zip(("tier_then", "tier_now"), (asked.first, asked.last), asked.parts, strict=True):
        if tier:
            customers = customers.alias(**{name: tier_at(day)})
            none = Q(**{name: ""}) | Q(**{f"{name}__isnull": True})
            customers = customers.filter(none if tier == NOBODY else Q(**{name: tier}))
    return customers


def _tier_words(value: str) -> str:
    asked = read(value, TIERS, TIERS)
    return _from_to(asked, tier_label) if asked else ""


def _from_to(asked: Asked, label: Any) -> str:
    ends = zip(asked.parts, (asked.first, asked.last), strict=True)
    told = [_("“%(name)s” on %(day)s") % {"name": label(name), "day": formats.day(day)} for name, day in ends if name]
    return _(", ").join(told) or f"{formats.day(asked.first)} – {formats.day(asked.last)}"


def _pool_label(pool: str) -> Promise | str:
    return _("Not yet a customer") if pool in ("", NOBODY) else Pool(pool).label


def tier_label(tier: str) -> Promise | str:
    """The tier's name; "" and "none" are: no tier."""
    return _("No tier") if tier in ("", NOBODY) else Tier(tier).label


MOVED = Filter("moved", gettext_lazy("Moved between pools"), (), _by_move, words=_move_words)
ENTRIES = Filter("entries", gettext_lazy("Entered the pool"), (), _by_entry, words=_entry_words)
TIERED = Filter("tiers", gettext_lazy("Moved between tiers"), (), _by_tier, words=_tier_words)
