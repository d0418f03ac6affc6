"""What customers were granted lately, and whether they used it."""

from __future__ import annotations

from retention.common.copying import ColumnKind
from retention.scoring.features import Feature, register
from retention.scoring.features.events import windows
from retention.scoring.moment import Moment

_NAMES = (
    "nullif(coalesce(e.properties->>'benefit_id', e.properties->>'benefit'), '') AS benefit,"
    " nullif(e.properties->>'coupon', '') AS coupon"
)


def uses_sql(moment: Moment, who: str) -> str:
    """Benefits granted in the window, and those of them that were used; `who` is a condition on {fact}.customer_id.

    A use, or an order with the coupon, takes up the latest grant before it that no name of both tells apart from it;
    one that names nothing takes up the latest of all. So a use of what was granted before the window is not counted.
    """
    return f"""
    WITH grants AS MATERIALIZED (
        SELECT e.id, e.customer_id, e.occurred_at AS at, {_NAMES} FROM customers_event e
        WHERE {who.format(fact="e")} AND {moment.events()} AND e.name = 'benefit_granted'
          AND e.occurred_on > %(as_of)s - %(benefit_days)s
    ), uses AS (
        SELECT e.id, FALSE AS by_order, e.customer_id, e.occurred_at AS at, {_NAMES} FROM customers_event e
        WHERE {who.format(fact="e")} AND {moment.events()} AND e.name = 'benefit_used'
          AND e.occurred_on > %(as_of)s - %(benefit_days)s
        UNION ALL
        SELECT o.id, TRUE, o.customer_id, o.ordered_at, NULL, o.coupon FROM customers_order o
        WHERE {who.format(fact="o")} AND {moment.purchases()} AND o.coupon <> ''
          AND o.ordered_on > %(as_of)s - %(benefit_days)s
    ), taken AS (
        SELECT DISTINCT ON (u.by_order, u.id) g.id
        FROM uses u JOIN grants g ON g.customer_id = u.customer_id AND g.at <= u.at
        WHERE coalesce(g.benefit = u.benefit, TRUE) AND coalesce(g.coupon = u.coupon, TRUE)
          AND (g.benefit = u.benefit OR g.coupon = u.coupon OR u.benefit IS NULL AND u.coupon IS NULL)
        ORDER BY u.by_order, u.id, g.at DESC, g.id DESC
    )
    SELECT g.customer_id, count(*) AS benefits_granted,
           count(*) FILTER (WHERE g.id IN (SELECT t.id FROM taken t)) AS benefits_used
    FROM grants g GROUP BY g.customer_id
    """


def benefits_sql(moment: Moment) -> str:
    """The same for the customers asked for."""
    return uses_sql(moment, moment.whose("{fact}"))


BENEFITS = register(
    Feature(
        "benefits",
        {"benefits_granted": ColumnKind.WHOLE, "benefits_used": ColumnKind.WHOLE},
        benefits_sql,
        windows,
    )
)
