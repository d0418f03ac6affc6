"""What a new bound of the pools would do: who, of those scored today, would stand in another pool."""

from __future__ import annotations

from django.db.models import Case, CharField, Count, QuerySet, Value, When
from django.utils.translation import gettext as _

from retention.common import formats
from retention.scoring.enums import Pool
from retention.scoring.models import CustomerScore
from tenants.policies import JSONValue
from tenants.policy_previews import Effect, Preview, previews

BOUNDS = "pools.bounds"


def moved_by_bounds(at_risk: float, hibernating: float, lost: float) -> list[tuple[str, str, int]]:
    """Pool now, pool with these bounds, and how many of the run in force would move so.

    Who is gone for good stays so: that rule asks for more than silence.
    """
    pool = Case(
        When(r__gte=lost, then=Value(Pool.LOST)),
        When(r__gte=hibernating, then=Value(Pool.HIBERNATING)),
        When(r__gte=at_risk, then=Value(Pool.AT_RISK)),
        default=Value(Pool.ACTIVE),
        output_field=CharField(),
    )
    counted = _in_a_pool().annotate(then=pool).order_by().values_list("pool", "then").annotate(n=Count("customer"))
    return sorted((now, then, n) for now, then, n in counted if now != then)


def tell(name: str, value: JSONValue) -> Effect | None:
    """The effect in words and as a table; None before the first run."""
    scored = _in_a_pool().count()
    if not scored or not isinstance(value, dict):
        return None
    bounds = [float(str(value[key])) for key in ("at_risk", "hibernating", "lost")]
    moves = moved_by_bounds(*bounds)
    total = sum(count for _now, _then, count in moves)
    if not total:
        return Effect((_("Nobody would change pool."),))
    said = _("%(moved)s of %(scored)s customers would change pool, as of the run in force.")
    sentence = said % {"moved": formats.number(total), "scored": formats.number(scored)}
    rows = [(str(Pool(now).label), str(Pool(then).label), formats.number(count)) for now, then, count in moves]
    return Effect((sentence,), (_("Pool now"), _("Pool then"), _("Customers")), tuple(rows))


def _in_a_pool() -> QuerySet[CustomerScore]:
    return CustomerScore.current.exclude(pool__in=["", Pool.GONE]).filter(r__isnull=False)


previews.register(Preview("pools", frozenset({BOUNDS}), tell))
