"""Trends of a tenant as of a day: log-ins of the last week, revenue per paying customer, benefits used."""

from __future__ import annotations

from datetime import date, timedelta
from math import sqrt
from typing import Any, TypedDict

from django.db import connection
from django.db.models import Sum

from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.features.benefits import uses_sql
from retention.scoring.features.events import windows
from retention.scoring.features.fees import monthly_fees_sql
from retention.scoring.models import CohortMonth, TrendDay
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.login_weeks import SUMS

WEEK = 7


class LoginDecay(TypedDict):
    """Log-in days of the last week against the week before, of customers picked by the four weeks before both.

    `value` is a ÷ b − 1; `standard_error` is of the ratio; below the minimums `value` is not to be shown.
    """

    value: float | None
    standard_error: float | None
    log_ins: int
    log_ins_before: int
    customers: int
    enough: bool


class MonthRevenue(TypedDict):
    """Net revenue of a complete month and the customers who brought some."""

    month: str
    revenue: float
    payers: int
    arppu: float | None
    enough: bool


class Benefits(TypedDict):
    """Benefits used ÷ granted in the last 90 days."""

    granted: int
    used: int
    value: float | None


class Trends(TypedDict):
    """What a run keeps ready for the dashboard."""

    login_decay: LoginDecay
    arppu: list[MonthRevenue]
    benefits: Benefits


def trends(moment: Moment, rules: Rules) -> Trends:
    """All trends as of `moment`, log-ins and revenue from the books that the run has just carried on."""
    return Trends(
        login_decay=kept_login_decay(moment.as_of, rules),
        arppu=kept_arppu(moment.as_of, rules),
        benefits=benefit_perception(moment, rules),
    )


def kept_login_decay(day: date, rules: Rules) -> LoginDecay:
    """`login_decay` as the books have it."""
    held = TrendDay.objects.filter(day=day, customers__isnull=False).first()
    sums = [0, 0, 0, 0, 0, 0] if held is None else [getattr(held, name) or 0 for name in SUMS]
    customers, a, b, aa, ab, bb = sums
    ratio = a / b if b else 0.0
    return LoginDecay(
        value=ratio - 1 if b else None,
        standard_error=sqrt(max(aa - 2 * ratio * ab + ratio**2 * bb, 0.0)) / b if b else None,
        log_ins=a,
        log_ins_before=b,
        customers=customers,
        enough=b >= rules.number("trends.login_decay_log_ins")
        and customers >= rules.number("trends.login_decay_customers"),
    )


def kept_arppu(as_of: date, rules: Rules, months: int = 3) -> list[MonthRevenue]:
    """`arppu` as the books have it."""
    starts, minimum = month_starts(as_of, months), rules.number("trends.arppu_payers")
    sums = CohortMonth.objects.filter(month__gte=starts[0], month__lt=starts[-1]).order_by("month").values("month")
    found = {
        row["month"]: (float(row["revenue"]), row["payers"])
        for row in sums.annotate(revenue=Sum("revenue"), payers=Sum("payers"))
    }
    return [_month(month, *found.get(month, (0.0, 0)), minimum) for month in starts[:-1]]


def _month(month: date, revenue: float, payers: int, minimum: float) -> MonthRevenue:
    arppu = revenue / payers if payers else None
    return MonthRevenue(month=month.isoformat(), revenue=revenue, payers=payers, arppu=arppu, enough=payers >= minimum)


def login_decay(moment: Moment, rules: Rules) -> LoginDecay:
    """From the facts, at any moment. DEFINITIONS section 6: se = √Σ(aᵢ − (a/b)bᵢ)² ÷ b over the customers."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH days AS (
                SELECT e.customer_id, e.occurred_on FROM customers_event e
                JOIN customers_eventbehaviour b ON b.name = e.name
                JOIN customers_customer c ON c.id = e.customer_id
                WHERE {moment.events()} AND b.behaviour = 'log_in' AND e.occurred_on > %(as_of)s - 42
                  AND c.kind = 'person' AND c.merged_into_id IS NULL AND c.erased_at IS NULL
                GROUP BY 1, 2
            ), each AS (
                SELECT customer_id,
                       count(*) FILTER (WHERE occurred_on > %(as_of)s - 7) AS a,
                       count(*) FILTER (WHERE occurred_on > %(as_of)s - 14 AND occurred_on <= %(as_of)s - 7) AS b
                FROM days GROUP BY customer_id HAVING bool_or(occurred_on <= %(as_of)s - 14)
            ), total AS (SELECT coalesce(sum(a), 0) AS a, coalesce(sum(b), 0) AS b, count(*) AS n FROM each)
            SELECT t.a, t.b, t.n,
                   (SELECT sqrt(sum(power(e.a - t.a::float8 / t.b * e.b, 2))) / t.b FROM each e WHERE t.b > 0)
            FROM total t""",
            moment.params,
        )
        a, b, customers, error = cursor.fetchone()
    enough = b >= rules.number("trends.login_decay_log_ins") and customers >= rules.number(
        "trends.login_decay_customers"
    )
    return LoginDecay(
        value=float(a) / float(b) - 1 if b else None,
        standard_error=None if error is None else float(error),
        log_ins=int(a),
        log_ins_before=int(b),
        customers=customers,
        enough=enough,
    )


def arppu(moment: Moment, rules: Rules, months: int = 3) -> list[MonthRevenue]:
    """From the facts: net revenue ÷ customers with net revenue above zero, the last complete months, oldest first.

    Fees count in the months whose days they pay for.
    """
    starts = month_starts(moment.as_of, months)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT month, sum(net), count(*) FILTER (WHERE net > 0) FROM (
                SELECT customer_id, month, sum(net) AS net FROM (
                    SELECT o.customer_id, date_trunc('month', o.ordered_on)::date AS month,
                           o.amount - o.refunded AS net
                    FROM customers_order o JOIN customers_customer c ON c.id = o.customer_id
                    WHERE {moment.orders()} AND o.status = 'paid' AND o.ordered_on >= %(since)s
                      AND c.kind = 'person' AND c.merged_into_id IS NULL AND c.erased_at IS NULL
                    UNION ALL
                    SELECT customer_id, month, net FROM ({monthly_fees_sql(moment)}) f
                ) AS paid WHERE month < %(end)s GROUP BY 1, 2
            ) AS spent GROUP BY month""",
            {**moment.params, "since": starts[0], "end": starts[-1]},
        )
        found = {month: (revenue, payers) for month, revenue, payers in cursor.fetchall()}
    minimum = rules.number("trends.arppu_payers")
    return [
        _month(month, float(found.get(month, (0, 0))[0]), found.get(month, (0, 0))[1], minimum)
        for month in starts[:-1]
    ]


def month_starts(as_of: date, months: int) -> list[date]:
    """First days of the last `months` complete months, and of the one that follows them."""
    following = (as_of + timedelta(days=1)).replace(day=1)
    starts = [following]
    for _ in range(months):
        starts.append((starts[-1] - timedelta(days=1)).replace(day=1))
    return starts[::-1]


def benefit_perception(moment: Moment, rules: Rules) -> Benefits:
    """How much of what is granted is used, by customers who count."""
    who = f"{{fact}}.customer_id IN (SELECT c.id FROM customers_customer c WHERE {WHO_COUNTS})"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT coalesce(sum(b.benefits_granted), 0), coalesce(sum(b.benefits_used), 0)
            FROM ({uses_sql(moment, who)}) b""",
            {**moment.params, **windows(rules)},
        )
        granted, used = (int(count) for count in cursor.fetchone())
    return Benefits(granted=granted, used=used, value=used / granted if granted else None)


def summary_of(stored: dict[str, Any]) -> Trends | None:
    """The trends that a run kept; None for a run that came into force before there were any."""
    found: Trends | None = stored.get("trends")
    return found
