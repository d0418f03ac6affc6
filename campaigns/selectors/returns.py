"""How many of an audience would come back by themselves: from earlier holdouts, else from the scores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db import connection
from django.db.models import FloatField, QuerySet, Sum, Value
from django.db.models.functions import Cast, Exp

from campaigns.models import CampaignVersion
from retention.customers.models import Customer
from retention.scoring.models import CustomerScore
from retention.scoring.selectors.current import current_run
from retention.segments.selectors.members import Reach, count_reachable, rule_members, segment_members, segment_reach
from tenants.policies import policy_number


@dataclass(frozen=True)
class Unasked:
    """So many would return within `days` without being asked; `held` held-out customers say so, or the scores."""

    customers: int
    share: float
    days: int
    source: Literal["holdout", "scores"]
    held: int = 0


def would_return(version: CampaignVersion, *, size: int, as_of: date, now: datetime) -> Unasked | None:
    """None where neither a holdout of enough customers nor a score run tells."""
    days = int(policy_number("campaigns.return_days"))
    held, returned = _holdouts(version.campaign.kind, days, now)
    if held and held >= policy_number("campaigns.holdout_history"):
        share = returned / held
        return Unasked(round(share * size), share, days, "holdout", held)
    run = current_run()
    if run is None or not size:
        return None
    members = audience_of(version, as_of=as_of).order_by().values("pk")
    scores = CustomerScore.objects.filter(run=run, customer__in=members, expected_90d__isnull=False)
    rate = Exp(Value(-days / 90, FloatField()) * Cast("expected_90d", FloatField()), output_field=FloatField())
    found = scores.aggregate(stay=Sum(rate))
    known = scores.count()
    if not known:
        return None
    share = 1 - float(found["stay"] or 0) / known
    return Unasked(round(share * size), share, days, "scores")


def audience_of(version: CampaignVersion, *, as_of: date) -> QuerySet[Customer]:
    """The customers that the version's segment or rule holds."""
    if version.segment is not None:
        return segment_members(version.segment, as_of=as_of)
    return rule_members(version.audience, as_of=as_of)


def reach_of(version: CampaignVersion, *, as_of: date) -> Reach:
    """How many the audience holds and each channel reaches."""
    if version.segment is not None:
        return segment_reach(version.segment, as_of=as_of)
    return count_reachable(version.audience, as_of=as_of)


def _holdouts(kind: str, days: int, now: datetime) -> tuple[int, int]:
    """Held-out customers of earlier campaigns of this kind, and how many returned in time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE EXISTS (
                SELECT 1 FROM customers_order o
                WHERE o.customer_id = e.customer_id AND o.superseded_at IS NULL AND NOT o.withdrawn
                  AND o.status = 'paid' AND o.amount >= 0 AND o.ordered_at >= e.enrolled_at
                  AND o.ordered_at < e.enrolled_at + make_interval(days => %(days)s)
            ))
            FROM campaigns_enrollment e JOIN campaigns_campaign g ON g.id = e.campaign_id
            WHERE e.held_out AND g.kind = %(kind)s AND e.enrolled_at <= %(now)s - make_interval(days => %(days)s)
            """,
            {"days": days, "kind": kind, "now": now},
        )
        row: tuple[int, int] = cursor.fetchone()
    return row
