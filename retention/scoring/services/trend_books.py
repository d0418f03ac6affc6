"""The books of the trends: TrendDay and CohortMonth, carried on by each run.

A day or month is counted again when a fact of it was not seen by the run before: those after its day, new ones, and
the versions that new ones took the place of; all from the earliest such day on, since a first order that came late or
was withdrawn moves its customer to another cohort. So too from the first fact of whoever began or ceased to count (a
merge, an erasure). All months are counted anew where a paid term began, changed or went, since terms reach into the
past and what they said before is not kept; everything, where there is nothing to build on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction

from retention.common.copying import ColumnKind, read_columns
from retention.customers.selectors.state_sql import IdRange
from retention.customers.services.rebuild import Derived, derived
from retention.customers.services.state import planned_for_sets
from retention.scoring.features.fees import monthly_fees_sql
from retention.scoring.models import CohortMonth, PoolFlow, ScoreRun, TrendDay
from retention.scoring.moment import EPOCH, Moment, day_number
from retention.scoring.rules import Rules
from retention.scoring.science.login_weeks import REACH, SUMS, login_weeks
from retention.scoring.selectors.current import current_run
from retention.scoring.services.flows import count_anew
from retention.scoring.services.moves import BEGAN_TO_COUNT, CEASED_TO_COUNT
from retention.scoring.services.paid_terms import paid_differently_since
from retention.scoring.services.plan import Plan, moment_of
from retention.scoring.services.ranges import ranges_of_customers
from retention.scoring.services.seen import LAST_KEY, open_params, open_sql
from tenants.context import current_tenant

KEPT_DAYS = 400
"""Days back for which log-in weeks are counted: a year, and the weeks that it is compared with."""
AT_ONCE, PIECE = 31, 100_000
"""Up to so many days everybody is read at once, else so many customers."""


@dataclass(frozen=True)
class Since:
    """The earliest days to count again; None is everything."""

    orders: date | None
    log_ins: date | None


def unseen_since(run: ScoreRun, plan: Plan) -> Since:
    """What the run before did not see. Ask while PoolMove and the spells before are there."""
    previous = plan.previous
    if previous is None or not CohortMonth.objects.exists() or not TrendDay.objects.exists():
        return Since(None, None)
    seen = ScoreRun.objects.values_list("seen", flat=True).get(pk=previous.run)
    if not seen:
        return Since(None, None)
    params: dict[str, Any] = {
        "run": run.pk,
        "before": previous.run,
        "day": EPOCH + timedelta(days=previous.day + 1),
        **open_params(seen),
        "log_ins": plan.log_ins,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS, params)
        params["began"], params["ceased"] = cursor.fetchone()
        cursor.execute(_UNSEEN, params)
        orders, log_ins = cursor.fetchone()
    fees = paid_differently_since(run, before=previous.run)
    return Since(orders if fees is None else min(orders, fees), log_ins)


_OTHERS = f"""
SELECT coalesce(array_agg(customer) FILTER (WHERE NOT ceased), '{{}}'),
       coalesce(array_agg(customer) FILTER (WHERE ceased), '{{}}')
FROM (
    SELECT m.customer, m.reason = '{CEASED_TO_COUNT}' AS ceased FROM scoring_poolmove m
    WHERE m.run_id = %(run)s AND m.pool = '' AND m.reason IN ('{BEGAN_TO_COUNT}', '{CEASED_TO_COUNT}')
    UNION
    SELECT c.id, TRUE FROM customers_customer c
    WHERE c.erased_at >= (SELECT p.started_at FROM scoring_scorerun p WHERE p.id = %(before)s)
) AS others
"""
"""Who began to count since the run before, and who ceased to."""

_UNSEEN = f"""
WITH ceasing AS (
    SELECT unnest(%(ceased)s::bigint[]) AS customer
), changed AS (
    SELECT unnest(%(began)s::bigint[]) AS customer
    UNION SELECT customer FROM ceasing
    UNION
    SELECT c.merged_into_id FROM ceasing r JOIN customers_customer c ON c.id = r.customer
    WHERE c.merged_into_id IS NOT NULL
), began AS (
    SELECT min(s.first_order_on) AS bought, min(s.first_login_on) AS came
    FROM changed x JOIN customers_customerstate s ON s.customer_id = x.customer
), ceased AS (
    SELECT (SELECT min(o.ordered_on + 0) FROM ceasing JOIN customers_order o ON o.customer_id = customer) AS bought,
           (SELECT min(e.occurred_on + 0) FROM ceasing JOIN customers_event e ON e.customer_id = customer
            WHERE e.name = ANY(%(log_ins)s)) AS came
), orders AS (
    SELECT min(o.ordered_on + 0) AS day FROM {open_sql("order", "o")}
    UNION ALL
    SELECT min(o.ordered_on + 0) FROM {open_sql("order", "n")}
    JOIN customers_order o ON o.external_id = n.external_id AND o.version < n.version
    WHERE n.version > 1
    UNION ALL SELECT bought FROM began UNION ALL SELECT bought FROM ceased
), log_ins AS (
    SELECT min(e.occurred_on + 0) AS day FROM {open_sql("event", "e")}
    WHERE e.name = ANY(%(log_ins)s)
    UNION ALL
    SELECT min(o.occurred_on + 0) FROM {open_sql("event", "n")}
    JOIN customers_event o ON o.event_id = n.event_id AND o.version < n.version AND o.superseded_at IS NOT NULL
    WHERE n.version > 1 AND (n.name = ANY(%(log_ins)s) OR o.name = ANY(%(log_ins)s))
    UNION ALL SELECT came FROM began UNION ALL SELECT came FROM ceased
)
SELECT least(%(day)s::date, (SELECT min(day) FROM orders)), least(%(day)s::date, (SELECT min(day) FROM log_ins))
"""
"""Added to nothing, a day can't lead the planner to walk through all facts by their day until one is new enough.

Customers who began to count have their first days in the running state; those who ceased, in their facts, which a
merge has given to another customer."""


def carry_trends(moment: Moment, log_ins: list[str], since: Since) -> None:
    """Bring the trends up to `moment`. Ask when the books of the pools are there.

    A run that brings forward only some customers (a refresh) does the same: `unseen_since` first, this at its end.
    """
    _count_pools(moment.as_of)
    _count_log_in_weeks(moment, log_ins, since.log_ins)
    both = None if since.orders is None or since.log_ins is None else min(since.orders, since.log_ins)
    _count_cohorts(moment, log_ins, None if both is None else both.replace(day=1))


def rebuild_books() -> int:
    """Count the books of the pools and of the trends anew, as of the run in force; returns the rows there are."""
    with transaction.atomic():
        TrendDay.objects.all().delete()
        CohortMonth.objects.all().delete()
        run = current_run()
        if run is not None:
            count_anew(gone_after=Rules(run.plan["rules"]).whole("pools.gone_after_days"))
            moment = moment_of(run, current_tenant().timezone)
            carry_trends(moment, run.plan.get("log_ins", []), Since(None, None))
        return PoolFlow.objects.count() + TrendDay.objects.count() + CohortMonth.objects.count()


derived.register(Derived("books", rebuild_books))


def _count_pools(as_of: date) -> None:
    """Running sums over the flows; days on which nothing changed are left alone."""
    with connection.cursor() as cursor:
        cursor.execute(_POOLS, {"as_of": as_of})


_POOLS = """
WITH changes AS (
    SELECT day, pool, customers AS n FROM scoring_poolflow
    UNION ALL SELECT day, came_from, -customers FROM scoring_poolflow WHERE came_from <> ''
), entries AS (
    SELECT day, sum(customers) AS n FROM scoring_poolflow WHERE pool = 'lost' AND came_from <> 'gone' GROUP BY day
), daily AS (
    SELECT day, sum(n) FILTER (WHERE pool = 'active') AS active, sum(n) FILTER (WHERE pool = 'at_risk') AS at_risk,
           sum(n) FILTER (WHERE pool = 'hibernating') AS hibernating, sum(n) FILTER (WHERE pool = 'lost') AS lost,
           sum(n) FILTER (WHERE pool = 'gone') AS gone
    FROM changes GROUP BY day
), days AS (
    SELECT generate_series((SELECT min(day) FROM changes)::timestamp, %(as_of)s::timestamp, '1 day')::date AS day
)
INSERT INTO scoring_trendday AS t (day, active, at_risk, hibernating, lost, gone, entered_lost)
SELECT d.day, coalesce(sum(c.active) OVER upto, 0), coalesce(sum(c.at_risk) OVER upto, 0),
       coalesce(sum(c.hibernating) OVER upto, 0), coalesce(sum(c.lost) OVER upto, 0),
       coalesce(sum(c.gone) OVER upto, 0), coalesce(e.n, 0)
FROM days d LEFT JOIN daily c USING (day) LEFT JOIN entries e USING (day) WINDOW upto AS (ORDER BY d.day)
ON CONFLICT (day) DO UPDATE SET active = EXCLUDED.active, at_risk = EXCLUDED.at_risk,
    hibernating = EXCLUDED.hibernating, lost = EXCLUDED.lost, gone = EXCLUDED.gone,
    entered_lost = EXCLUDED.entered_lost
WHERE (t.active, t.at_risk, t.hibernating, t.lost, t.gone, t.entered_lost) IS DISTINCT FROM
      (EXCLUDED.active, EXCLUDED.at_risk, EXCLUDED.hibernating, EXCLUDED.lost, EXCLUDED.gone, EXCLUDED.entered_lost)
"""


def _count_log_in_weeks(moment: Moment, log_ins: list[str], since: date | None) -> None:
    earliest = moment.as_of - timedelta(days=KEPT_DAYS - 1)
    first, last = day_number(max(since or earliest, earliest)), moment.day
    if not log_ins or first > last:
        return
    pieces = [IdRange(0, LAST_KEY)] if last - first < AT_ONCE else ranges_of_customers(PIECE)
    sums = np.zeros((last - first + 1, len(SUMS)), dtype=np.int64)
    for piece in pieces:
        sums += login_weeks(*_log_in_days(moment, piece, log_ins, first - REACH + 1), first, last)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE scoring_trendday t
            SET customers = c.customers, a = c.a, b = c.b, aa = c.aa, ab = c.ab, bb = c.bb
            FROM unnest(%(days)s::date[], %(customers)s::bigint[], %(a)s::bigint[], %(b)s::bigint[], %(aa)s::bigint[],
                        %(ab)s::bigint[], %(bb)s::bigint[]) AS c (day, customers, a, b, aa, ab, bb)
            WHERE t.day = c.day""",
            {
                "days": [EPOCH + timedelta(days=day) for day in range(first, last + 1)],
                **{name: sums[:, place].tolist() for place, name in enumerate(SUMS)},
            },
        )


def _log_in_days(moment: Moment, piece: IdRange, log_ins: list[str], first: int) -> tuple[Any, Any]:
    read = read_columns(
        f"""SELECT DISTINCT e.customer_id, e.occurred_on AS day FROM customers_event e
        JOIN customers_customerstate s ON s.customer_id = e.customer_id
        WHERE e.customer_id >= %(low)s AND e.customer_id < %(high)s AND e.name = ANY(%(log_ins)s)
          AND {moment.events()} AND e.occurred_on >= DATE '1970-01-01' + %(first)s""",
        {**moment.params, "low": piece.low, "high": piece.high, "log_ins": log_ins, "first": first},
        {"customer_id": ColumnKind.WHOLE, "day": ColumnKind.DAY},
    )
    return read["customer_id"], read["day"]


def _count_cohorts(moment: Moment, log_ins: list[str], since: date | None) -> None:
    params = {**moment.params, "log_ins": log_ins, "since": since or date(1, 1, 1)}
    with connection.cursor() as cursor, planned_for_sets():
        cursor.execute("DELETE FROM scoring_cohortmonth WHERE month >= %(since)s", params)
        facts = {"orders": moment.orders(), "events": moment.events(), "fees": monthly_fees_sql(moment)}
        cursor.execute(_COHORTS.format(**facts), params)
        found = cursor.fetchall()
    CohortMonth.objects.bulk_create(CohortMonth(**dict(zip(COHORT, row, strict=True))) for row in found)


COHORT = ("cohort", "month", "active", "buyers", "payers", "revenue")
_COHORTS = """
WITH acts AS (
    SELECT o.customer_id, date_trunc('month', o.ordered_on::timestamp)::date AS month,
           bool_or(o.amount >= 0 AND NOT (o.refunded > 0 AND o.refunded >= o.amount)) AS bought, FALSE AS came,
           sum(o.amount - o.refunded) AS net
    FROM customers_order o WHERE {orders} AND o.status = 'paid' AND o.ordered_on >= %(since)s GROUP BY 1, 2
    UNION ALL
    SELECT DISTINCT e.customer_id, date_trunc('month', e.occurred_on::timestamp)::date, FALSE, TRUE, NULL::numeric
    FROM customers_event e
    WHERE {events} AND e.customer_id IS NOT NULL AND e.name = ANY(%(log_ins)s) AND e.occurred_on >= %(since)s
    UNION ALL
    SELECT f.customer_id, f.month, FALSE, FALSE, f.net FROM ({fees}) f
), months AS (
    SELECT customer_id, month, bool_or(bought) AS bought, bool_or(came) AS came, sum(net) AS net
    FROM acts GROUP BY customer_id, month
)
SELECT least(
           date_trunc('month', coalesce(least(s.first_order_on, s.first_login_on), s.first_seen_on)::timestamp)::date,
           m.month
       ), m.month, count(*) FILTER (WHERE m.bought OR m.came), count(*) FILTER (WHERE m.bought),
       count(*) FILTER (WHERE m.net > 0), coalesce(sum(m.net), 0)
FROM months m JOIN customers_customerstate s ON s.customer_id = m.customer_id GROUP BY 1, 2
"""
"""Fees for months before their customer joined are put with who joined in that month. Read first and written after: a
statement that writes reads with one process alone."""
