"""Can we still reach them, did we try, and did they say that they are leaving?"""

from __future__ import annotations

from retention.common.copying import ColumnKind
from retention.scoring.features import Feature, register
from retention.scoring.moment import Moment
from retention.scoring.rules import Rules


def reach_sql(moment: Moment) -> str:
    """Whether a channel is left: an address or number, and not every consent to marketing taken back."""
    return f"""
    SELECT c.id AS customer_id, c.email = '' AND c.phone = '' AND w.customer_id IS NOT NULL
               OR coalesce(w.all_off, false) AS unreachable, coalesce(w.all_off, false) AS all_off
    FROM customers_customer c
    JOIN (
        SELECT customer_id, bool_and(NOT granted) AS all_off FROM (
            SELECT DISTINCT ON (k.customer_id, k.channel) k.customer_id, k.granted
            FROM customers_consententry k
            WHERE {moment.whose("k")} AND k.purpose = 'marketing'
              AND k.occurred_at < %(ends_at)s AND (%(known_at)s::timestamptz IS NULL OR k.recorded_at <= %(known_at)s)
            ORDER BY k.customer_id, k.channel, k.occurred_at DESC, k.id DESC
        ) AS latest GROUP BY customer_id
    ) AS w ON w.customer_id = c.id
    """


REACH = register(Feature("reach", {"unreachable": ColumnKind.FLAG, "all_off": ColumnKind.FLAG}, reach_sql))


def tries_sql(moment: Moment) -> str:
    """Marketing contacts made since customers could be lost, when none was answered: by a word or by a click."""
    return f"""
    SELECT t.customer_id, count(*) FILTER (WHERE t.purpose = 'marketing') AS unanswered
    FROM customers_touch t
    WHERE {moment.whose("t")} AND t.occurred_at < %(ends_at)s
      AND NOT t.reserved
      AND t.occurred_at >= %(ends_at)s - make_interval(days => %(gone_after_days)s)
      AND (%(known_at)s::timestamptz IS NULL OR t.recorded_at <= %(known_at)s)
      AND NOT EXISTS (
          SELECT 1 FROM customers_event e
          WHERE e.customer_id = t.customer_id AND {moment.events()}
            AND e.name IN ('message_clicked', 'message_answered')
            AND lower(coalesce(e.properties->>'robot', '')) NOT IN ('true', '1')
            AND e.occurred_on > %(as_of)s - %(gone_after_days)s)
    GROUP BY t.customer_id HAVING NOT bool_or(t.two_way)
    """


def gone_rules(rules: Rules) -> dict[str, float | int | str | list[str]]:
    """How long to look back, and the names of events that say good-bye."""
    return {
        "gone_after_days": rules.whole("pools.gone_after_days"),
        "said_so": [name.strip() for name in rules.text("pools.said_so_events").split(",")],
    }


TRIES = register(Feature("tries", {"unanswered": ColumnKind.WHOLE}, tries_sql, gone_rules))


def said_so_sql(moment: Moment) -> str:
    """The last day on which a customer said that they leave for good."""
    return f"""
    SELECT e.customer_id, max(e.occurred_on) AS said_so_on
    FROM customers_event e
    WHERE {moment.whose("e")} AND {moment.events()} AND e.name = ANY(%(said_so)s)
    GROUP BY e.customer_id
    """


SAID_SO = register(Feature("said_so", {"said_so_on": ColumnKind.DAY}, said_so_sql, gone_rules))
