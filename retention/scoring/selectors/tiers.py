"""Who moved from value tier to value tier between two days, from the trail that runs write."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.features.fees import fees_between_sql
from retention.scoring.models import ScoreHistory
from retention.scoring.moment import Moment
from tenants.context import current_tenant


@dataclass(frozen=True)
class TierMove:
    """Customers of tier `before` on one day and of `after` on another ("": none, or not scored yet).

    `revenue` is what they paid after the first day, up to the second, less what was paid back on it; a term's fee
    counts on the days that it pays for.
    """

    before: str
    after: str
    customers: int
    revenue: float


def _trail(day: str) -> str:
    """The tier of everybody as the latest run up to the day in the parameter called `day` had it."""
    return f"""
    SELECT DISTINCT ON (h.customer_id) h.customer_id, h.tier FROM scoring_scorehistory h
    WHERE h.as_of <= %({day})s ORDER BY h.customer_id, h.as_of DESC"""


def tier_moves(first: date, last: date) -> list[TierMove]:
    """All moves, those who stayed included, bar those without a tier on both days; largest first."""
    moment = Moment(last, current_tenant().timezone)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH earlier AS ({_trail("first")}), latest AS ({_trail("as_of")}), spent AS (
                SELECT p.customer_id, sum(p.net) AS net FROM (
                    SELECT o.customer_id, o.amount - o.refunded AS net FROM customers_order o
                    WHERE {moment.orders()} AND o.status = 'paid' AND o.ordered_on > %(first)s
                    UNION ALL
                    SELECT f.customer_id, f.net FROM ({fees_between_sql(moment, "%(first)s::date")}) f
                ) p GROUP BY 1
            )
            SELECT coalesce(earlier.tier, ''), latest.tier, count(*), coalesce(sum(spent.net), 0)
            FROM latest JOIN customers_customer c ON c.id = latest.customer_id AND {WHO_COUNTS}
            LEFT JOIN earlier ON earlier.customer_id = latest.customer_id
            LEFT JOIN spent ON spent.customer_id = latest.customer_id
            WHERE coalesce(earlier.tier, '') <> '' OR latest.tier <> ''
            GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2""",
            {**moment.params, "first": first},
        )
        return [TierMove(before, after, count, float(net)) for before, after, count, net in cursor.fetchall()]


def first_day_with_tiers() -> date | None:
    """The first day of the trail; None before the first run."""
    return ScoreHistory.objects.order_by("as_of").values_list("as_of", flat=True).first()
