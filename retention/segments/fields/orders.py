"""What was bought, how often, for how much, with which coupons."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from retention.customers.models import Category
from retention.scoring.features.fees import fees_between_sql
from retention.segments.enums import FieldGroup, FieldType
from retention.segments.fields.base import SHARE_HELP, Field, Label, Param, Source
from retention.segments.fields.sql import HAPPENED, IN_RULES, PAID, PURCHASE, told_in_rules

DAYS = Param("days", _("days"), "integer", default=30, minimum=1)


def categories() -> Mapping[str, Label]:
    """Codes and names of the tenant's categories."""
    return {category.code: str(category) for category in Category.objects.all()}


CATEGORY = Param("category", _("category"), "choice", choices=categories)

ORDERS = Source(
    "orders",
    f"""
    SELECT o.customer_id, count(*) AS orders, count(DISTINCT o.ordered_on) AS days,
           count(*) FILTER (WHERE o.coupon <> '') AS coupon_orders,
           count(*) FILTER (WHERE o.coupon <> '')::numeric / count(*) AS coupon_share,
           avg(o.amount) AS average, max(o.amount) AS largest
    FROM customers_order o
    WHERE {PURCHASE} AND o.ordered_on > %(as_of)s::date - %(days)s::int
    GROUP BY o.customer_id""",  # noqa: S608
    (DAYS,),
)


def _revenue() -> str:
    """Orders and fees: terms may come from the floors above."""
    before = "(%(as_of)s::date - %(days)s::int)"
    return f"""
    SELECT p.customer_id, sum(p.net) AS revenue
    FROM (
        SELECT o.customer_id, o.amount - o.refunded AS net
        FROM customers_order o WHERE {PAID} AND o.ordered_on > {before}
        UNION ALL
        SELECT f.customer_id, f.net FROM ({told_in_rules(fees_between_sql(IN_RULES, before))}) f
    ) p
    GROUP BY p.customer_id"""  # noqa: S608


REVENUE = Source("revenue", _revenue, (DAYS,))
IN_CATEGORY = Source(
    "orders_in_category",
    f"""
    SELECT o.customer_id, count(DISTINCT o.id) AS orders, count(DISTINCT o.ordered_on) AS days,
           count(DISTINCT o.id) FILTER (WHERE o.coupon <> '') AS coupon_orders,
           sum(l.quantity) AS quantity, sum(l.amount) AS revenue
    FROM customers_order o
    JOIN customers_orderline l ON l.order_id = o.id
    JOIN customers_category k ON k.id = l.category_id
    WHERE {PURCHASE} AND o.ordered_on > %(as_of)s::date - %(days)s::int AND k.code = %(category)s
    GROUP BY o.customer_id""",  # noqa: S608
    (CATEGORY, DAYS),
)
TO_LAST = Source(
    "orders_to_last",
    f"""
    SELECT o.customer_id, count(*) AS orders,
           count(*) FILTER (WHERE o.coupon <> '')::numeric / count(*) AS coupon_share
    FROM customers_order o
    JOIN (
        SELECT t.customer_id, t.last_order_on AS last_on FROM customers_customerstate t
        WHERE t.last_order_on <= %(as_of)s::date
        UNION ALL
        SELECT t.customer_id, (
            SELECT max(o.ordered_on) FROM customers_order o WHERE o.customer_id = t.customer_id AND {PURCHASE}
        ) FROM customers_customerstate t
        WHERE t.first_order_on <= %(as_of)s::date AND t.last_order_on > %(as_of)s::date
    ) l ON l.customer_id = o.customer_id
    WHERE {PURCHASE} AND o.ordered_on > l.last_on - %(days)s::int
    GROUP BY o.customer_id""",  # noqa: S608
    (Param("days", _("days"), "integer", default=365, minimum=1),),
)
_GRANTED = "COALESCE(e.properties ->> 'coupon', e.properties ->> 'benefit_id', e.properties ->> 'benefit')"
COUPON_SOON = Source(
    "coupon_soon",
    f"""
    SELECT o.customer_id, avg((g.order_id IS NOT NULL)::int) AS share
    FROM customers_order o
    LEFT JOIN (
        SELECT DISTINCT k.customer_id, k.id AS order_id
        FROM customers_event e
        JOIN customers_order k ON k.customer_id = e.customer_id AND k.coupon = {_GRANTED}
             AND k.ordered_at >= e.occurred_at AND k.ordered_on <= e.occurred_on + %(within)s::int
        WHERE {HAPPENED} AND e.name = 'benefit_granted' AND {_GRANTED} <> ''
          AND e.occurred_on > %(as_of)s::date - %(days)s::int - %(within)s::int
          AND k.ordered_on > %(as_of)s::date - %(days)s::int AND k.ordered_on <= %(as_of)s::date
    ) g ON g.customer_id = o.customer_id AND g.order_id = o.id
    WHERE {PURCHASE} AND o.coupon <> '' AND o.ordered_on > %(as_of)s::date - %(days)s::int
    GROUP BY o.customer_id""",  # noqa: S608
    (DAYS, Param("within", _("days after the grant"), "integer", default=7)),
)


def _order(code: str, label: Label, source: Source, sql: str, help: Label = "") -> Field:
    return Field(code, label, FieldType.NUMBER, sql, FieldGroup.ORDER, source, help=help)


FIELDS = (
    _order("orders", _("orders in {days} days"), ORDERS, "COALESCE({s}.orders, 0)"),
    _order("order_days", _("days with an order in {days} days"), ORDERS, "COALESCE({s}.days, 0)"),
    _order("coupon_share", _("share of orders with a coupon in {days} days"), ORDERS, "{s}.coupon_share", SHARE_HELP),
    _order(
        "revenue",
        _("net revenue in {days} days"),
        REVENUE,
        "COALESCE({s}.revenue, 0)",
        _("Less what was paid back. What a term costs counts on the days that it pays for."),
    ),
    _order(
        "orders_in_category",
        _("orders in category {category} in {days} days"),
        IN_CATEGORY,
        "COALESCE({s}.orders, 0)",
    ),
    _order(
        "revenue_in_category",
        _("amount in category {category} in {days} days"),
        IN_CATEGORY,
        "COALESCE({s}.revenue, 0)",
    ),
    _order("orders_to_last", _("orders in the {days} days up to the last one"), TO_LAST, "COALESCE({s}.orders, 0)"),
    _order(
        "coupon_share_to_last",
        _("share of orders with a coupon in the {days} days up to the last one"),
        TO_LAST,
        "{s}.coupon_share",
        SHARE_HELP,
    ),
    _order(
        "coupon_soon_share",
        _("share of coupon orders in {days} days that came at most {within} days after the grant"),
        COUPON_SOON,
        "{s}.share",
        SHARE_HELP,
    ),
)
