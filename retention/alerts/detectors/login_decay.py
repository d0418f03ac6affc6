"""Log-in decay: log-in days of this week against the last, of customers picked by the weeks before both.

Fires when they fell by more than the limit and chance can't explain it: a/b − 1 < −15 % and + 1.645 se < 0 with
se = √Σ(aᵢ − (a/b)bᵢ)² ÷ b. Picked by the earlier week itself, the number would fall by 20 % without any change.
"""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retention.alerts.detectors.base import Detector, Evidence, Finding, real, register, too_few, whole
from retention.alerts.detectors.lists import customers_in
from retention.alerts.enums import Level
from retention.common import formats
from retention.customers.selectors.state_sql import WHO_COUNTS
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules
from retention.scoring.science.trends import WeekPairs, login_decay

CODE = "login_decay"
LIMITS, LOG_INS, CUSTOMERS = "monitors.login_decay", "trends.login_decay_log_ins", "trends.login_decay_customers"


def look(moment: Moment, rules: Rules) -> list[Finding]:
    """The one finding about the whole business."""
    sums, fell = gather(moment, rules)
    return [judge(sums, fell, moment.as_of, rules)]


def gather(moment: Moment, rules: Rules) -> tuple[WeekPairs, int]:
    """Sums over the customers, and how many of them logged in on fewer days than in the week before."""
    limits = rules.table(LIMITS)
    params = {**moment.params, "week": int(limits["week"]), "before": int(limits["before"])}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH days AS (
                SELECT DISTINCT e.customer_id, e.occurred_on
                FROM customers_event e
                JOIN customers_eventbehaviour b ON b.name = e.name AND b.behaviour = 'log_in'
                JOIN customers_customer c ON c.id = e.customer_id
                WHERE {moment.events()} AND {WHO_COUNTS}
                  AND e.occurred_on > %(as_of)s::date - 2 * %(week)s::int - %(before)s::int
            ), each AS (
                SELECT count(*) FILTER (WHERE occurred_on > %(as_of)s::date - %(week)s::int) AS a,
                       count(*) FILTER (WHERE occurred_on > %(as_of)s::date - 2 * %(week)s::int
                                          AND occurred_on <= %(as_of)s::date - %(week)s::int) AS b
                FROM days GROUP BY customer_id
                HAVING bool_or(occurred_on <= %(as_of)s::date - 2 * %(week)s::int)
            )
            SELECT count(*), coalesce(sum(a), 0), coalesce(sum(b), 0), coalesce(sum(a * a), 0),
                   coalesce(sum(a * b), 0), coalesce(sum(b * b), 0), count(*) FILTER (WHERE a < b)
            FROM each""",
            params,
        )
        n, a, b, aa, ab, bb, fell = cursor.fetchone()
    return WeekPairs(n, float(a), float(b), float(aa), float(ab), float(bb)), fell


def judge(sums: WeekPairs, fell: int, as_of: date, rules: Rules) -> Finding:
    """The finding from the sums: no clock, no database."""
    limits, least_b, least_customers = rules.table(LIMITS), rules.whole(LOG_INS), rules.whole(CUSTOMERS)
    counts: Evidence = {"customers": sums.customers, "this_week": int(sums.a), "last_week": int(sums.b)}
    # Without a single log-in day there is nothing to divide by, whatever the policy says.
    short = too_few(CODE, as_of, (int(sums.b), max(least_b, 1)), (sums.customers, least_customers), evidence=counts)
    if short:
        return short
    reading = login_decay(sums, limit=-limits["fall"], z=limits["z"], least_b=least_b, least_customers=least_customers)
    value, error = reading.value or 0.0, reading.standard_error or 0.0
    return Finding(
        CODE,
        as_of,
        fired=reading.fires,
        value=value,
        threshold=-limits["fall"],
        sample=int(sums.b),
        minimum=least_b,
        affected=fell,
        evidence={**counts, "value": value, "standard_error": error, "upper": value + limits["z"] * error},
    )


def sentence(evidence: Evidence) -> str:
    """This week's log-in days against the last."""
    return _(
        "%(customers)s customers logged in on %(this)s days this week and on %(last)s the week before: %(change)s, "
        "and with chance allowed for %(upper)s at best."
    ) % {
        "customers": formats.number(whole(evidence["customers"])),
        "this": formats.number(whole(evidence["this_week"])),
        "last": formats.number(whole(evidence["last_week"])),
        "change": formats.share(real(evidence["value"])),
        "upper": formats.share(real(evidence["upper"])),
    }


register(
    Detector(
        CODE,
        gettext_lazy("Log-in decay"),
        gettext_lazy("Customers log in on fewer days than in the week before, and it is not chance."),
        "share",
        look,
        sentence,
        urgency=Level.HIGH,
        feeds=("log_in",),
        policies=(LIMITS, LOG_INS, CUSTOMERS),
        affected_url=customers_in("login_fading"),
        order=10,
    )
)
