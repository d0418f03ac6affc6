"""What customers did lately: log-ins, views, carts, favourites, community."""

from __future__ import annotations

from retention.common.copying import ColumnKind
from retention.common.number_sql import number_or_null
from retention.customers.carts import ADDED, EMPTIED, REMOVED
from retention.scoring.features import Feature, register
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules


def windows(rules: Rules) -> dict[str, float | int | str | list[str]]:
    """The windows of the health metrics, in days, and that of false churn."""
    days: dict[str, float | int | str | list[str]] = {
        f"{name}_days": round(value) for name, value in rules.table("health.shop.windows").items()
    }
    days["false_churn_days"] = rules.whole("pools.false_churn_days")
    return days


def activity_sql(moment: Moment) -> str:
    """Days and counts of log-ins, views, favourites and community acts."""
    return f"""
    SELECT e.customer_id,
           count(DISTINCT e.occurred_on) FILTER (WHERE b.behaviour = 'log_in'
               AND e.occurred_on > %(as_of)s - %(login_recent_days)s) AS logins_recent,
           count(DISTINCT e.occurred_on) FILTER (WHERE b.behaviour = 'log_in'
               AND e.occurred_on > %(as_of)s - %(login_recent_days)s - %(login_before_days)s
               AND e.occurred_on <= %(as_of)s - %(login_recent_days)s) AS logins_before,
           count(DISTINCT e.occurred_on) FILTER (WHERE b.behaviour = 'browse'
               AND e.occurred_on > %(as_of)s - %(browse_days)s) AS browse_days,
           count(*) FILTER (WHERE b.behaviour = 'favourite' AND position('Removed' IN e.name) = 0
               AND e.occurred_on > %(as_of)s - %(intent_days)s) AS favourites,
           max(e.occurred_on) FILTER (WHERE b.behaviour = 'favourite' AND position('Removed' IN e.name) = 0)
               AS followed_on,
           max(e.occurred_on) FILTER (WHERE b.behaviour = 'community') AS spoke_on
    FROM customers_event e JOIN customers_eventbehaviour b ON b.name = e.name
    WHERE {moment.whose("e")} AND {moment.events()}
      AND b.behaviour IN ('log_in', 'browse', 'favourite', 'community')
      AND e.occurred_on > %(as_of)s - greatest(%(login_recent_days)s + %(login_before_days)s, %(browse_days)s,
                                               %(intent_days)s, %(false_churn_days)s)
    GROUP BY e.customer_id
    """


ACTIVITY = register(
    Feature(
        "activity",
        {
            "logins_recent": ColumnKind.WHOLE,
            "logins_before": ColumnKind.WHOLE,
            "browse_days": ColumnKind.WHOLE,
            "favourites": ColumnKind.WHOLE,
            "followed_on": ColumnKind.DAY,
            "spoke_on": ColumnKind.DAY,
        },
        activity_sql,
        windows,
    )
)


def cart_sql(moment: Moment) -> str:
    """Cart lines put in lately and neither taken out, cleared nor followed by an order."""
    return f"""
    WITH acts AS (
        SELECT e.customer_id, e.name, e.occurred_at, e.occurred_on,
               coalesce(e.properties->>'product_id', e.properties->>'product', e.properties->>'sku', '') AS product
        FROM customers_event e JOIN customers_eventbehaviour b ON b.name = e.name
        WHERE {moment.whose("e")} AND {moment.events()}
          AND (b.behaviour = 'cart' OR e.name = 'Order Completed')
          AND e.occurred_on > %(as_of)s - greatest(%(intent_days)s, %(false_churn_days)s)
    ), lines AS (
        SELECT customer_id, product,
               max(occurred_at) FILTER (WHERE name IN {ADDED}) AS added_at,
               max(occurred_on) FILTER (WHERE name IN {ADDED}) AS added_on,
               max(occurred_at) FILTER (WHERE name IN {REMOVED}) AS removed_at
        FROM acts GROUP BY customer_id, product
    ), emptied AS (
        SELECT customer_id, max(at) AS at FROM (
            SELECT customer_id, occurred_at AS at FROM acts WHERE name IN {EMPTIED}
            UNION ALL
            SELECT o.customer_id, o.ordered_at FROM customers_order o
            WHERE {moment.whose("o")} AND {moment.orders()} AND o.status = 'paid'
              AND o.ordered_on > %(as_of)s - greatest(%(intent_days)s, %(false_churn_days)s)
        ) AS ends GROUP BY customer_id
    )
    SELECT l.customer_id, count(*) AS cart_lines, max(l.added_on) AS cart_on
    FROM lines l LEFT JOIN emptied x USING (customer_id)
    WHERE l.added_at > coalesce(greatest(l.removed_at, x.at), '-infinity')
    GROUP BY l.customer_id
    """


CART = register(Feature("cart", {"cart_lines": ColumnKind.WHOLE, "cart_on": ColumnKind.DAY}, cart_sql, windows))


def messages_sql(moment: Moment) -> str:
    """Messages delivered and those clicked or answered, robots left out; tone."""
    sentiment = number_or_null("(e.properties->>'sentiment')", "float8")
    return f"""
    SELECT e.customer_id,
           count(*) FILTER (WHERE e.name = 'message_delivered' AND e.occurred_on > %(as_of)s - %(reply_days)s)
               AS delivered,
           count(DISTINCT coalesce(e.properties->>'message_id', e.event_id)) FILTER (
               WHERE e.name IN ('message_clicked', 'message_answered')
                 AND lower(coalesce(e.properties->>'robot', '')) NOT IN ('true', '1')
                 AND e.occurred_on > %(as_of)s - %(reply_days)s) AS answered,
           avg(least(greatest({sentiment}, -1), 1))
               FILTER (WHERE e.name = 'feedback_received' AND e.occurred_on > %(as_of)s - %(tone_days)s
                   AND {sentiment} IS NOT NULL) AS tone
    FROM customers_event e
    WHERE {moment.whose("e")} AND {moment.events()}
      AND e.name IN ('message_delivered', 'message_clicked', 'message_answered', 'feedback_received')
      AND e.occurred_on > %(as_of)s - greatest(%(reply_days)s, %(tone_days)s)
    GROUP BY e.customer_id
    """


MESSAGES = register(
    Feature(
        "messages",
        {
            "delivered": ColumnKind.WHOLE,
            "answered": ColumnKind.WHOLE,
            "tone": ColumnKind.REAL,
        },
        messages_sql,
        windows,
    )
)
