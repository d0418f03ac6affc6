"""Fields that answer one ready segment's question and would be unreadable as a rule of simple ones."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from retention.customers.carts import ADDED, EMPTIED, REMOVED
from retention.scoring.features.fees import monthly_fees_sql
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import Field, Label, Param, Source
from retention.segments.fields.sql import HAPPENED, IN_RULES, PAID, PURCHASE, RUN, behaves, told_in_rules

_PRODUCT = "COALESCE(e.properties ->> 'product_id', e.properties ->> 'product', e.properties ->> 'sku')"
_VIEWED = f"{HAPPENED} AND {behaves(chr(39) + 'browse' + chr(39))} AND {_PRODUCT} IS NOT NULL"

PRODUCT_VIEWS = Source(
    "product_views",
    f"""
    SELECT e.customer_id, count(DISTINCT e.occurred_on) AS days
    FROM customers_event e
    WHERE {_VIEWED} AND e.occurred_on > %(as_of)s::date - %(days)s::int
    GROUP BY e.customer_id""",  # noqa: S608
    (Param("days", _("days"), "integer", default=14, minimum=1),),
)
VIEWED_UNBOUGHT = Source(
    "viewed_unbought",
    f"""
    SELECT v.customer_id, count(DISTINCT v.product) AS products FROM (
        SELECT DISTINCT e.customer_id, {_PRODUCT} AS product,
               COALESCE(p.category_id, k.id) AS category_id
        FROM customers_event e
        LEFT JOIN customers_product p ON p.code = {_PRODUCT}
        LEFT JOIN customers_category k ON k.code = e.properties ->> 'category'
        WHERE {_VIEWED} AND e.occurred_on = %(as_of)s::date
    ) v
    WHERE NOT EXISTS (
        SELECT 1 FROM customers_order o JOIN customers_orderline l ON l.order_id = o.id
        WHERE o.customer_id = v.customer_id AND {PURCHASE} AND o.ordered_on > %(as_of)s::date - %(days)s::int
          AND l.category_id = v.category_id
    )
    GROUP BY v.customer_id""",  # noqa: S608
    (Param("days", _("days"), "integer", default=7, minimum=1),),
)
_OLD_ENOUGH = (
    "{t} <= %(moment)s::timestamptz - make_interval(hours => %(from_hours)s::int)"
    " AND {t} >= %(moment)s::timestamptz - make_interval(hours => %(to_hours)s::int)"
)
_SINCE = "%(as_of)s::date - (%(to_hours)s::int / 24 + 2)"
"""A local day before which nothing can be that is so many hours old at most: what the indexes by day look for."""
UNFINISHED = Source(
    "unfinished",
    f"""
    SELECT u.customer_id, count(*) AS items FROM (
        SELECT a.customer_id FROM (
            SELECT DISTINCT ON (e.customer_id, {_PRODUCT})
                   e.customer_id, {_PRODUCT} AS product, e.name, e.occurred_at
            FROM customers_event e
            WHERE {HAPPENED} AND e.name IN {(*ADDED, *REMOVED)} AND {_PRODUCT} IS NOT NULL
              AND e.customer_id IS NOT NULL
              AND e.occurred_on >= {_SINCE}
              AND e.occurred_at >= %(moment)s::timestamptz - make_interval(hours => %(to_hours)s::int)
            ORDER BY e.customer_id, {_PRODUCT}, e.occurred_at DESC, e.id DESC
        ) a
        WHERE a.name IN {ADDED} AND {_OLD_ENOUGH.format(t="a.occurred_at")}
          AND NOT EXISTS (
              SELECT 1 FROM customers_event e
              WHERE e.customer_id = a.customer_id AND {HAPPENED} AND e.occurred_at >= a.occurred_at
                AND e.occurred_on >= {_SINCE} AND e.name IN {EMPTIED})
          AND NOT EXISTS (
              SELECT 1 FROM customers_order o
              WHERE o.customer_id = a.customer_id AND {PAID} AND o.ordered_at >= a.occurred_at
                AND o.ordered_on >= {_SINCE}
                AND (EXISTS (SELECT 1 FROM customers_orderline l JOIN customers_product p ON p.id = l.product_id
                             WHERE l.order_id = o.id AND p.code = a.product)
                     OR NOT EXISTS (SELECT 1 FROM customers_orderline l
                                    WHERE l.order_id = o.id AND l.product_id IS NOT NULL)))
          AND NOT EXISTS (SELECT 1 FROM customers_product p WHERE p.code = a.product AND NOT p.on_sale)
        UNION ALL
        SELECT o.customer_id FROM customers_order o
        WHERE o.superseded_at IS NULL AND NOT o.withdrawn AND o.status = 'unpaid'
          AND o.ordered_on <= %(as_of)s::date AND o.ordered_on >= {_SINCE}
          AND {_OLD_ENOUGH.format(t="o.ordered_at")}
          AND (NOT EXISTS (SELECT 1 FROM customers_orderline l WHERE l.order_id = o.id AND l.product_id IS NOT NULL)
               OR EXISTS (SELECT 1 FROM customers_orderline l JOIN customers_product p ON p.id = l.product_id
                          WHERE l.order_id = o.id AND p.on_sale))
    ) u GROUP BY u.customer_id""",  # noqa: S608
    (
        Param("from_hours", _("hours old at least"), "integer", default=1),
        Param("to_hours", _("hours old at most"), "integer", default=168, minimum=1, maximum=8784),
    ),
)
_M0 = "date_trunc('month', %(as_of)s::date + 1)::date - interval '1 month'"


def _spend_fall() -> str:
    """Net revenue of the last three complete months, fees too: terms may come from the floors above."""
    first = f"({_M0} - interval '2 months')::date"
    fees = told_in_rules(monthly_fees_sql(IN_RULES))
    return f"""
    SELECT p.customer_id,
           COALESCE(sum(p.net) FILTER (WHERE p.month = {_M0}), 0) AS m0,
           COALESCE(sum(p.net) FILTER (WHERE p.month = {_M0} - interval '1 month'), 0) AS m1,
           COALESCE(sum(p.net) FILTER (WHERE p.month = {_M0} - interval '2 months'), 0) AS m2
    FROM (
        SELECT o.customer_id, date_trunc('month', o.ordered_on::timestamp) AS month, o.amount - o.refunded AS net
        FROM customers_order o WHERE {PAID} AND o.ordered_on >= {first}
        UNION ALL
        SELECT f.customer_id, f.month, f.net FROM ({fees.replace("%(since)s", first)}) f
    ) p
    GROUP BY p.customer_id"""  # noqa: S608


SPEND_FALL = Source("spend_fall", _spend_fall)
MOVED = Source(
    "categories_left",
    f"""
    SELECT b.customer_id,
           CASE WHEN bool_or(b.r < 1) THEN count(*) FILTER (WHERE b.r >= 1 AND b.days >= %(order_days)s::int)
                ELSE 0 END AS categories
    FROM (
        SELECT o.customer_id, l.category_id, count(DISTINCT o.ordered_on) AS days,
               (%(as_of)s::date - max(o.ordered_on)) / COALESCE(min(t.days), min(own.days)) AS r
        FROM customers_order o
        JOIN customers_orderline l ON l.order_id = o.id AND l.amount >= 0
        LEFT JOIN scoring_silencethreshold t
          ON t.run_id = {RUN} AND t.category_id = l.category_id AND t.clock = 'purchase'
        LEFT JOIN scoring_silencethreshold own
          ON own.run_id = {RUN} AND own.category_id IS NULL AND own.clock = 'purchase'
        WHERE {PURCHASE} AND l.category_id IS NOT NULL
        GROUP BY o.customer_id, l.category_id
    ) b
    GROUP BY b.customer_id""",  # noqa: S608
    (Param("order_days", _("days with an order in the category left, at least"), "integer", default=3, minimum=1),),
)


def _special(code: str, label: Label, group: FieldGroup, source: Source, sql: str) -> Field:
    return Field(code, label, FieldType.NUMBER, sql, group, source)


FIELDS = (
    _special(
        "product_view_days",
        _("days with a product view in {days} days"),
        FieldGroup.BEHAVIOUR,
        PRODUCT_VIEWS,
        "COALESCE({s}.days, 0)",
    ),
    _special(
        "viewed_unbought",
        _("products viewed that day of categories not bought in {days} days"),
        FieldGroup.BEHAVIOUR,
        VIEWED_UNBOUGHT,
        "COALESCE({s}.products, 0)",
    ),
    _special(
        "unfinished_items",
        _("cart lines and unpaid orders on sale, {from_hours} to {to_hours} hours old"),
        FieldGroup.BEHAVIOUR,
        UNFINISHED,
        "COALESCE({s}.items, 0)",
    ),
    _special(
        "spend_kept",
        _("share of spend kept after two falling months"),
        FieldGroup.ORDER,
        SPEND_FALL,
        "CASE WHEN {s}.m2 > {s}.m1 AND {s}.m1 > {s}.m0 AND {s}.m1 > 0 THEN {s}.m0 / {s}.m2 END",
    ),
    _special(
        "categories_left",
        _("categories left for another, each with at least {order_days} days with an order"),
        FieldGroup.ORDER,
        MOVED,
        "COALESCE({s}.categories, 0)",
    ),
)
