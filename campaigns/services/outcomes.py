"""What drawn customers did, counted from the facts: the same for both sides, within days of their exposure.

Each row stands for a fact and is known by it, so that counting again changes nothing. The window begins at the
exposure for everybody: the held-out have no first attempt, and one clock for both sides is what makes them alike.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from campaigns.enums import ExperimentSource
from campaigns.models import Experiment
from campaigns.selectors.experiment_sums import EXPOSED
from retention.common.clock import end_of_day
from retention.customers.services.state import planned_for_sets
from tenants.policies import policy_number, policy_value

COUNTED = (ExperimentSource.CAMPAIGN, ExperimentSource.GLOBAL_HOLDOUT, ExperimentSource.HUMAN_WORK)
"""Experiments whose outcomes Stay counts itself; those of an imported trial come as a file."""
RETURNED, ORDERS, NET_REVENUE = "returned", "orders", "net_revenue"


def count_outcomes(*, experiment: Experiment, as_of: date, zone: str, now: datetime) -> int:
    """Bring the outcomes up to the end of `as_of`; how many rows are new or changed. Of an imported trial: none."""
    if experiment.source not in COUNTED:
        return 0
    given: dict[str, Any] = {
        "experiment": experiment.pk,
        "until": end_of_day(as_of, zone),
        "days": int(policy_number("campaigns.return_days")),
        "visits": policy_value("silence.clock") == "visit",
        "now": now,
        "own": f"stay:{experiment.pk}:",
    }
    with transaction.atomic(), planned_for_sets(), connection.cursor() as cursor:
        cursor.execute(_WRITE, given)
        written = cursor.rowcount
        cursor.execute(_WITHDRAW, given)
        return int(written + cursor.rowcount)


def count_all_outcomes(*, as_of: date, zone: str, now: datetime) -> int:
    """The same for every experiment that Stay counts."""
    rows = Experiment.objects.filter(source__in=COUNTED).order_by("pk")
    return sum(count_outcomes(experiment=row, as_of=as_of, zone=zone, now=now) for row in rows)


_FOUND = f"""
    WITH {EXPOSED}, orders AS (
        SELECT e.customer, o.ordered_at, o.ordered_on, o.external_id, o.amount - o.refunded AS value,
               o.amount >= 0 AND NOT (o.refunded > 0 AND o.refunded >= o.amount) AS purchase
        FROM exposed e JOIN customers_order o ON o.customer_id = e.customer
        WHERE o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'paid'
          AND o.ordered_at >= e.exposed_at AND o.ordered_at < e.exposed_at + make_interval(days => %(days)s)
          AND o.ordered_at < %(until)s
    ), returns AS (
        SELECT customer, ordered_at AS occurred_at FROM orders WHERE purchase AND NOT %(visits)s
        UNION ALL
        SELECT e.customer, v.occurred_at
        FROM exposed e JOIN customers_event v ON v.customer_id = e.customer
        JOIN customers_eventbehaviour b ON b.name = v.name AND b.behaviour = 'log_in'
        WHERE %(visits)s AND v.superseded_at IS NULL AND NOT v.withdrawn
          AND v.occurred_at >= e.exposed_at AND v.occurred_at < e.exposed_at + make_interval(days => %(days)s)
          AND v.occurred_at < %(until)s
    ), found AS (
        SELECT customer, 'returned' AS metric, 1::numeric AS value, min(occurred_at) AS occurred_at, '' AS fact
        FROM returns GROUP BY customer
        UNION ALL
        SELECT customer, 'orders', 1, min(ordered_at), ordered_on::text FROM orders WHERE purchase
        GROUP BY customer, ordered_on
        UNION ALL
        SELECT customer, 'net_revenue', value, ordered_at, md5(external_id) FROM orders
    ), named AS (
        SELECT f.*, %(own)s::text || metric || ':' || customer || ':' || fact AS outcome_id FROM found f
    )"""
_WRITE = f"""
    {_FOUND}
    INSERT INTO campaigns_outcome AS t
        (outcome_id, experiment_id, customer_id, metric, value, occurred_at, recorded_at)
    SELECT outcome_id, %(experiment)s, customer, metric, value, occurred_at, %(now)s FROM named ORDER BY outcome_id
    ON CONFLICT (outcome_id) DO UPDATE
    SET value = excluded.value, occurred_at = excluded.occurred_at, recorded_at = excluded.recorded_at,
        withdrawn = false
    WHERE t.withdrawn OR (t.value, t.occurred_at) IS DISTINCT FROM (excluded.value, excluded.occurred_at)
    """
_WITHDRAW = f"""
    {_FOUND}
    UPDATE campaigns_outcome t SET withdrawn = true, recorded_at = %(now)s
    WHERE t.experiment_id = %(experiment)s AND NOT t.withdrawn AND starts_with(t.outcome_id, %(own)s)
      AND t.occurred_at < %(until)s AND NOT EXISTS (SELECT FROM named n WHERE n.outcome_id = t.outcome_id)
    """
