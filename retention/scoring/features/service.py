"""What went wrong, and what customers said of it: complaints, faulty orders, NPS."""

from __future__ import annotations

from retention.common.copying import ColumnKind
from retention.scoring.features import Feature, register
from retention.scoring.features.events import windows
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules

SEVERE = "lower(coalesce({event}.properties->>'severe', '')) IN ('true', '1', 'yes')"


def complaints_sql(moment: Moment) -> str:
    """Hours that the oldest complaint, and the oldest severe one, has been open at the end of the day."""
    severe = SEVERE.format(event="e")
    return f"""
    SELECT e.customer_id,
           extract(epoch FROM %(ends_at)s - min(e.occurred_at)) / 3600 AS complaint_hours,
           extract(epoch FROM %(ends_at)s - min(e.occurred_at) FILTER (WHERE {severe})) / 3600 AS severe_hours
    FROM customers_event e
    WHERE {moment.whose("e")} AND {moment.events()}
      AND e.name = 'complaint_opened'
      AND NOT EXISTS (
          SELECT 1 FROM customers_event c
          WHERE c.customer_id = e.customer_id AND c.name = 'complaint_closed' AND {moment.events("c")}
            AND c.occurred_at >= e.occurred_at
            AND c.properties->>'complaint_id' = coalesce(e.properties->>'complaint_id', e.event_id))
    GROUP BY e.customer_id
    """


COMPLAINTS = register(
    Feature("complaints", {"complaint_hours": ColumnKind.REAL, "severe_hours": ColumnKind.REAL}, complaints_sql)
)

SCORE = "CASE WHEN e.properties->>'score' ~ '^[0-9]{1,2}([.]0+)?$' THEN (e.properties->>'score')::float8 END"


def nps_sql(moment: Moment) -> str:
    """The latest NPS score and the lowest recent one."""
    return f"""
    SELECT customer_id, (array_agg(score ORDER BY occurred_at DESC, id DESC))[1] AS nps_latest,
           min(score) FILTER (WHERE occurred_on > %(as_of)s - %(nps_cap_days)s) AS nps_lowest
    FROM (
        SELECT e.customer_id, e.occurred_at, e.occurred_on, e.id, {SCORE} AS score
        FROM customers_event e
        WHERE {moment.whose("e")} AND {moment.events()}
          AND e.name = 'nps_answered' AND e.occurred_on > %(as_of)s - %(nps_days)s
    ) AS answers
    WHERE score IS NOT NULL GROUP BY customer_id
    """


def nps_windows(rules: Rules) -> dict[str, float | int | str | list[str]]:
    """The windows of the metrics and of the cap."""
    return {**windows(rules), "nps_cap_days": rules.whole("health.shop.cap_nps_days")}


NPS = register(Feature("nps", {"nps_latest": ColumnKind.REAL, "nps_lowest": ColumnKind.REAL}, nps_sql, nps_windows))


def faults_sql(moment: Moment) -> str:
    """Paid orders, and those refunded, late or wrong; orders not yet paid."""
    return f"""
    SELECT o.customer_id,
           count(*) FILTER (WHERE o.status = 'paid' AND o.amount >= 0 AND o.ordered_on > %(as_of)s - %(faults_days)s)
               AS orders_recent,
           count(*) FILTER (WHERE o.status = 'paid' AND o.amount >= 0 AND o.ordered_on > %(as_of)s - %(faults_days)s
               AND (o.refunded > 0 OR lower(coalesce(o.properties->>'late', '')) IN ('true', '1', 'yes')
                    OR lower(coalesce(o.properties->>'wrong', '')) IN ('true', '1', 'yes'))) AS orders_faulty,
           max(o.ordered_on) FILTER (WHERE o.status = 'unpaid'
               AND o.ordered_on > %(as_of)s - %(false_churn_days)s) AS unpaid_on
    FROM customers_order o
    WHERE {moment.whose("o")} AND {moment.orders()}
      AND o.ordered_on > %(as_of)s - greatest(%(faults_days)s, %(false_churn_days)s)
    GROUP BY o.customer_id
    """


FAULTS = register(
    Feature(
        "faults",
        {"orders_recent": ColumnKind.WHOLE, "orders_faulty": ColumnKind.WHOLE, "unpaid_on": ColumnKind.DAY},
        faults_sql,
        windows,
    )
)
